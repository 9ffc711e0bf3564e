"""Transactions: all of up to 100 writes or none, once for each token."""

from collections.abc import Callable, Mapping, Sequence
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
_PASSED = {"Code": "None"}


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


def understood_all(
    asked: Sequence[Any], understand: Callable[[Mapping[str, Any]], Write]
) -> list[Write]:
    """What the writes mean. Refuses what makes no sense as a whole, then what does not fit.

    An item that cannot be in its table cancels the transaction before any condition is judged, and
    only the first such item is told.
    """
    if len(asked) > MOST_WRITES:
        raise misfit("transactItems", "[...]", f"length less than or equal to {MOST_WRITES}")
    writes: list[Write] = []
    unfit: tuple[int, Refused] | None = None
    for number, each in enumerate(asked):
        try:
            writes.append(understand(each))
        except Refused as refused:
            if not refused.of_item:
                raise
            unfit = unfit or (number, refused)
    if len({(write.table.name, write.key) for write in writes}) < len(writes):
        raise invalid("Transaction request cannot include multiple operations on one item")
    if sum([write.size for write in writes]) > _MOST_BYTES:
        raise invalid(f"Transaction payload size cannot exceed {_MOST_BYTES} bytes")
    if unfit is not None:
        reasons: list[Mapping[str, Any]] = [_PASSED] * len(asked)
        reasons[unfit[0]] = _reason(unfit[1])
        raise cancelled(reasons)
    return writes


def _reason(refused: Refused) -> Mapping[str, Any]:
    return {**refused.more, "Code": _REASONS[refused.code], "Message": refused.message}


def judged(writes: Sequence[Write], conflicts: frozenset[Place]) -> list[Row | None]:
    """The rows after the writes, in their order. Raises `Refused` with every write's reason."""
    rows: list[Row | None] = []
    failed: dict[int, Mapping[str, Any]] = {}
    for number, write in enumerate(writes):
        if conflicts and (write.table.name, write.key) in conflicts:
            failed[number] = {"Code": "TransactionConflict", "Message": CONFLICT}
            continue
        try:
            rows.append(write.judge())
        except Refused as refused:
            failed[number] = _reason(refused)
    if failed:
        raise cancelled([failed.get(number, _PASSED) for number in range(len(writes))])
    return rows
