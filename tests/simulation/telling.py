"""Runs as people read them: an account step by step, and a name to replay one by."""

import hashlib
import re

from tests.simulation.faults import CATALOGUE, Fault
from tests.simulation.modes import Case, sites_by_key
from tests.simulation.scheduler import SECOND
from tests.simulation.simulation import Run

_LONG_ID = re.compile(r"([a-z]+_)[0-9A-HJKMNP-TV-Z]{20}([0-9A-HJKMNP-TV-Z]{6})")


def digest(run: Run) -> str:
    """A hash over every step: equal for equal runs alone."""
    return hashlib.sha256(repr(run.trace).encode()).hexdigest()


def account(run: Run) -> str:
    """The run step by step: when, who, what, what went wrong (after `!`), what came of it."""
    lines = [run.scenario.told(), ""]
    for at, who, what, fault, outcome in run.trace:
        told = f"{outcome}   ! {fault}" if fault else outcome
        lines.append(f"{at / SECOND:11.3f} s  {who:<26} {what:<34} {told}")
    lines += ["", "faults:", *_faults(run.struck), ""]
    lines.append(f"violated: {run.violation}" if run.violation else "everything held")
    return _LONG_ID.sub(r"\1…\2", "\n".join(lines))


def _faults(struck: dict[str, Fault]) -> list[str]:
    return [f"  {key}: {fault}" for key, fault in struck.items()] or ["  none"]


def named(case: Case) -> str:
    """The case as `make simulate` takes it: `seed=7`, or a scenario with its planned faults."""
    if case.plan is None:
        return f"seed={case.seed}" if case.name == "swarm" else f"case='{case.name} {case.seed}'"
    faults = "; ".join(f"{key}={fault.kind}" for key, fault in case.plan.items())
    return f"case='{case.name} {case.seed} {faults}'"


def read(text: str) -> Case:
    """The case that `named` wrote, without its quotes."""
    name, seed, *planned = text.split(" ", 2)
    if not planned:
        return Case(name, int(seed))
    (faults,) = planned
    case = Case(name, int(seed), {})
    for entry in filter(None, faults.split("; ")):
        key, _, kind = entry.rpartition("=")
        # A fault may make new sites, so each is looked for in a run with those before it.
        site = sites_by_key(case)[key]
        if kind not in CATALOGUE[site.what]:
            raise ValueError(f"{kind} cannot strike at {key}")
        case = case.with_fault(site, kind)
    return case
