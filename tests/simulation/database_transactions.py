"""Transactions: all of up to 100 writes or none, once for each token."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from tests.simulation.database_refusals import (
    CONFLICT,
    MISMATCH,
    Refused,
    cancelled,
    invalid,
    misfit,
)
from tests.simulation.database_table import Key, Row
from tests.simulation.database_writes import Write

Place: TypeAlias = tuple[str, Key]
"""A table's name and a key in it."""

MOST_WRITES = 100
_MOST_BYTES = 4 * 1024 * 1024
_MOST_TOKEN = 36
TOKEN_KEPT = 10 * 60 * 1000
"""For how long after it was done a transaction is not done again, in milliseconds."""

_REASONS = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "ValidationException": "ValidationError",
}
"""What a write's refusal is called among the reasons of a transaction."""


class Tokens:
    """The transactions of the last ten minutes, by their tokens."""

    def __init__(self) -> None:
        self._done: dict[str, tuple[int, Sequence[Any]]] = {}

    def is_done(self, token: str | None, writes: Sequence[Any], now: int) -> bool:
        """Whether just this has been done under `token`. Refuses a token used for another."""
        if token is None:
            return False
        if not 1 <= len(token) <= _MOST_TOKEN:
            raise misfit("clientRequestToken", token, f"length less than or equal to {_MOST_TOKEN}")
        found = self._done.get(token)
        if found is None or now - found[0] > TOKEN_KEPT:
            return False
        if found[1] != writes:
            raise Refused("IdempotentParameterMismatchException", MISMATCH, Message=MISMATCH)
        return True

    def done(self, token: str | None, writes: Sequence[Any], now: int) -> None:
        """Remember it; a transaction that was cancelled is not, and may be tried again."""
        if token is not None:
            self._done[token] = (now, writes)


def refuse_shape(writes: Sequence[Any]) -> None:
    """Refuse a transaction of too many writes."""
    if len(writes) > MOST_WRITES:
        raise misfit("transactItems", "[...]", f"length less than or equal to {MOST_WRITES}")


def refuse_twice(writes: Sequence[Write]) -> None:
    """Refuse a transaction that touches one item twice, or is too large."""
    if len({(write.table.name, write.key) for write in writes}) < len(writes):
        raise invalid("Transaction request cannot include multiple operations on one item")


def judged(writes: Sequence[Write], conflicts: frozenset[Place]) -> list[Row | None]:
    """The rows after the writes, in their order. Raises `Refused` with every write's reason."""
    rows: list[Row | None] = []
    reasons: list[Mapping[str, Any]] = []
    failed = False
    for write in writes:
        reason: Mapping[str, Any] = {"Code": "None"}
        if conflicts and (write.table.name, write.key) in conflicts:
            reason = {"Code": "TransactionConflict", "Message": CONFLICT}
        else:
            try:
                rows.append(write.judge())
            except Refused as refused:
                code = _REASONS[refused.code]
                reason = {**refused.more, "Code": code, "Message": refused.message}
        failed = failed or len(reason) > 1
        reasons.append(reason)
    if failed:
        raise cancelled(reasons)
    if sum([row[1] for row in rows if row]) > _MOST_BYTES:
        raise invalid("The aggregate size of the items in the transaction exceeds 4 MB")
    return rows
