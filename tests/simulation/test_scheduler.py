"""Tasks under virtual time: who goes when, and what is left of one that was killed."""

import pytest

from tests.simulation.invariants import demand
from tests.simulation.scheduler import LATE, SECOND, Scheduler, Violation


def test_tasks_take_turns_by_their_times():
    scheduler, seen = Scheduler(), []

    def work(name: str, pause: int) -> None:
        for _ in range(2):
            scheduler.sleep(pause)
            seen.append((name, scheduler.now))

    scheduler.spawn("slow", work, "slow", 3)
    scheduler.spawn("fast", work, "fast", 2)
    scheduler.run(10)

    assert seen == [("fast", 2), ("slow", 3), ("fast", 4), ("slow", 6)]
    assert scheduler.now == 10


def test_a_killed_task_does_not_even_finish_its_cleaning_up():
    scheduler, seen = Scheduler(), []

    def work() -> None:
        try:
            scheduler.sleep(SECOND)
        finally:
            seen.append("cleaned up")

    task = scheduler.spawn("task", work)
    scheduler.after(1, scheduler.kill, task)
    scheduler.run(2 * SECOND)

    assert seen == []
    assert task.outcome.how == "killed"
    scheduler.bury()


def test_waiting_gives_the_outcome_or_gives_up():
    scheduler, seen = Scheduler(), []

    def fail() -> None:
        scheduler.sleep(5)
        raise ValueError("no")

    def wait() -> None:
        failing = scheduler.spawn("failing", fail)
        seen.append(scheduler.wait(failing, within=2))
        seen.append(scheduler.wait(failing).how)
        seen.append(scheduler.wait(failing).how)

    scheduler.spawn("waiting", wait)
    scheduler.run(10)

    assert seen == [LATE, "raised", "raised"]


def test_a_violation_ends_the_run_though_the_product_catches_what_it_can():
    scheduler = Scheduler()

    def product() -> None:
        try:
            demand(False, "money is conserved", "1 cent is missing")
        except Exception:  # noqa: BLE001 - as the edge of a function does
            return

    scheduler.spawn("product", product)

    with pytest.raises(Violation, match="money is conserved"):
        scheduler.run(1)


def test_a_task_that_is_over_is_resumed_by_nothing():
    scheduler, seen = Scheduler(), []

    def work() -> None:
        answer = scheduler.ticket()
        answer(5, "first")
        answer(6, "second")
        seen.append(scheduler.give_way())
        scheduler.sleep(10)
        seen.append("on")

    scheduler.spawn("task", work)

    assert scheduler.run_out(100)
    assert seen == ["first", "on"]
