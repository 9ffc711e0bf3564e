"""Attribute values: what they may be, and how large they count. Sizes are in bytes."""

from collections.abc import Mapping
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from tests.simulation.database_refusals import Unsupported, invalid

MOST_ITEM_BYTES = 400 * 1024
_MOST_DEPTH = 32
_MOST_DIGITS = 38
_LARGEST, _SMALLEST = 125, -130
_NOT_HERE = ("SS", "NS", "BS")
_KINDS = ("S", "N", "BOOL", "L", "M", "NULL", "B", *_NOT_HERE)
_EXACT = Context(prec=400)


@lru_cache(maxsize=4096)
def canonical_number(text: str) -> str:
    """The number as DynamoDB gives it back: 38 digits at most, no zeros that say nothing."""
    try:
        number = _EXACT.create_decimal(text)
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise invalid(f"The parameter cannot be converted to a numeric value: {text}")
    if not number:
        return "0"
    number = number.normalize(_EXACT)
    if len(number.as_tuple().digits) > _MOST_DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    if number.adjusted() > _LARGEST:
        raise invalid(
            "Number overflow. Attempting to store a number with magnitude larger than "
            "supported range"
        )
    if number.adjusted() < _SMALLEST:
        raise invalid(
            "Number underflow. Attempting to store a number with magnitude smaller than "
            "supported range"
        )
    return f"{number:f}"


def number_bytes(text: str) -> int:
    """About half a byte for each digit, one more for the whole, and one for the sign."""
    digits = text.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def text_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def item_bytes(item: Mapping[str, Any]) -> int:
    """What an item counts as: its names and its values."""
    return sum([text_bytes(name) + _bytes(content) for name, content in item.items()])


def _bytes(attribute: Mapping[str, Any]) -> int:
    ((kind, content),) = attribute.items()
    if kind == "S":
        return text_bytes(content)
    if kind == "N":
        return number_bytes(content)
    if kind == "L":
        return 3 + sum([1 + _bytes(entry) for entry in content])
    if kind == "M":
        return 3 + sum([1 + text_bytes(name) + _bytes(one) for name, one in content.items()])
    return len(content) if kind == "B" else 1


def checked(attributes: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """The attributes with their numbers as DynamoDB keeps them; refuses what it would refuse."""
    if depth > _MOST_DEPTH:
        raise invalid(
            "Nesting Levels have exceeded supported limits: Nesting Levels have exceeded "
            "supported limits"
        )
    return {name: _checked(content, depth) for name, content in attributes.items()}


def _checked(attribute: Mapping[str, Any], depth: int) -> Any:
    if len(attribute) != 1:
        raise invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
            "the supported datatypes"
            if attribute
            else "Supplied AttributeValue is empty, must contain exactly one of the supported "
            "datatypes"
        )
    ((kind, content),) = attribute.items()
    if kind == "S":
        return attribute
    if kind == "N":
        known = canonical_number(content)
        return attribute if known == content else {"N": known}
    if kind == "L":
        _too_deep(depth)
        return {"L": [_checked(entry, depth + 1) for entry in content]}
    if kind == "M":
        return {"M": checked(content, depth + 1)}
    if kind in _NOT_HERE:
        raise Unsupported(f"sets: {kind}")
    if kind not in _KINDS:
        raise Unsupported(f"attribute of type {kind}")
    return attribute


def _too_deep(depth: int) -> None:
    if depth >= _MOST_DEPTH:
        checked({}, depth + 1)
