"""How the pool shares processes out; the processes here are only pretended."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar

import pytest

from local import pool as pool_module
from local.environment import Answer, Invocation
from local.function import Function, Sources
from local.pool import Fleet, Pool


class Pretended:
    """An environment without a process: a test says when it is ready, done or gone."""

    made: ClassVar[list["Pretended"]] = []

    def __init__(self, function: Function, version: int, **owner: Any) -> None:
        self.function, self.version, self.owner = function, version, owner
        self.starting, self.killed, self.idle_since = True, False, 0.0
        self.init_error: Answer | None = None
        self.work: list[Invocation] = []
        Pretended.made.append(self)

    def give(self, invocation: Invocation) -> None:
        self.work.append(invocation)

    def kill(self) -> None:
        self.killed = True

    def ready(self) -> None:
        self.starting = False
        self.owner["on_ready"](self)

    def gone(self) -> None:
        self.owner["on_gone"](self)


class Versions(Sources):
    now = 1

    def version(self, function: Function) -> int:
        return self.now


@pytest.fixture(autouse=True)
def _pretend(monkeypatch):
    monkeypatch.setattr(pool_module, "Environment", Pretended)
    monkeypatch.setattr(pool_module, "HESITATION_SECONDS", 0)
    Pretended.made = []


def function(name: str) -> Function:
    return Function(name, name, f"arn:{name}", "x.handler", Path(), (), 3, 128, {})


def scene(play: Callable[[Pool], Coroutine[Any, Any, None]], *names: str) -> None:
    async def run() -> None:
        pool = Pool(Path())
        pool.sources, pool.per_function = Versions(), 2
        pool.add(function(name) for name in names or ("F",))
        try:
            await play(pool)
        finally:
            pool._reaper.cancel()

    asyncio.run(run())


async def submit(fleet: Fleet) -> Invocation:
    invocation = Invocation(b"{}")
    fleet.submit(invocation)
    await asyncio.sleep(0.001)
    return invocation


def test_work_waits_for_a_process_and_a_process_for_work():
    async def play(pool: Pool) -> None:
        first = await submit(pool.fleets["F"])
        (one,) = Pretended.made
        one.ready()
        assert one.work == [first]
        one.ready()
        second = await submit(pool.fleets["F"])
        assert one.work == [first, second]
        assert len(Pretended.made) == 1

    scene(play)


def test_there_are_no_more_processes_than_the_bound():
    async def play(pool: Pool) -> None:
        waiting = [await submit(pool.fleets["F"]) for _ in range(5)]
        assert len(Pretended.made) == 2
        for environment in Pretended.made * 2:
            environment.ready()
        assert [e.work for e in Pretended.made] == [waiting[0:3:2], waiting[1:4:2]]

    scene(play)


def test_an_edit_replaces_idle_and_busy_processes(monkeypatch):
    async def play(pool: Pool) -> None:
        await submit(pool.fleets["F"])
        (old,) = Pretended.made
        old.ready()
        monkeypatch.setattr(Versions, "now", 2)
        old.ready()
        assert old.killed, "it was busy when the edit came"
        old.gone()
        await submit(pool.fleets["F"])
        new = Pretended.made[-1]
        new.ready()
        new.ready()
        monkeypatch.setattr(Versions, "now", 3)
        await submit(pool.fleets["F"])
        assert new.killed, "it was idle"
        assert len(Pretended.made) == 3

    scene(play)


def test_a_process_that_cannot_start_fails_one_request_and_the_next_tries_again():
    async def play(pool: Pool) -> None:
        first, second = [await submit(pool.fleets["F"]) for _ in range(2)]
        broken = Pretended.made[0]
        broken.init_error = Answer.error("Runtime.ImportModuleError", "no")
        broken.gone()
        assert first.answer.result().failed
        assert not second.answer.done()

    scene(play)


def test_a_full_pool_ends_an_idle_process_for_a_function_that_has_none(monkeypatch):
    monkeypatch.setattr(pool_module, "TOTAL", 1)

    async def play(pool: Pool) -> None:
        await submit(pool.fleets["F"])
        (idle,) = Pretended.made
        idle.ready()
        idle.ready()
        await submit(pool.fleets["G"])
        assert idle.killed
        assert Pretended.made[-1].function.name == "G"

    scene(play, "F", "G")


def test_busy_functions_make_room_for_one_that_has_nothing(monkeypatch):
    monkeypatch.setattr(pool_module, "TOTAL", 2)

    async def play(pool: Pool) -> None:
        for _ in range(4):
            await submit(pool.fleets["F"])
        one, two = Pretended.made
        one.ready()
        two.ready()
        await submit(pool.fleets["G"])
        assert len(Pretended.made) == 2
        one.ready()
        assert one.killed
        one.gone()
        assert Pretended.made[-1].function.name == "G"

    scene(play, "F", "G")


def test_too_many_in_the_queue_are_turned_away(monkeypatch):
    monkeypatch.setattr(pool_module, "WAITING", 1)

    async def play(pool: Pool) -> None:
        await submit(pool.fleets["F"])
        turned_away = await submit(pool.fleets["F"])
        assert b"TooManyRequests" in turned_away.answer.result().body

    scene(play)


def test_a_version_changes_with_a_file_and_not_with_its_bytecode(tmp_path, monkeypatch):
    from local import function as function_module

    monkeypatch.setattr(function_module, "SCAN_SECONDS", 0)
    source = tmp_path / "deep" / "a.py"
    source.parent.mkdir()
    source.write_text("1")
    f = Function("F", "F", "arn", "a.handler", tmp_path, (), 3, 128, {})
    sources = Sources()
    before = sources.version(f)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert sources.version(f) == before
    source.write_text("22")
    assert sources.version(f) != before
