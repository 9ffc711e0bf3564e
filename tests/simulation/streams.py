"""Streams: every change of a table's items, in the order of commits, as Lambda gets it."""

from typing import Any

REGION = "eu-west-1"
_SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


class Stream:
    """A table's stream with both images. Records are made when they are first asked for."""

    def __init__(self, table: str, key_names: list[str]) -> None:
        self.table, self.key_names = table, key_names
        self._records: list[dict[str, Any]] = []
        self._noted: list[tuple[Any, ...]] = []

    def note(self, now: int, before: Any, after: Any, *, service: bool) -> None:
        """Something was written; `service` when DynamoDB did it by itself.

        A write that leaves the item as it was makes no record.
        """
        if before is None or after is None or before[0] != after[0]:
            self._noted.append((now, before, after, service))

    def records(self) -> list[dict[str, Any]]:
        """All records so far, oldest first; always the same list, which grows at every call."""
        for now, before, after, service in self._noted:
            number = len(self._records) + 1
            self._records.append(self._record(number, now, before, after, service=service))
        self._noted.clear()
        return self._records

    def _record(
        self, number: int, now: int, before: Any, after: Any, *, service: bool
    ) -> dict[str, Any]:
        item = (after or before)[0]
        change: dict[str, Any] = {
            "ApproximateCreationDateTime": now // 1000,
            "Keys": {name: item[name] for name in self.key_names},
            "SequenceNumber": f"{number:021d}",
            "SizeBytes": (before[1] if before else 0) + (after[1] if after else 0),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        if after is not None:
            change["NewImage"] = after[0]
        if before is not None:
            change["OldImage"] = before[0]
        arn = f"arn:aws:dynamodb:{REGION}:123456789012:table/{self.table}/stream/1"
        made = {
            "eventID": f"{self.table}-{number}",
            "eventName": "INSERT" if before is None else "REMOVE" if after is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": change,
            "eventSourceARN": arn,
        }
        return made | {"userIdentity": dict(_SERVICE)} if service else made
