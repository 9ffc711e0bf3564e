"""How long a window of 10,000 members takes in settlement's real code, on a database in memory.

Members join through the real consumer; then the machine's tasks run one after another, as its chart
has them. A thousand ways of shuffling, delaying and doubling a window's events must give one hash.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from remit.settlement import check, proof
from tests.unit.settlement.office import Office, office
from tests.unit.settlement.shuffled import begun, shuffled

MEMBERS = 10_000
BANKS = 200
WAYS = 1_000
MOST_SECONDS_OF_A_PART = 6.0
"""A tenth of the task's time: a window of ten times as many members still fits into it."""

_JOINED = 2_000
Result = TypeVar("Result")


def _timed(what: str, act: Callable[[], Result], *, of: int = 1) -> tuple[Result, float]:
    begun_at = time.process_time()
    result = act()
    seconds = time.process_time() - begun_at
    each = f", {seconds / of * 1000:.2f} ms each" if of > 1 else ""
    print(f"  {what:<34} {seconds:8.2f} s{each}")
    return result, seconds


def _window(here: Office) -> str:
    members = [
        here.member(
            100 + number,
            payee=f"BANK{number % BANKS:03d}XXXX",
            incoming=number % 5 == 0,
            books=False,
        )
        for number in range(MEMBERS)
    ]
    window, _ = _timed(f"joining {_JOINED:,}", lambda: here.joined(*members[:_JOINED]), of=_JOINED)
    # The others as the consumer puts them: the same writes, without its reads.
    for member in members[_JOINED:]:
        here.store.join(here.tenant, window, member, at=here.now)
    return window


def _run(here: Office, window: str) -> bool:
    here.after_end(window)
    _timed("close window", lambda: here.task("CloseSettlement", window))
    _, parts = _timed("compute positions", lambda: here.compute(window), of=proof.PARTS)
    _timed("check liquidity", lambda: here.task("CheckSettlement", window))
    _timed("instruct settlement", lambda: here.task("Instruct", window))
    (order,) = here.orders(window)
    _timed("await and confirm", lambda: here.answer(order))
    _timed("post settlement", lambda: here.task("PostSettlement", window))
    kept = here.kept(window)
    assert (kept.status, kept.count) == ("SETTLED", MEMBERS)
    largest = max(_size(item) for item in here.database.items("Settlement"))
    print(f"  the largest item: {largest / 1024:.1f} KB of 400")
    return parts / proof.PARTS <= MOST_SECONDS_OF_A_PART


def _size(item: dict[str, object]) -> int:
    from bench.write_units import item_size

    return item_size(item)  # type: ignore[arg-type]


def _shuffle() -> bool:
    few, proof.PARTS = proof.PARTS, 4
    check.PARTS = 4
    try:
        start, members = begun(8)
        hashes, _ = _timed(
            f"{WAYS:,} ways through the consumer",
            lambda: {shuffled(start.fork(), members, seed) for seed in range(WAYS)},
            of=WAYS,
        )
    finally:
        proof.PARTS = check.PARTS = few
    print(f"  hashes: {len(hashes)}")
    return len(hashes) == 1


def main() -> int:
    """0 when a part keeps to its time, and all ways give one hash."""
    print(f"settlement of {MEMBERS:,} members with {BANKS} banks, processor time")
    here = office(line=10**15)
    kept_to_time = _run(here, _window(here))
    return 0 if _shuffle() and kept_to_time else 1
