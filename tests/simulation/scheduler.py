"""Cooperative tasks under virtual time. One thread; whoever has the earliest event goes next.

A task is a greenlet: ordinary code that gives way wherever it waits. Nothing here is random and
nothing looks at a real clock, so the same events in the same order give the same run.
"""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

MILLISECOND = 1_000
SECOND = 1_000 * MILLISECOND
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Violation(BaseException):
    """Something that must never happen has happened. Ends the run: nothing of the product's may
    catch it."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(f"{rule}: {detail}" if detail else rule)
        self.rule, self.detail = rule, detail


@dataclass(frozen=True)
class Outcome:
    """How a task ended: `returned` a value, `raised` an error, or was `killed`; or is `late`.

    A killed one's value says why, where there is more to say.
    """

    how: str
    value: Any = None


LATE = Outcome("late")
"""What a wait gives when its time is up first."""


class Task:
    """One line of execution. It is `over` when it has ended or was killed."""

    __slots__ = ("clock_error", "greenlet", "name", "outcome", "sites", "turn", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.greenlet: greenlet
        self.outcome: Outcome | None = None
        self.turn = 0
        self.sites = 0
        self.clock_error = 0
        self.waiting: list[tuple[Task, int] | Callable[[Outcome], None]] = []

    @property
    def over(self) -> bool:
        return self.outcome is not None


class Scheduler:
    """The event queue. Times are microseconds since the run began."""

    def __init__(self) -> None:
        self.now = 0
        self.current: Task | None = None
        self.tasks: list[Task] = []
        self._events: list[tuple[int, int, Callable[..., object], tuple[Any, ...]]] = []
        self._numbers = itertools.count()
        self._idle: set[int] = set()
        self._hub = getcurrent()

    # From anywhere.

    def after(self, delay: int, action: Callable[..., object], *arguments: Any) -> None:
        """Do `action` in `delay` microseconds."""
        event = (self.now + delay, next(self._numbers), action, arguments)
        heapq.heappush(self._events, event)

    def at_last(self, delay: int, action: Callable[..., object], *arguments: Any) -> None:
        """The same for the end of somebody's patience: the world is at rest while it lasts."""
        number = next(self._numbers)
        self._idle.add(number)
        heapq.heappush(self._events, (self.now + delay, number, action, arguments))

    def spawn(self, name: str, work: Callable[..., Any], *arguments: Any, delay: int = 0) -> Task:
        """A new task that begins in `delay` microseconds."""
        task = Task(name)

        def body(_: object = None) -> None:
            try:
                outcome = Outcome("returned", work(*arguments))
            except Exception as error:  # noqa: BLE001 - whoever waits for the task judges it
                outcome = Outcome("raised", error)
            self._end(task, outcome)

        task.greenlet = greenlet(body, self._hub)
        self.tasks.append(task)
        self.after(delay, self._resume, task, 0, None)
        return task

    def kill(self, task: Task, why: str = "crashed") -> None:
        """End the task where it stands: nothing of it runs any more, `finally` neither."""
        self._end(task, Outcome("killed", why))

    def when_over(self, task: Task, told: Callable[[Outcome], None]) -> None:
        """Call `told` with the task's outcome."""
        if task.outcome is not None:
            self.after(0, told, task.outcome)
        else:
            task.waiting.append(told)

    def run(self, until: int) -> None:
        """Let events happen in order, up to that moment; less when none is left."""
        events = self._events
        while events and events[0][0] <= until:
            self.now, _, action, arguments = heapq.heappop(events)
            action(*arguments)
        self.now = max(self.now, until)

    def step(self) -> None:
        """Let the next thing happen. Raises `IndexError` when there is none."""
        self.now, _, action, arguments = heapq.heappop(self._events)
        action(*arguments)

    def run_out(self, most: int) -> bool:
        """Let everything happen that ever will, up to a moment; whether nothing is left.

        Where somebody just waits, nothing is.
        """
        while self._events and self._events[0][0] <= most:
            self.step()
        return all(event[1] in self._idle for event in self._events)

    def bury(self) -> None:
        """Unwind every task that stands still, so that its memory goes. The run is over."""
        self.current = None
        for task in self.tasks:
            task.outcome = task.outcome or Outcome("killed")
        for task in self.tasks:
            while task.greenlet:  # a task that waits anew while it unwinds is thrown out again
                task.greenlet.throw()
        self.tasks.clear()
        self._events.clear()

    # From inside a task.

    def sleep(self, delay: int) -> None:
        """Wait that many microseconds."""
        task = self._running()
        self.after(delay, self._resume, task, task.turn, None)
        self.give_way()

    def wait(self, other: Task, within: int | None = None) -> Outcome:
        """The outcome of `other`, or `LATE` when it has none in time."""
        if other.outcome is not None:
            return other.outcome
        task = self._running()
        other.waiting.append((task, task.turn))
        if within is not None:
            patience = self.at_last if within >= DAY else self.after
            patience(within, self._resume, task, task.turn, LATE)
        found: Outcome = self.give_way()
        return found

    def die(self) -> None:
        """The running task is killed here. Does not return."""
        self.kill(self._running())
        self.give_way()

    def ticket(self) -> Callable[[int, Any], None]:
        """A function that resumes the running task with a value after a delay.

        It has no effect when the task was resumed by something else first.
        """
        task, turn = self._running(), self._running().turn
        return lambda delay, value: self.after(delay, self._resume, task, turn, value)

    def give_way(self) -> Any:
        """Let others go on until somebody resumes this task; the value it is resumed with."""
        self._running()
        return self._hub.switch()

    def _running(self) -> Task:
        if self.current is None:
            raise GreenletExit  # the run is over, and this task is being unwound
        return self.current

    def _resume(self, task: Task, turn: int, value: Any) -> None:
        if task.over or task.turn != turn:
            return
        task.turn += 1
        self.current = task
        try:
            task.greenlet.switch(value)
        finally:
            self.current = None

    def _end(self, task: Task, outcome: Outcome) -> None:
        if task.over:
            return
        task.outcome = outcome
        for waiter in task.waiting:
            if callable(waiter):
                self.after(0, waiter, outcome)
            else:
                self.after(0, self._resume, *waiter, outcome)
        task.waiting.clear()
