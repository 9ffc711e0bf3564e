"""The rules about the template, as functions from what it says to complaints."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

ROUTE = tuple[str, str]
"""A path and a method, such as `("/payments/{id}", "GET")`."""

RUNBOOK = re.compile(r"Runbook: (docs/runbooks/[a-z-]+\.md)$")

CHANGING = {"UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "PartiQLDelete", "*"}
"""Actions that could change or take away a record of the ledger."""


def template_routes(function: Mapping[str, Any]) -> set[ROUTE]:
    """The routes that the API leads to a function resource."""
    events = function.get("Events", {}).values()
    return {
        (event["Properties"]["Path"], event["Properties"]["Method"].upper())
        for event in events
        if event["Type"] == "Api"
    }


def differing_routes(name: str, declared: set[ROUTE], routed: set[ROUTE]) -> Iterator[str]:
    for path, method in sorted(declared - routed):
        yield f"{name}: the handler declares {method} {path}; add it to the resource's Events"
    for path, method in sorted(routed - declared):
        yield f"{name}: the template routes {method} {path} there; declare it in the handler"


def silent_alarms(alarms: Mapping[str, Mapping[str, Any]], kept: Iterable[str]) -> Iterator[str]:
    for name, alarm in alarms.items():
        found = RUNBOOK.search(alarm.get("AlarmDescription", ""))
        if found is None:
            yield f"{name}: end its AlarmDescription with `Runbook: docs/runbooks/<name>.md`"
        elif found[1] not in kept:
            yield f"{name}: {found[1]} is missing; write what to look at and what to do"
        if not alarm.get("AlarmActions"):
            yield f"{name}: give it AlarmActions; nobody hears it"


def settings_read(source: str) -> set[str]:
    """The names of the variables that a function's source asks `settings` for."""
    return {
        argument.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("settings.")
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }


def missing_settings(name: str, needed: set[str], given: set[str]) -> Iterator[str]:
    for variable in sorted(needed - given):
        yield f"{name}: its code reads {variable}; add it to the resource's Environment"


def ledger_writers(name: str, policies: Iterable[Any]) -> Iterator[str]:
    """Complaints when a function could change what the ledger has recorded."""
    for policy in policies:
        if not isinstance(policy, Mapping):
            continue
        for statement in policy.get("Statement", []):
            if "LedgerTable" not in str(statement["Resource"]) or statement["Effect"] != "Allow":
                continue
            actions = statement["Action"]
            for action in [actions] if isinstance(actions, str) else actions:
                if action.rpartition(":")[2] in CHANGING:
                    yield f"{name}: {action} on the ledger; it only grows: PutItem with a condition"
