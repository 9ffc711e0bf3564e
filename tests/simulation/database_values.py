"""Attribute values: what they may be, and how large they count. Sizes are in bytes."""

from collections.abc import Mapping
from decimal import Context, InvalidOperation
from functools import lru_cache
from typing import Any

from tests.simulation.database_refusals import Refused, Unsupported, invalid

MOST_ITEM_BYTES = 400 * 1024
_MOST_DEPTH = 32
_MOST_DIGITS = 38
_LARGEST, _SMALLEST = 125, -130
_DOCUMENT_BYTES = 3
_ENTRY_BYTES = 1
_EXACT = Context(prec=400)


@lru_cache(maxsize=65536)
def measured_number(text: str) -> tuple[str, int]:
    """The number as DynamoDB gives it back, and its size: a byte for two digits, and one more."""
    try:
        number = _EXACT.create_decimal(text)
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise invalid(f"The parameter cannot be converted to a numeric value: {text}")
    if not number:
        return "0", 1
    number = number.normalize(_EXACT)
    digits = len(number.as_tuple().digits)
    if digits > _MOST_DIGITS:
        raise invalid("Attempting to store more than 38 significant digits in a Number")
    if not _SMALLEST <= number.adjusted() <= _LARGEST:
        how, than = ("over", "larger") if number.adjusted() > 0 else ("under", "smaller")
        raise invalid(
            f"Number {how}flow. Attempting to store a number with magnitude {than} than "
            "supported range"
        )
    return f"{number:f}", (digits + 1) // 2 + 1


def text_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def measured(attributes: Mapping[str, Any], depth: int = 1) -> tuple[dict[str, Any], int]:
    """The attributes, their numbers as DynamoDB keeps them, and their size in all.

    Refuses what is no attribute value. The mapping itself is given back when nothing had to change.
    """
    if depth > _MOST_DEPTH:
        raise _too_deep()
    size, kept = 0, attributes
    for name, attribute in attributes.items():
        size += len(name) if name.isascii() else len(name.encode())
        if len(attribute) != 1:
            raise _odd(attribute)
        for kind, content in attribute.items():
            if kind == "S":
                size += len(content) if content.isascii() else len(content.encode())
            else:
                same, more = _measured(attribute, kind, content, depth)
                size += more
                if same is not attribute:
                    kept = {**kept, name: same}
    return kept, size  # type: ignore[return-value]


def _measured(attribute: Any, kind: str, content: Any, depth: int) -> tuple[Any, int]:
    if kind == "N":
        known, size = measured_number(content)
        return (attribute if known == content else {"N": known}), size
    if kind == "BOOL":
        return attribute, 1
    if kind == "L":
        return _measured_list(attribute, content, depth)
    if kind == "M":
        inside, size = measured(content, depth + 1)
        same = attribute if inside is content else {"M": inside}
        return same, _DOCUMENT_BYTES + _ENTRY_BYTES * len(content) + size
    if kind == "S":
        return attribute, text_bytes(content)
    if kind == "NULL":
        return attribute, 1
    if kind == "B":
        return attribute, len(content)
    raise Unsupported(f"attribute of type {kind}")


def _measured_list(attribute: Any, entries: Any, depth: int) -> tuple[Any, int]:
    if depth >= _MOST_DEPTH and entries:
        raise _too_deep()
    size, kept = _DOCUMENT_BYTES + _ENTRY_BYTES * len(entries), []
    for entry in entries:
        if len(entry) != 1:
            raise _odd(entry)
        ((kind, content),) = entry.items()
        same, more = _measured(entry, kind, content, depth + 1)
        size += more
        kept.append(same)
    changed = any(one is not other for one, other in zip(kept, entries, strict=True))
    return ({"L": kept} if changed else attribute), size


def _odd(attribute: Mapping[str, Any]) -> Refused:
    if attribute:
        return invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
            "the supported datatypes"
        )
    return invalid(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )


def _too_deep() -> Refused:
    return invalid(
        "Nesting Levels have exceeded supported limits: Nesting Levels have exceeded supported "
        "limits"
    )
