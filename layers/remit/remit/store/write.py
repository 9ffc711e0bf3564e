"""One conditional write, and the error that its failed condition means."""

from collections.abc import Callable, Mapping
from typing import Any

from remit.kernel.value import value
from remit.store.item import Attribute, Item, Plain, encode, encode_item

OnFailure = Callable[[Item | None], Exception]
"""From the item as it stands (None when there is none) to the error to raise."""


@value
class Write:
    """A part of one unit of work: what `TransactWriteItems` gets, and what a refusal means.

    `action` is `Put`, `Update`, `Delete` or `ConditionCheck`; `request` its parameters.
    """

    action: str
    request: Mapping[str, Any]
    failed: OnFailure

    @property
    def target(self) -> tuple[str, str]:
        """The table and key that this write touches; no unit of work may touch one twice."""
        item = self.request.get("Key") or self.request["Item"]
        return self.request["TableName"], f"{item['pk']} {item.get('sk')}"


def put_new(table: str, item: Item, *, exists: OnFailure) -> Write:
    """Put `item`, which must not exist yet."""
    request = {
        "TableName": table,
        "Item": encode_item(item),
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return Write(action="Put", request=request, failed=exists)


class _Expressions:
    """Aliases for attribute names and values: any name may be a word that DynamoDB reserves."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Attribute] = {}

    def name(self, attribute: str) -> str:
        return self.names.setdefault(attribute, f"#n{len(self.names)}")

    def bind(self, content: Plain) -> str:
        alias = f":v{len(self.values)}"
        self.values[alias] = encode(content)
        return alias

    def is_expected(self, attribute: str, expected: Plain | tuple[Plain, ...]) -> str:
        if isinstance(expected, tuple):
            return f"{self.name(attribute)} IN ({', '.join(self.bind(one) for one in expected)})"
        return f"{self.name(attribute)} = {self.bind(expected)}"


def put(table: str, item: Item) -> Write:
    """Put `item` in place of whatever stands there."""
    request = {"TableName": table, "Item": encode_item(item)}
    return Write(
        action="Put", request=request, failed=lambda _: RuntimeError("it had no condition")
    )


def update(
    table: str,
    key: Item,
    *,
    set_to: Mapping[str, Plain],
    append: Mapping[str, list[Plain]] | None = None,
    remove: tuple[str, ...] = (),
    only_if: Mapping[str, Plain | tuple[Plain, ...]],
    failed: OnFailure,
) -> Write:
    """Set, append to and remove attributes of one item, only if others are as expected.

    `only_if` maps an attribute to the value, or the tuple of values, that it must have; it may not
    be empty, so that no update can create an item by accident.
    """
    if not only_if:
        raise ValueError("an update needs a condition")
    into = _Expressions()
    sets = [f"{into.name(one)} = {into.bind(content)}" for one, content in set_to.items()]
    sets += [
        f"{into.name(one)} = list_append({into.name(one)}, {into.bind(entries)})"
        for one, entries in (append or {}).items()
    ]
    removes = " REMOVE " + ", ".join(into.name(one) for one in remove) if remove else ""
    request = {
        "TableName": table,
        "Key": encode_item(key),
        "UpdateExpression": "SET " + ", ".join(sets) + removes,
        "ConditionExpression": " AND ".join(into.is_expected(*pair) for pair in only_if.items()),
        "ExpressionAttributeNames": {alias: one for one, alias in into.names.items()},
        "ExpressionAttributeValues": into.values,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return Write(action="Update", request=request, failed=failed)


def count(
    table: str,
    key: Item,
    *,
    by: int,
    most: int | None,
    set_to: Mapping[str, Plain],
    full: OnFailure,
) -> Write:
    """Add `by` to the item's `count`, which starts at 0, unless that makes it more than `most`.

    One write without a look before, so that no two who count at once pass each other. When its
    reply is lost, the same again counts twice: for what may be too high, never for money.
    """
    into = _Expressions()
    name = into.name("count")
    added = f"{name} = if_not_exists({name}, {into.bind(0)}) + {into.bind(by)}"
    sets = [added, *(f"{into.name(one)} = {into.bind(content)}" for one, content in set_to.items())]
    request: dict[str, Any] = {
        "TableName": table,
        "Key": encode_item(key),
        "UpdateExpression": "SET " + ", ".join(sets),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if most is not None:
        fits = f"{name} <= {into.bind(most - by)}"
        request["ConditionExpression"] = f"attribute_not_exists({name}) OR {fits}"
    request["ExpressionAttributeNames"] = {alias: one for one, alias in into.names.items()}
    request["ExpressionAttributeValues"] = into.values
    return Write(action="Update", request=request, failed=full)


def delete(table: str, key: Item, *, missing: OnFailure) -> Write:
    """Delete an item that must exist."""
    request = {
        "TableName": table,
        "Key": encode_item(key),
        "ConditionExpression": "attribute_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return Write(action="Delete", request=request, failed=missing)


def absent(table: str, key: Item, *, found: OnFailure) -> Write:
    """Change nothing, but hold only while no item has this `key`."""
    return _check(table, key, "attribute_not_exists(pk)", {}, found)


def unchanged(
    table: str, key: Item, *, only_if: Mapping[str, Plain | tuple[Plain, ...]], failed: OnFailure
) -> Write:
    """Change nothing, but hold only while the item's attributes are as `only_if` has them."""
    into = _Expressions()
    condition = " AND ".join(into.is_expected(*pair) for pair in only_if.items())
    expressions = {
        "ExpressionAttributeNames": {alias: one for one, alias in into.names.items()},
        "ExpressionAttributeValues": into.values,
    }
    return _check(table, key, condition, expressions, failed)


def not_reached(table: str, key: Item, attribute: str, moment: int, *, reached: OnFailure) -> Write:
    """Change nothing, but hold only while the item's `attribute` is later than `moment`."""
    into = _Expressions()
    condition = f"{into.name(attribute)} > {into.bind(moment)}"
    expressions = {
        "ExpressionAttributeNames": {alias: one for one, alias in into.names.items()},
        "ExpressionAttributeValues": into.values,
    }
    return _check(table, key, condition, expressions, reached)


def _check(
    table: str, key: Item, condition: str, more: Mapping[str, Any], failed: OnFailure
) -> Write:
    request = {
        "TableName": table,
        "Key": encode_item(key),
        "ConditionExpression": condition,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        **more,
    }
    return Write(action="ConditionCheck", request=request, failed=failed)
