"""What DynamoDB charges for each call, from the real sizes of the items that it touches.

Rules: a write costs one unit per begun KB of the larger of the item before and after, twice that
inside a transaction, and one more unit in each index that it changes; a consistent read one unit
per begun 4 KB (Amazon DynamoDB developer guide, "Read and write operations" and "Item sizes and
formats"). Prices are of on-demand capacity.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WRITE_UNIT_BYTES, READ_UNIT_BYTES = 1_024, 4_096
INDEX_KEYS = {"Payments": ("account_key", "created_key")}
"""By table, the attributes whose change writes to its index, which holds keys only."""


def item_size(item: Mapping[str, Any]) -> int:
    """The bytes of an item in DynamoDB's own form: names in UTF-8, and contents."""
    return sum(len(name.encode()) + _content_size(content) for name, content in item.items())


def _content_size(attribute: Mapping[str, Any]) -> int:
    ((kind, content),) = attribute.items()
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(content)
    if kind == "N":
        digits = content.lstrip("-").strip("0")
        return (len(digits) + 1) // 2 + 1 + content.startswith("-")
    if kind == "L":
        return 3 + sum(1 + _content_size(entry) for entry in content)
    if kind == "M":
        return 3 + len(content) + item_size(content)
    return 1  # BOOL


def units(size: int, unit_bytes: int) -> int:
    """How many units `size` bytes are; nothing at all counts as one."""
    return max(1, -(-size // unit_bytes))


@dataclass
class Meter:
    """A DynamoDB client that prices every call. `write_units` and `read_units` are running sums.

    Looks at items through `client` before and after each write, so it is for measuring only.
    """

    client: Any
    write_units: int = 0
    read_units: int = 0
    largest: int = 0
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**parameters: Any) -> Any:
            self.calls.append(operation)
            writes = _writes(operation, parameters)
            before = [self._item(write) for write in writes]
            answer = getattr(self.client, operation)(**parameters)
            for write, was in zip(writes, before, strict=True):
                price = self._price(write, was)
                self.write_units += price * (2 if len(writes) > 1 else 1)
                self.write_units += _index_units(write, was, self._item(write))
            self._count_reads(operation, answer, parameters)
            return answer

        return call

    def _item(self, write: Mapping[str, Any]) -> Mapping[str, Any]:
        key = write.get("Key") or {
            name: write["Item"][name] for name in ("pk", "sk") if name in write["Item"]
        }
        found = self.client.get_item(TableName=write["TableName"], Key=key, ConsistentRead=True)
        return found.get("Item", {})

    def _price(self, write: Mapping[str, Any], was: Mapping[str, Any]) -> int:
        size = max(item_size(was), item_size(self._item(write)))
        self.largest = max(self.largest, size)
        return units(size, WRITE_UNIT_BYTES)

    def _count_reads(self, operation: str, answer: Any, parameters: Mapping[str, Any]) -> None:
        if operation == "get_item":
            self.read_units += units(item_size(answer.get("Item", {})), READ_UNIT_BYTES)
        if operation == "query":
            size = sum(map(item_size, answer["Items"]))
            self.read_units += units(size, READ_UNIT_BYTES)
        if operation == "batch_get_item":
            asked = sum(len(table["Keys"]) for table in parameters["RequestItems"].values())
            found = [item for items in answer["Responses"].values() for item in items]
            sizes = [units(item_size(item), READ_UNIT_BYTES) for item in found]
            self.read_units += sum(sizes) + asked - len(found)


def _writes(operation: str, parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if operation == "transact_write_items":
        return [write for action in parameters["TransactItems"] for write in action.values()]
    return [parameters] if operation in ("put_item", "update_item", "delete_item") else []


def _index_units(write: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any]) -> int:
    """One to put an entry into the index or take it out, two to move it, none to leave it."""
    names = INDEX_KEYS.get(write["TableName"], ())
    old, new = ({name: item.get(name) for name in names} for item in (was, now))
    if old == new:
        return 0
    return sum(1 for keys in (old, new) if any(keys.values()))
