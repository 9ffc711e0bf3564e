"""How long matching n ledger lines with n statement lines takes, and how that grows at 2n and 4n.

Four mixes: what a day looks like (most by reference, the rest by end-to-end id, booked together,
without a name, or different); every line without a name and of one amount; nothing that fits
anything; and names under which every choice of lines is tried. Growth is held against that of
n log n, in processor time, the best of a few runs.
"""

import gc
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from remit.reconciliation.model import LedgerLine, Statement, StatementLine
from remit.reconciliation.result import Input, reconcile
from remit.reconciliation.rules import RULES

LINES = 10_000
STEPS = (1, 2, 4)
RUNS = 3
MOST_GROWTH = 1.35
"""How much faster than n log n time may grow from step to step: caches get colder with size."""

_FIRST, _LAST = date(2026, 3, 1), date(2026, 3, 10)
KINDS = ("by id", "together", "nameless", "different", *["by reference"] * 16)
Made = TypeVar("Made", LedgerLine, StatementLine)
Told = tuple[list[LedgerLine], list[StatementLine]]


def _line(
    kind: type[Made], name: str, amount: int, day: int, reference: str = "", e2e: str = ""
) -> Made:
    return kind(
        id=name,
        amount=amount,
        currency="EUR",
        day=(_FIRST + timedelta(days=day)).isoformat(),
        reference=reference,
        end_to_end_id=e2e,
    )


def an_ordinary_day(count: int) -> Told:
    """Lines as banks send them, in no order. The bank books five in a hundred together."""
    chance, ours, theirs, booked = random.Random(count), [], [], defaultdict[str, int](int)
    for number in range(count):
        amount, day, kind = chance.randint(1, 10**7), chance.randint(0, 8), KINDS[number % 20]
        name, e2e = f"r{number}", f"e{number}"
        if kind == "together":
            name, e2e = f"batch{number // 100}", ""
            booked[name] += amount
        ours.append(_line(LedgerLine, f"o{number}", amount, 0 if e2e == "" else day, name, e2e))
        their_name = "" if kind == "nameless" else f"b{number}" if kind == "by id" else name
        if kind == "different" and number % 7 == 0:
            amount += 1
        if kind != "together":
            their_e2e = "" if kind == "nameless" else e2e
            theirs.append(_line(StatementLine, f"t{number}", amount, day, their_name, their_e2e))
    theirs += [_line(StatementLine, f"t-{n}", amount, 0, n) for n, amount in booked.items()]
    chance.shuffle(ours)
    chance.shuffle(theirs)
    return ours, theirs


def all_alike(count: int) -> Told:
    """One amount, one day, no names: every line fits every other."""
    return (
        [_line(LedgerLine, f"o{number}", 500, 0) for number in range(count)],
        [_line(StatementLine, f"t{number}", 500, 0) for number in range(count)],
    )


def nothing_fits(count: int) -> Told:
    """Names and amounts of one side that the other does not have, many to a day."""
    return (
        [_line(LedgerLine, f"o{n}", 2 * n + 2, n % 9, f"r{n % 999}") for n in range(count)],
        [_line(StatementLine, f"t{n}", -2 * n - 1, n % 9, f"s{n % 999}") for n in range(count)],
    )


def many_choices(count: int) -> Told:
    """Eight lines of each name on both sides, so that every choice is tried, and none fits."""
    return (
        [_line(LedgerLine, f"o{n}", 4 * 2 ** (n % 8), 0, f"r{n // 8}") for n in range(count)],
        [_line(StatementLine, f"t{n}", 4 * 3 ** (n % 8), 0, f"r{n // 8}")
         for n in range(count)],
    )  # fmt: skip


MIXES: tuple[Callable[[int], Told], ...] = (an_ordinary_day, all_alike, nothing_fits, many_choices)


def seconds(told: Told) -> tuple[float, int, int]:
    """Processor time of one whole run, the best of a few; how many matches and breaks it found."""
    ours, theirs = told
    statement = Statement(
        id="stm",
        account="nostro",
        currency="EUR",
        first=_FIRST.isoformat(),
        last=_LAST.isoformat(),
        opening=0,
        closing=sum(line.amount for line in theirs),
        lines=tuple(theirs),
    )
    given = Input(payments=(), postings=(), nostro=tuple(ours), statement=statement)
    best = math.inf
    for _ in range(RUNS):
        gc.collect()
        start = time.process_time()
        found = reconcile(given, RULES)
        best = min(best, time.process_time() - start)
    return best, len(found.matches), len(found.breaks)


def main() -> int:
    """Measure and print; 0 when time grows no faster than n log n, within what caches cost."""
    worst = 0.0
    for mix in MIXES:
        print(f"{mix.__name__.replace('_', ' ')}: ledger lines against as many statement lines")
        before: tuple[float, float] | None = None
        for step in STEPS:
            count = LINES * step
            taken, matches, breaks = seconds(mix(count))
            bound = count * math.log2(count)
            growth = (taken / before[0]) / (bound / before[1]) if before else 1.0
            times = f"x{taken / before[0]:.2f}" if before else "     "
            print(
                f"  {count:>6} {taken:6.2f} s  {times}, against n log n x{growth:.2f}"
                f"  {matches} matches, {breaks} breaks"
            )
            worst, before = max(worst, growth), (taken, bound)
    return int(worst > MOST_GROWTH)
