"""DynamoDB's attribute values to and from plain Python. Only what we store: no floats, no sets."""

import base64
from typing import Any, TypeAlias

Plain: TypeAlias = str | int | bool | bytes | list["Plain"] | dict[str, "Plain"]
Item: TypeAlias = dict[str, Plain]
Attribute: TypeAlias = dict[str, Any]


def encode(content: Plain) -> Attribute:
    """One value as a DynamoDB attribute."""
    if isinstance(content, str):
        return {"S": content}
    if isinstance(content, bool):
        return {"BOOL": content}
    if isinstance(content, int):
        return {"N": str(content)}
    if isinstance(content, bytes):
        return {"B": content}
    if isinstance(content, list):
        return {"L": [encode(entry) for entry in content]}
    if isinstance(content, dict):
        return {"M": {name: encode(entry) for name, entry in content.items()}}
    raise TypeError(f"cannot store a {type(content).__name__}")


def decode(attribute: Attribute) -> Plain:
    """One DynamoDB attribute as a plain value."""
    ((kind, content),) = attribute.items()
    if kind == "N":
        return int(content)
    if kind == "L":
        return [decode(entry) for entry in content]
    if kind == "M":
        return {name: decode(entry) for name, entry in content.items()}
    if kind in ("S", "BOOL"):
        return content  # type: ignore[no-any-return]
    if kind == "B":
        # A stream's event is JSON, where bytes are base64; everywhere else they are bytes.
        return base64.b64decode(content) if isinstance(content, str) else bytes(content)
    raise TypeError(f"cannot read a DynamoDB {kind}")


def encode_item(item: Item) -> dict[str, Attribute]:
    """A whole item, attribute by attribute."""
    return {name: encode(content) for name, content in item.items()}


def decode_item(item: dict[str, Attribute]) -> Item:
    """The inverse of `encode_item`."""
    return {name: decode(content) for name, content in item.items()}


def integer(item: Item, name: str) -> int:
    """Attribute `name` of a stored item, which is a whole number."""
    content = item[name]
    if not isinstance(content, int) or isinstance(content, bool):
        raise TypeError(f"stored attribute {name} is not a whole number")
    return content


def text(item: Item, name: str) -> str:
    """Attribute `name` of a stored item, which is a string."""
    content = item[name]
    if not isinstance(content, str):
        raise TypeError(f"stored attribute {name} is not a string")
    return content


def binary(item: Item, name: str) -> bytes:
    """Attribute `name` of a stored item, which is bytes."""
    content = item[name]
    if not isinstance(content, bytes):
        raise TypeError(f"stored attribute {name} is not bytes")
    return content
