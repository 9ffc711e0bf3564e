"""House rules that tie the template to the code."""

import importlib.util
from typing import Any

import pytest

from remit.runtime.api import Api
from tests.house import template_rules as rules
from tests.house.house import (
    REPOSITORY,
    function_path,
    hold,
    paths,
    resources,
    template,
    text,
)

FUNCTION = "AWS::Serverless::Function"


def declared_routes(path: str) -> set[rules.ROUTE]:
    """The routes that a function's source declares, if it answers the API."""
    spec = importlib.util.spec_from_file_location(path.replace("/", "_")[:-3], REPOSITORY / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {route for api in vars(module).values() if isinstance(api, Api) for route in api.routes}


def environment(function: dict[str, Any]) -> set[str]:
    everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {*everywhere, *function.get("Environment", {}).get("Variables", {})}


def test_the_api_routes_what_the_handlers_declare_and_nothing_else():
    hold(
        complaint
        for name, function in resources(FUNCTION).items()
        for complaint in rules.differing_routes(
            name, declared_routes(function_path(function)), rules.template_routes(function)
        )
    )


def test_every_alarm_names_its_runbook_and_is_heard():
    hold(rules.silent_alarms(resources("AWS::CloudWatch::Alarm"), paths("docs/runbooks/*.md")))


def test_every_function_is_given_the_settings_that_its_code_reads():
    hold(
        complaint
        for name, function in resources(FUNCTION).items()
        for complaint in rules.missing_settings(
            name, rules.settings_read(text(function_path(function))), environment(function)
        )
    )


def test_no_function_can_change_what_the_ledger_has_recorded():
    hold(
        complaint
        for name, function in resources(FUNCTION).items()
        for complaint in rules.ledger_writers(name, function.get("Policies", []))
    )


# The rules can fail.

HERE = {("/payments", "GET")}


def test_a_route_on_one_side_only_is_seen():
    assert list(rules.differing_routes("F", HERE, HERE)) == []
    (unrouted,) = rules.differing_routes("F", HERE, set())
    (undeclared,) = rules.differing_routes("F", set(), HERE)

    assert "add it to the resource's Events" in unrouted
    assert "declare it in the handler" in undeclared


@pytest.mark.parametrize(
    ("alarm", "advice"),
    [
        ({"AlarmDescription": "It is broken.", "AlarmActions": ["x"]}, "end its AlarmDescription"),
        (
            {"AlarmDescription": "Runbook: docs/runbooks/gone.md", "AlarmActions": ["x"]},
            "write what to look at",
        ),
        ({"AlarmDescription": "Runbook: docs/runbooks/here.md"}, "nobody hears it"),
    ],
)
def test_an_alarm_that_leaves_a_person_alone_is_seen(alarm, advice):
    (complaint,) = rules.silent_alarms({"Alarm": alarm}, ["docs/runbooks/here.md"])

    assert advice in complaint


def test_a_setting_that_nobody_gives_is_seen():
    needed = rules.settings_read('a = settings.required("A_TABLE")\nb = settings.flag("SANDBOX")')

    assert needed == {"A_TABLE", "SANDBOX"}
    assert len(list(rules.missing_settings("F", needed, {"SANDBOX"}))) == 1


@pytest.mark.parametrize("action", ["dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:*"])
def test_a_right_to_change_the_ledger_is_seen(action):
    ledger = {"GetAtt": "LedgerTable.Arn"}
    put = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": ledger}
    change = {"Effect": "Allow", "Action": [action], "Resource": [ledger]}

    assert list(rules.ledger_writers("F", [{"Ref": "UseDataKey"}, {"Statement": [put]}])) == []
    assert len(list(rules.ledger_writers("F", [{"Statement": [put, change]}]))) == 1
