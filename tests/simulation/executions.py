"""Standard executions: each name is used once, nothing ends them but themselves, and people wait.

An execution that failed is started again where it failed, as its runbook says; only once nothing
goes wrong any more, since until then the people who do so sleep.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.simulation import deployment
from tests.simulation.aws import refusal
from tests.simulation.machine import Machine, TaskFailed
from tests.simulation.privacy import TOKEN
from tests.simulation.scheduler import LATE, MINUTE, Outcome, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.world import World


@dataclass
class _Execution:
    """One name of a machine: its input, and what walks it."""

    resource: str
    name: str
    text: str
    machine: Machine
    task: Task | None = None
    ended: str = ""


@dataclass
class _Given:
    """A task token. It is over when its task is."""

    wake: "Callable[[int, Any], None] | None" = None
    sent: Any = None
    over: bool = False


class Tokens:
    """The task tokens of one world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._given: dict[str, _Given] = {}

    @property
    def waiting(self) -> int:
        """How many tasks wait for theirs."""
        return sum(each.wake is not None and not each.over for each in self._given.values())

    def give(self) -> str:
        """A token that was never given before."""
        token = f"{TOKEN}{len(self._given) + 1:06d}"
        self._given[token] = _Given()
        return token

    def wait(self, token: str, within: int) -> Any:
        """What was sent with the token; `States.Timeout` when nothing is in time."""
        given, scheduler = self._given[token], self._world.scheduler
        if given.sent is None:
            given.wake = scheduler.ticket()
            scheduler.at_last(within, given.wake, 0, LATE)
            scheduler.give_way()
        given.over = True
        if given.sent is None:
            raise TaskFailed("States.Timeout")
        return given.sent

    def drop(self, token: str) -> Any:
        """Nobody waits for the token any more; what was sent with it before, None if nothing."""
        self._given[token].over = True
        return self._given[token].sent

    def success(self, token: str, output: str) -> None:
        """Somebody sends a task's result. Raises botocore's error where AWS refuses it."""
        given = self._given.get(token)
        if given is None:
            raise refusal("InvalidToken", 400, "SendTaskSuccess")
        if given.over or given.sent is not None:
            raise refusal("TaskTimedOut", 400, "SendTaskSuccess")
        self._world.privacy.look("a task's result", output)
        given.sent = json.loads(output)
        if given.wake is not None:
            given.wake(self._world.latency(), None)


class Executions:
    """The executions of all standard machines of one world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.tokens = Tokens(world)
        self._known: dict[tuple[str, str], _Execution] = {}
        self._failed: list[_Execution] = []

    def start(self, resource: str, name: str, text: str) -> None:
        """Start an execution; the same again while it runs changes nothing."""
        known = self._known.get((resource, name))
        if known is None:
            self._begin(resource, name, text)
        elif known.ended or known.text != text:
            raise refusal("ExecutionAlreadyExists", 400, "StartExecution")

    def endings(self) -> dict[str, str]:
        """By name, the state that each execution ended in; empty while it goes on."""
        return {each.name: each.ended for each in self._known.values()}

    @property
    def failed(self) -> list[str]:
        """Those that ended badly and were not started again."""
        return [f"{each.name} at {each.machine.reached[0]}" for each in self._failed]

    def redrive(self) -> None:
        """Let every one that failed go on from the task at which it did."""
        failed, self._failed = self._failed, []
        for execution in failed:
            self._world.tell(execution.name, execution.resource, None, "is redriven")
            execution.ended = ""
            self._walk(execution, execution.machine.go_on, *execution.machine.reached)

    def _begin(self, resource: str, name: str, text: str) -> None:
        world = self._world
        machine = Machine(
            *deployment.machine(resource),
            invoke=world.fabric.task,
            sleep=world.scheduler.sleep,
            chance=world.chance,
            tokens=self.tokens,
            patience=world.patience,
        )
        execution = _Execution(resource, name, text, machine)
        self._known[resource, name] = execution
        self._walk(execution, machine.run, text)

    def _walk(self, execution: _Execution, work: "Callable[..., str]", *arguments: Any) -> None:
        world = self._world
        label = world.number(execution.resource)
        task = world.scheduler.spawn(label, work, *arguments, delay=world.latency())
        execution.task = task
        world.scheduler.when_over(task, lambda outcome: self._over(execution, outcome))

    def _over(self, execution: _Execution, outcome: Outcome) -> None:
        if outcome.how == "returned":
            execution.ended = outcome.value
            return
        execution.ended = f"failed: {outcome.value}"
        self._world.tell(execution.name, execution.resource, None, execution.ended)
        self._failed.append(execution)
        if self._world.faults.calm:
            self._world.scheduler.after(MINUTE, self.redrive)
