"""Queries and scans: which items, in which order, and where to go on."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Any

from tests.simulation.database_refusals import Unsupported, invalid, misfit
from tests.simulation.database_table import Item, Key, Place, Row, Table, View
from tests.simulation.database_writes import Request, expressed, refuse_unknown
from tests.simulation.expressions import Expressions, Values
from tests.simulation.expressions_grammar import Tree

_TAKEN = frozenset(
    {
        "TableName",
        "IndexName",
        "KeyConditionExpression",
        "FilterExpression",
        "ExpressionAttributeNames",
        "ExpressionAttributeValues",
        "ScanIndexForward",
        "ConsistentRead",
        "Limit",
        "ExclusiveStartKey",
    }
)
_SCANNED = frozenset({"TableName", "ConsistentRead", "Limit", "ExclusiveStartKey"})
_MOST_PAGE_BYTES = 1024 * 1024
_LAST_CHARACTER = chr(0x10FFFF)
_range_value = itemgetter(0)


def query(table: Table, request: Request, overlay: Mapping[Key, Row | None]) -> dict[str, Any]:
    """The answer to a query of the table as it was when `overlay` was true."""
    refuse_unknown("Query", request, _TAKEN)
    view = _view(table, request)
    made, values = expressed(request)
    _refuse_filtered_keys(view, made)
    partition, condition = _keyed(view, made, values)
    forward, limit = request.get("ScanIndexForward", True), request.get("Limit")
    if limit is not None and limit < 1:
        raise misfit("limit", limit, "value greater than or equal to 1")
    order = table.ordered(view, partition, overlay)
    low, high = _span(order, condition, values)
    if (start := request.get("ExclusiveStartKey")) is not None:
        place = _start(table, view, partition, start)
        if forward:
            low = max(low, bisect_right(order, place))
        else:
            high = min(high, bisect_left(order, place))
    most = max(0, high - low if limit is None else min(limit, high - low))
    places = order[low : low + most] if forward else order[high - most : high][::-1]
    rows = [overlay.get(place[1:]) or table.rows[place[1:]] for place in places]
    fit = _fitting(rows)
    found = [item for item, _ in rows[:fit] if made.filter is None or made.filter(item, values)]
    answer: dict[str, Any] = {
        "Items": [dict(item) if view.name is None else _keys(table, view, item) for item in found],
        "Count": len(found),
        "ScannedCount": fit,
    }
    if fit < len(rows) or fit == limit:
        # There may be nothing behind it: DynamoDB does not look further than the limit.
        answer["LastEvaluatedKey"] = _keys(table, view, rows[fit - 1][0])
    return answer


def scan(table: Table, request: Request, overlay: Mapping[Key, Row | None]) -> dict[str, Any]:
    """All items, as they were when `overlay` was true; partitions in no order that means anything.

    Neither filters nor segments.
    """
    refuse_unknown("Scan", request, _SCANNED)
    limit = request.get("Limit")
    if limit is not None and limit < 1:
        raise misfit("limit", limit, "value greater than or equal to 1")
    rows = {**table.rows, **overlay}
    order = sorted((key for key, row in rows.items() if row), key=_scanned)
    if (start := request.get("ExclusiveStartKey")) is not None:
        order = order[bisect_right(order, _scanned(table.key_given(start)), key=_scanned) :]
    page = [rows[key] or ({}, 0) for key in order[:limit]]
    fit = _fitting(page)
    found = [dict(item) for item, _ in page[:fit]]
    answer: dict[str, Any] = {"Items": found, "Count": fit, "ScannedCount": fit}
    if fit < len(order) or fit == limit:
        answer["LastEvaluatedKey"] = _keys(table, table.view, found[-1])
    return answer


def _scanned(key: Key) -> tuple[bytes, str]:
    """Where a scan comes upon an item: by a hash of its partition, then in order."""
    return sha256(key[0].encode()).digest(), key[1]


def _fitting(rows: Sequence[Row]) -> int:
    """How many rows a page can hold."""
    left = _MOST_PAGE_BYTES
    for number, (_, size) in enumerate(rows):
        if size > left:
            return number
        left -= size
    return len(rows)


def _keys(table: Table, view: View, item: Item) -> Item:
    """The keys of an item, the table's and the index's."""
    names = table.key_names if view.name is None else [*table.key_names, view.hash, view.range]
    return {name: item[name] for name in names if name is not None}


def _refuse_filtered_keys(view: View, made: Expressions) -> None:
    for name in made.filtered:
        if name in (view.hash, view.range):
            raise invalid(
                "Filter Expression can only contain non-primary key attributes: "
                f"Primary key attribute: {name}"
            )


def _view(table: Table, request: Request) -> View:
    index = request.get("IndexName")
    if index is None:
        return table.view
    if index not in table.indexes:
        raise invalid(f"The table does not have the specified index: {index}")
    if request.get("ConsistentRead"):
        raise invalid("Consistent reads are not supported on global secondary indexes")
    return table.indexes[index]


def _keyed(view: View, made: Expressions, values: Values) -> tuple[str, Tree | None]:
    """The partition that the key condition names, and its condition on the range key."""
    if made.keys is None:
        raise invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
            "request."
        )
    found = _by_name(made.keys)
    first = found.pop(view.hash, None)
    if first is None:
        raise invalid(f"Query condition missed key schema element: {view.hash}")
    second = found.pop(view.range, None) if view.range else None
    if found and second is None and view.range:
        raise invalid(f"Query condition missed key schema element: {view.range}")
    if found or first[0] != "=":
        raise invalid("Query key condition not supported")
    _refuse_kinds(first, values)
    if second is not None:
        _refuse_kinds(second, values)
    return values[first[2][1]]["S"], second


def _by_name(keys: Tree) -> dict[str, Tree]:
    """The conditions of a key condition, by the attribute of each."""
    found: dict[str, Tree] = {}
    for tree in _conjuncts(keys):
        if tree[0] in ("<>", "in") or tree[1][0] != "name":
            raise invalid(f"Invalid operator used in KeyConditionExpression: {tree[0].upper()}")
        name = tree[1][1]
        if name in found:
            raise invalid("KeyConditionExpressions must only contain one condition per key")
        found[name] = tree
    return found


def _conjuncts(tree: Tree) -> list[Tree]:
    if tree[0] == "and":
        return [*_conjuncts(tree[1]), *_conjuncts(tree[2])]
    if tree[0] in ("or", "not", "exists", "not exists"):
        raise invalid(f"Invalid operator used in KeyConditionExpression: {tree[0].upper()}")
    return [tree]


def _refuse_kinds(tree: Tree, values: Values) -> None:
    for operand in tree[2:]:
        if operand[0] != "value":
            raise Unsupported("a key condition that compares two attributes")
        given = values[operand[1]]
        if "S" not in given:
            raise invalid(
                "One or more parameter values were invalid: Condition parameter type does not "
                "match schema type"
            )
        if not given["S"]:
            raise invalid(
                "One or more parameter values are not valid. The AttributeValue for a key "
                f"attribute cannot contain an empty string value. Key: {tree[1][1]}"
            )


def _span(order: Sequence[Place], condition: Tree | None, values: Values) -> tuple[int, int]:
    """The part of a partition, from and up to, whose range values meet the condition."""
    if condition is None:
        return 0, len(order)
    what = condition[0]
    first = values[condition[2][1]]["S"]
    if what == "<":
        return 0, bisect_left(order, first, key=_range_value)
    if what == "<=":
        return 0, bisect_right(order, first, key=_range_value)
    if what == ">":
        return bisect_right(order, first, key=_range_value), len(order)
    if what == ">=":
        return bisect_left(order, first, key=_range_value), len(order)
    last = values[condition[3][1]]["S"] if what == "between" else first
    if last < first:
        raise invalid(
            "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be "
            "greater than or equal to lower bound; lower bound operand: AttributeValue: "
            f"{{S:{first}}}, upper bound operand: AttributeValue: {{S:{last}}}"
        )
    if what == "begins_with":
        last = first + _LAST_CHARACTER
    return bisect_left(order, first, key=_range_value), bisect_right(order, last, key=_range_value)


def _start(table: Table, view: View, partition: str, start: Item) -> Place:
    """The place after which to go on. The item need not be there any more."""
    needed = {*table.key_names, view.hash, view.range} - {None}
    if start.keys() != needed or any("S" not in content for content in start.values()):
        raise invalid("The provided starting key is invalid")
    if start[view.hash]["S"] != partition:
        raise invalid(
            "The provided starting key is outside query boundaries based on provided conditions"
        )
    found = view.place(start, table.key_given({name: start[name] for name in table.key_names}))
    if found is None:
        raise invalid("The provided starting key is invalid")
    return found[1]
