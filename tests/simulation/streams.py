"""Stream records, as Lambda gets them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.simulation.database_table import Key, Row, Table

REGION = "eu-west-1"
_SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def record(
    table: "Table",
    key: "Key",
    before: "Row | None",
    after: "Row | None",
    now: int,
    *,
    service: bool,
) -> dict[str, Any]:
    """One change of one item; numbered in the order of commits. `service`: an item that expired."""
    number = len(table.stream or ()) + 1
    change: dict[str, Any] = {
        "ApproximateCreationDateTime": now // 1000,
        "Keys": table.key_item(key),
        "SequenceNumber": f"{number:021d}",
        "SizeBytes": (before[1] if before else 0) + (after[1] if after else 0),
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    if after is not None:
        change["NewImage"] = after[0]
    if before is not None:
        change["OldImage"] = before[0]
    name = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    made = {
        "eventID": f"{table.name}-{number}",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": change,
        "eventSourceARN": f"arn:aws:dynamodb:{REGION}:123456789012:table/{table.name}/stream/1",
    }
    return made | {"userIdentity": dict(_SERVICE)} if service else made
