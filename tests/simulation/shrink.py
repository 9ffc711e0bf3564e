"""From a run that went wrong to the least that goes wrong: fewer faults, fewer acts, same rule."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.simulation.faults import Fault, planned
from tests.simulation.scenario import Scenario
from tests.simulation.simulation import Run, run

_MOST_RUNS = 400


@dataclass(frozen=True)
class Trouble:
    """A scenario and the faults in it."""

    scenario: Scenario
    plan: dict[str, Fault]

    def run(self) -> Run:
        """What becomes of it."""
        return run(self.scenario, planned(self.plan))


def shortest(found: Run) -> Run:
    """A smaller run that breaks the same rule; `found` itself when there is none.

    Greedy: whatever can be left out is left out, until nothing more can. The run must have ended
    in a violation.
    """
    assert found.violation is not None
    rule, best, left = found.violation.rule, found, _MOST_RUNS
    trouble = Trouble(found.scenario, found.struck)
    progress = True
    while progress and left > 0:
        progress = False
        for smaller in _smaller(trouble):
            left -= 1
            tried = smaller.run()
            if tried.violation is not None and tried.violation.rule == rule:
                # What was planned and never came about is no part of it.
                trouble, best, progress = replace(smaller, plan=tried.struck), tried, True
                break
            if left <= 0:
                break
    return best


def _smaller(trouble: Trouble) -> Iterator[Trouble]:
    """The next smaller ones, by far smaller ones first."""
    keys = list(trouble.plan)
    size = len(keys)
    while size >= 1:
        for start in range(0, len(keys), size):
            dropped = set(keys[start : start + size])
            rest = {key: fault for key, fault in trouble.plan.items() if key not in dropped}
            yield replace(trouble, plan=rest)
        size //= 2
    for change in _CHANGES:
        for scenario in change(trouble.scenario):
            yield replace(trouble, scenario=scenario)


def _without_options(scenario: Scenario) -> Iterator[Scenario]:
    plain = {"skew": 0, "leap": 0, "two_versions": False, "resends": False, "operators": 1}
    for name, content in plain.items():
        if getattr(scenario, name) != content:
            yield replace(scenario, **{name: content})


def _without_acts(scenario: Scenario) -> Iterator[Scenario]:
    for stage in ("then", "first"):
        acts = getattr(scenario, stage)
        for place in range(len(acts)):
            yield replace(scenario, **{stage: acts[:place] + acts[place + 1 :]})


def _with_fewer_copies(scenario: Scenario) -> Iterator[Scenario]:
    for stage in ("then", "first"):
        acts = getattr(scenario, stage)
        for place, act in enumerate(acts):
            if act.copies > 1 or act.altered:
                fewer = replace(act, copies=max(1, act.copies - 1), altered=False)
                yield replace(scenario, **{stage: (*acts[:place], fewer, *acts[place + 1 :])})


_CHANGES: tuple[Callable[[Scenario], Iterator[Scenario]], ...] = (
    _without_acts,
    _with_fewer_copies,
    _without_options,
)
