"""The interpreter walks the settlement machine as it is: its Map, its pause, its waits."""

import random

import pytest

from tests.simulation.deployment import machine
from tests.simulation.machine import ExecutionFailed, Machine, NotUnderstood, TaskFailed

INPUT = '{"id": "win_1", "tenant": "acme", "request_id": "r", "status": "open"}'


class Settlement:
    """Answers each function's invocations from a script of statuses; sends what tokens wait for."""

    def __init__(self, **script: list[object]) -> None:
        self.script, self.slices, self.pauses, self.called = script, [], [], []

    def invoke(self, path: str, payload: dict, within: int) -> dict:
        name = path.removeprefix("settlement/")
        self.called.append(name)
        if name == "compute":
            self.slices.append(payload["slice"])
        answer = self.script.get(name, ["computed"] * 16).pop(0)
        if isinstance(answer, Exception):
            raise answer
        return payload | {"status": answer}

    def give(self) -> str:
        return "token-1"

    def wait(self, token: str, within: int) -> object:
        return {"status": "confirmed"}

    def drop(self, token: str) -> object:
        return None

    def machine(self) -> Machine:
        return Machine(
            *machine("SettlementMachine"),
            invoke=self.invoke,
            sleep=self.pauses.append,
            chance=random.Random(1),
            tokens=self,
        )


def settlement(**other: list[object]) -> Settlement:
    """One whose window is closed at the first look, and settled."""
    script: dict[str, list[object]] = {
        "close": ["closed"],
        "check": ["enough"],
        "instruct": ["instructed"],
        "await_confirmation": [None],
        "post": ["settled"],
    }
    return Settlement(**script | other)


def test_a_window_is_walked_to_settled_and_each_slice_computed_once():
    functions = settlement()

    assert functions.machine().run(INPUT) == "Window settled"
    assert sorted(functions.slices) == list(range(16))
    assert functions.called[0] == "close"
    assert functions.called[17:] == ["check", "instruct", "await_confirmation", "post"]


def test_a_window_that_is_not_over_is_closed_after_a_pause():
    functions = settlement(close=["open", "closed"])

    assert functions.machine().run(INPUT) == "Window settled"
    assert functions.called[:2] == ["close", "close"]
    assert len(functions.pauses) == 1


def test_a_late_member_has_all_slices_computed_again():
    functions = settlement(check=["closed", "enough"], compute=["computed"] * 32)

    assert functions.machine().run(INPUT) == "Window settled"
    assert sorted(functions.slices) == sorted([*range(16), *range(16)])


def test_a_slice_that_fails_ends_the_execution_and_all_go_when_it_is_started_again():
    functions = settlement(compute=["computed", TaskFailed("Unexpected"), *["computed"] * 16])
    walked = functions.machine()

    with pytest.raises(ExecutionFailed, match="Unexpected"):
        walked.run(INPUT)

    assert walked.reached[0] == "Compute positions"
    functions.slices.clear()
    assert walked.go_on(*walked.reached) == "Window settled"
    assert sorted(functions.slices) == list(range(16))


def test_a_map_has_its_results_in_the_order_of_its_items():
    definition, functions = machine("SettlementMachine")
    told = definition["States"]["Compute positions"] | {
        "Output": "{% $states.result %}",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "End",
            "States": {"End": {"Type": "Succeed", "Output": "{% $states.input.slice %}"}},
        },
        "Next": "End",
    }
    changed = {"StartAt": "Map", "States": {"Map": told, "End": {"Type": "Succeed"}}}
    walked = Machine(
        changed,
        functions,
        invoke=lambda *_: None,
        sleep=lambda _: None,
        chance=random.Random(1),
    )
    walked.run(INPUT)

    assert walked.output == list(range(16))

    told["Items"] = "{% $states.input.items %}"
    with pytest.raises(NotUnderstood):
        walked.run(INPUT)
