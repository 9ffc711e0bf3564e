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
    names: dict[str, str] = {}
    values: dict[str, Attribute] = {}

    def name(attribute: str) -> str:
        return names.setdefault(attribute, f"#n{len(names)}")

    def bind(content: Plain) -> str:
        values[f":v{len(values)}"] = encode(content)
        return f":v{len(values) - 1}"

    sets = [f"{name(attribute)} = {bind(content)}" for attribute, content in set_to.items()]
    sets += [
        f"{name(attribute)} = list_append({name(attribute)}, {bind(entries)})"
        for attribute, entries in (append or {}).items()
    ]
    expression = "SET " + ", ".join(sets)
    if remove:
        expression += " REMOVE " + ", ".join(name(attribute) for attribute in remove)
    conditions = [
        f"{name(attribute)} IN ({', '.join(bind(one) for one in expected)})"
        if isinstance(expected, tuple)
        else f"{name(attribute)} = {bind(expected)}"
        for attribute, expected in only_if.items()
    ]
    request = {
        "TableName": table,
        "Key": encode_item(key),
        "UpdateExpression": expression,
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": {alias: attribute for attribute, alias in names.items()},
        "ExpressionAttributeValues": values,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return Write(action="Update", request=request, failed=failed)


def delete(table: str, key: Item, *, missing: OnFailure) -> Write:
    """Delete an item that must exist."""
    request = {
        "TableName": table,
        "Key": encode_item(key),
        "ConditionExpression": "attribute_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return Write(action="Delete", request=request, failed=missing)
