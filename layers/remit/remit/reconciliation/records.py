"""Statements, inputs and results as JSON, and back: what the bucket keeps of a run. Pure.

The bytes are canonical, so that the same content has the same bytes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from remit.kernel.canonical import canonical_json
from remit.kernel.value import value
from remit.reconciliation.model import (
    Break,
    LedgerLine,
    Match,
    PaymentFact,
    Statement,
    StatementLine,
)
from remit.reconciliation.result import Input, Result, Total

_TUPLES = ("ours", "theirs")


@value
class Cut:
    """Up to where the ledger was read: the last record seen of each chain, by account.

    `balance` is what the nostro held there, in minor units, as the bank would show it; `again` are
    payments that were changing just then, `returned` what has come back of others so far. Members
    of `windows` have been seen; those of `waiting` are to be, once they have left the house.
    """

    seen: Mapping[str, int]
    balance: int
    again: tuple[str, ...] = ()
    returned: Mapping[str, int] | None = None
    windows: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


@value
class Looked:
    """All that a run looks at, with where the ledger was cut."""

    given: Input
    cut: Cut


def statement_bytes(statement: Statement) -> bytes:
    """The statement as it is kept."""
    return canonical_json(asdict(statement)).encode()


def statement_of(content: bytes) -> Statement:
    """The inverse of `statement_bytes`."""
    return _statement(json.loads(content))


def looked_bytes(looked: Looked) -> bytes:
    """A run's input as it is kept."""
    return canonical_json({"given": asdict(looked.given), "cut": asdict(looked.cut)}).encode()


def looked_of(content: bytes) -> Looked:
    """The inverse of `looked_bytes`."""
    found = json.loads(content)
    given, cut = found["given"], found["cut"]
    previous = given["previous"]
    return Looked(
        given=Input(
            payments=tuple(PaymentFact(**each) for each in given["payments"]),
            postings=tuple(LedgerLine(**each) for each in given["postings"]),
            nostro=tuple(LedgerLine(**each) for each in given["nostro"]),
            statement=_statement(given["statement"]),
            previous=None if previous is None else _statement(previous),
            carried=tuple(StatementLine(**each) for each in given["carried"]),
        ),
        cut=Cut(
            seen=cut["seen"],
            balance=cut["balance"],
            again=tuple(cut["again"]),
            returned=cut["returned"],
            windows=tuple(cut.get("windows", ())),
            waiting=tuple(cut.get("waiting", ())),
        ),
    )


def result_bytes(result: Result) -> bytes:
    """A run's result as it is kept."""
    return canonical_json(asdict(result)).encode()


def result_of(content: bytes) -> Result:
    """The inverse of `result_bytes`."""
    found = json.loads(content)
    return Result(
        input_hash=found["input_hash"],
        rules=found["rules"],
        result_hash=found["result_hash"],
        matches=tuple(Match(**_with_tuples(each)) for each in found["matches"]),
        breaks=tuple(Break(**_with_tuples(each)) for each in found["breaks"]),
        totals=tuple(Total(**each) for each in found["totals"]),
    )


def left_ours(given: Input, result: Result) -> tuple[LedgerLine, ...]:
    """The entries of the nostro that no match holds."""
    taken = _taken(result.matches, "ours")
    return tuple(line for line in given.nostro if line.id not in taken)


def left_theirs(given: Input, result: Result) -> tuple[StatementLine, ...]:
    """The bank's lines that no match holds."""
    taken = _taken(result.matches, "theirs")
    return tuple(line for line in given.theirs if line.id not in taken)


def _taken(matches: Iterable[Match], side: str) -> set[str]:
    return {name for one in matches if one.relation == "bank" for name in getattr(one, side)}


def _statement(found: dict[str, Any]) -> Statement:
    return Statement(**found | {"lines": tuple(StatementLine(**each) for each in found["lines"])})


def _with_tuples(found: dict[str, Any]) -> dict[str, Any]:
    return found | {name: tuple(found[name]) for name in _TUPLES}
