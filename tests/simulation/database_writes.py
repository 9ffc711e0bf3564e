"""Writes: what a request means, and whether the item as it stands lets it pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.simulation.database_refusals import (
    CONDITION_FAILED,
    Refused,
    Unsupported,
    invalid,
    unfit,
)
from tests.simulation.database_table import Item, Key, Row, Table
from tests.simulation.database_values import MOST_ITEM_BYTES, measured
from tests.simulation.expressions import Condition, Expressions, compiled

Request: TypeAlias = Mapping[str, Any]
Change: TypeAlias = Callable[[Row | None], Row | None]
Meaning: TypeAlias = tuple[Key, Change, int]
"""Which item, what is done to it, and how much the request carries (in bytes)."""

_TOO_LARGE = "Item size has exceeded the maximum allowed size"
_TOO_LARGE_UPDATED = "Item size to update has exceeded the maximum allowed size"
_EXPRESSED = frozenset(
    {
        "TableName",
        "ConditionExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ReturnValuesOnConditionCheckFailure",
    }
)
_TAKEN = {
    "Put": _EXPRESSED | {"Item"},
    "Update": _EXPRESSED | {"Key", "UpdateExpression"},
    "Delete": _EXPRESSED | {"Key"},
    "ConditionCheck": _EXPRESSED | {"Key"},
}


@dataclass(slots=True)
class Write:
    """One write that makes sense; whether it may be done is for the item to say.

    `size` is how much the request carries, in bytes.
    """

    table: Table
    key: Key
    condition: Condition | None
    values: Mapping[str, Any]
    change: Change
    size: int
    shows_old: bool

    def judge(self) -> Row | None:
        """The row that this write makes of the one that stands. Raises `Refused`."""
        row = self.table.rows.get(self.key)
        if self.condition is not None and not self.condition(row[0] if row else {}, self.values):
            more = {"Item": row[0]} if row and self.shows_old else {}
            raise Refused("ConditionalCheckFailedException", CONDITION_FAILED, **more)
        return self.change(row)


def understood(table: Table, action: str, request: Request) -> Write:
    """What a request for a put, update, delete or check means. Raises `Refused`."""
    refuse_unknown(action, request, _TAKEN[action])
    made, values = expressed(request)
    key, change, size = _MEANINGS[action](table, request, made, values)
    return Write(
        table,
        key,
        made.condition,
        values,
        change,
        size,
        request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD",
    )


def refuse_unknown(what: str, request: Request, taken: frozenset[str]) -> None:
    """Refuse loudly what nothing here would look at."""
    if not request.keys() <= taken:
        raise Unsupported(f"{what} with {', '.join(sorted(request.keys() - taken))}")


def expressed(request: Request) -> tuple[Expressions, Mapping[str, Any]]:
    """A request's expressions, and its values as DynamoDB understands them."""
    names = request.get("ExpressionAttributeNames")
    values = request.get("ExpressionAttributeValues")
    texts = (
        request.get("ConditionExpression"),
        request.get("UpdateExpression"),
        request.get("KeyConditionExpression"),
        request.get("FilterExpression"),
    )
    if names is not None or values is not None:
        _refuse_empty(names, values, expressions=any(text is not None for text in texts))
    made = compiled(*texts, tuple(names.items()) if names else ())
    known = measured(values)[0] if values else {}
    made.check(names or {}, known)
    return made, known


def _refuse_empty(names: Any, values: Any, *, expressions: bool) -> None:
    for field, given in (
        ("ExpressionAttributeNames", names),
        ("ExpressionAttributeValues", values),
    ):
        if given is None:
            continue
        if not expressions:
            raise invalid(f"{field} can only be specified when using expressions")
        if not given:
            raise invalid(f"{field} must not be empty")


def _put(table: Table, request: Request, *_: Any) -> Meaning:
    row = item, size = measured(request["Item"])
    key = table.key_of(item)
    if table.indexes:
        table.check_index_keys(item)
    if size > MOST_ITEM_BYTES:
        raise unfit(_TOO_LARGE)
    return key, lambda _: row, size


def _update(
    table: Table, request: Request, made: Expressions, values: Mapping[str, Any]
) -> Meaning:
    key = table.key_given(request["Key"])
    for name in made.updated:
        if name in table.key_names:
            raise invalid(
                f"One or more parameter values were invalid: Cannot update attribute {name}. This "
                "attribute is part of the key"
            )
    update = made.update

    def change(row: Row | None) -> Row:
        item: Item = row[0] if row else table.key_item(key)
        after = measured(update(item, values) if update else item)
        if after[1] > MOST_ITEM_BYTES:
            raise unfit(_TOO_LARGE_UPDATED)
        if table.indexes:
            table.check_index_keys(after[0])
        return after

    return key, change, measured(values)[1] if values else 0


def _delete(table: Table, request: Request, *_: Any) -> Meaning:
    return table.key_given(request["Key"]), lambda _: None, 0


def _check(table: Table, request: Request, *_: Any) -> Meaning:
    if "ConditionExpression" not in request:
        raise Unsupported("ConditionCheck without a condition, which botocore does not send")
    return table.key_given(request["Key"]), lambda row: row, 0


_MEANINGS: dict[str, Callable[..., Meaning]] = {
    "Put": _put,
    "Update": _update,
    "Delete": _delete,
    "ConditionCheck": _check,
}
