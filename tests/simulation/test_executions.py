"""Task tokens and standard executions do what AWS says of them."""

import pytest
from botocore.exceptions import ClientError

from tests.simulation import executions
from tests.simulation.executions import Executions, Tokens
from tests.simulation.machine import TaskFailed
from tests.simulation.privacy import Privacy
from tests.simulation.scheduler import DAY, SECOND, Scheduler

DEFINITION = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {
                "FunctionName": "${Ask}",
                "Payload": {"token": "{% $states.context.Task.Token %}"},
            },
            "Output": {"status": "{% $states.result.status %}"},
            "TimeoutSeconds": 30 * DAY // SECOND,
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
    },
}


class Faults:
    calm = False


class World:
    """As much of a world as executions need; `asked` are the payloads of the machine's tasks."""

    patience = None

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scheduler, self.privacy, self.faults = Scheduler(), Privacy(), Faults()
        self.fabric, self.chance = self, None
        self.asked: list[dict[str, str]] = []
        self.fails = False
        self.executions = Executions(self)
        monkeypatch.setattr(
            executions.deployment, "machine", lambda _: (DEFINITION, {"Ask": "some/ask"})
        )

    def task(self, _: str, payload: dict[str, str], __: int) -> None:
        self.asked.append(payload)
        if self.fails:
            raise TaskFailed("Unexpected")

    def latency(self) -> int:
        return 1

    def number(self, label: str) -> str:
        return f"{label}:1"

    def tell(self, *_: object) -> None:
        """Nobody reads."""


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


def refused(world: World, call: object, *given: str) -> str:
    with pytest.raises(ClientError) as error:
        call(*given)
    return error.value.response["Error"]["Code"]


def test_a_name_is_started_once_and_the_same_again_while_it_runs_is_no_error(world):
    world.executions.start("M", "one", "{}")
    world.executions.start("M", "one", "{}")
    world.scheduler.run(SECOND)

    assert len(world.asked) == 1
    assert refused(world, world.executions.start, "M", "one", '{"other":1}') == (
        "ExecutionAlreadyExists"
    )


def test_an_execution_that_has_ended_is_not_started_again(world):
    world.executions.start("M", "one", "{}")
    world.scheduler.run(SECOND)
    world.executions.tokens.success(world.asked[0]["token"], '{"status":"yes"}')
    world.scheduler.run(2 * SECOND)

    assert world.executions.endings() == {"one": "Done"}
    assert refused(world, world.executions.start, "M", "one", "{}") == "ExecutionAlreadyExists"


def test_a_token_is_used_once_and_an_unknown_one_is_refused(world):
    world.executions.start("M", "one", "{}")
    world.scheduler.run(SECOND)
    tokens, token = world.executions.tokens, world.asked[0]["token"]
    tokens.success(token, "{}")

    assert refused(world, tokens.success, token, "{}") == "TaskTimedOut"
    assert refused(world, tokens.success, "another", "{}") == "InvalidToken"


def test_a_token_that_nobody_uses_runs_out_and_the_world_is_at_rest_meanwhile(world):
    world.executions.start("M", "one", "{}")

    assert world.scheduler.run_out(DAY)
    assert world.executions.tokens.waiting == 1
    world.scheduler.run(31 * DAY)
    assert world.executions.tokens.waiting == 0
    assert world.executions.endings() == {"one": "failed: States.Timeout"}


def test_an_execution_that_failed_goes_on_where_it_failed_with_another_token(world):
    world.fails = True
    world.executions.start("M", "one", "{}")
    world.scheduler.run(SECOND)
    assert world.executions.failed == ["one at Ask"]
    world.fails = False
    world.executions.redrive()
    world.scheduler.run(2 * SECOND)

    assert world.executions.failed == []
    assert refused(world, world.executions.tokens.success, world.asked[0]["token"], "{}") == (
        "TaskTimedOut"
    )
    world.executions.tokens.success(world.asked[1]["token"], "{}")
    world.scheduler.run(3 * SECOND)
    assert world.executions.endings() == {"one": "Done"}


def test_what_was_sent_before_a_function_failed_counts(world):
    tokens = Tokens(world)
    token = tokens.give()
    tokens.success(token, '{"status":"yes"}')

    assert tokens.drop(token) == {"status": "yes"}
    assert tokens.drop(tokens.give()) is None
