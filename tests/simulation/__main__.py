"""`make simulate`: every single fault, every pair on a payment's way, and swarms; or one replay."""

import argparse
import gc
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

from tests.simulation import bugs, modes, telling
from tests.simulation.modes import Case, Tally
from tests.simulation.shrink import shortest
from tests.simulation.world import installed

ROUNDS = dict.fromkeys((*modes.PARTS, *modes.WHOLE), 2) | dict.fromkeys(modes.FURTHER, 1)
"""How often each single fault of a scenario strikes, each time in another order of events. On
further roads once: what happens there happens on several."""
RACED = 8
"""Of the faults that a pair in the race of answer and time-out can begin with, each how manieth."""
MOST_SEEDS = 500
"""Within how many seeds a planted bug must be found."""
_CHUNK = 20
_SHOWN = 5

_open = ExitStack()
Job = tuple[Callable[..., Tally], Sequence[Case]]


def main() -> int:
    """Do what the command line asks for; 1 when something that must hold did not."""
    asked = _arguments()
    if asked.seed is not None or asked.case:
        with installed():
            case = telling.read(asked.case) if asked.case else Case("swarm", asked.seed)
            return _replay(case, asked.bug)
    with multiprocessing.get_context("fork").Pool(asked.jobs, _installed) as pool:
        if asked.bugs:
            return _hunt(pool)
        return _simulate(pool, asked.runs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--runs", type=int, default=500, help="how many seeds the swarm has")
    parser.add_argument("--seed", type=int, help="replay this seed, step by step")
    parser.add_argument("--case", help="replay a planned case, as a failure prints it")
    parser.add_argument("--bug", help="with a replay: plant this bug before")
    parser.add_argument("--bugs", action="store_true", help="plant every bug, and find it")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes")
    return parser.parse_args()


def _installed() -> None:
    _open.enter_context(installed())
    # The product stays, and what a run leaves behind is looked for once in some runs.
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 5, 5)


def _simulate(pool: "multiprocessing.pool.Pool", runs: int) -> int:
    singles = [
        case
        for name, rounds in ROUNDS.items()
        for seed in range(rounds)
        for case in pool.apply(_list, (modes.singles, name, seed))
    ]
    firsts = pool.apply(_list, (modes.firsts, "duel", 0))
    raced = pool.apply(_list, (modes.firsts, modes.RACE, 0))[::RACED]
    names = ("swarm", "rails", "settlement")
    swarms = [case for name in names for case in modes.swarm(runs, name=name)]
    broken = []
    for title, work, cases, size in (
        ("single faults", _run_each, [*modes.jumps(), *singles], _CHUNK),
        ("pairs of faults", _run_pairs, [*firsts, *raced], 1),
        ("swarms", _run_each, swarms, _CHUNK),
    ):
        started, total = time.monotonic(), Tally()
        for tally in pool.imap(_call, ((work, chunk) for chunk in _chunks(cases, size))):
            total.add(tally)
        print(_line(title, total, time.monotonic() - started), flush=True)
        broken += total.broken
    for case, violation in broken[:_SHOWN]:
        print(f"\nVIOLATION {violation}\n  replay: make simulate {telling.named(case)}")
    if broken:
        print(f"\n{len(broken)} runs broke a rule; the first of them at its shortest:\n")
        with installed():
            print(telling.account(shortest(broken[0][0].run())))
    return 1 if broken else 0


def _line(title: str, total: Tally, seconds: float) -> str:
    return (
        f"{title:<16} {total.runs:>6} runs  {total.faults:>6} faults  {total.calls:>8} calls  "
        f"{len(total.broken)} violations  {seconds:.0f} s ({total.runs / max(seconds, 0.01):.0f}/s)"
    )


def _list(make: Callable[..., Iterator[Case]], name: str, seed: int) -> list[Case]:
    return list(make(name, seed))


def _chunks(cases: Sequence[Case], size: int) -> Iterator[list[Case]]:
    left = iter(cases)
    while chunk := list(islice(left, size)):
        yield chunk


def _call(job: Job) -> Tally:
    work, cases = job
    return work(cases)


def _run_each(cases: Sequence[Case]) -> Tally:
    tally = Tally()
    for case in cases:
        tally.count(case, case.run())
    return tally


def _run_pairs(cases: Sequence[Case]) -> Tally:
    tally = Tally()
    for case in cases:
        modes.pairs(case, tally)
    return tally


def _replay(case: Case, bug: str | None) -> int:
    with ExitStack() as stack:
        if bug:
            stack.enter_context(bugs.planted(bug))
        found = case.run()
        print(telling.account(found))
        if found.violation is None:
            return 0
        print("\nThe shortest run that breaks the same rule:\n")
        print(telling.account(shortest(found)))
        return 1


def _hunt(pool: "multiprocessing.pool.Pool") -> int:
    """Plant every bug, and say in which seed it is found; 1 when one is not."""
    started, missed = time.monotonic(), 0
    for name, seed, violation in pool.imap(_find, bugs.BUGS):
        missed += seed is None
        where = "NOT FOUND" if seed is None else f"seed {seed:>3}"
        print(f"{name:<44} {where}  {violation}", flush=True)
    count, seconds = len(bugs.BUGS), time.monotonic() - started
    print(
        f"{'planted bugs':<16} {count - missed} of {count} found within {MOST_SEEDS} seeds  "
        f"{seconds:.0f} s"
    )
    return 1 if missed else 0


def _find(name: str) -> tuple[str, int | None, str]:
    found = bugs.found(name, range(MOST_SEEDS))
    return (name, None, "") if found is None else (name, found[0], found[1].rule)


if __name__ == "__main__":
    sys.exit(main())
