"""Where DynamoDB's behaviour can be asked for: here in memory, of the local engine, of AWS.

Each place has the same two tables. A case writes under partitions of its own and leaves them.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulation.database import Database
from tests.simulation.database_client import DatabaseClient

PATIENCE_SECONDS = 20
INDEX = "by_owner"
START = 1_700_000_000_000


class Place:
    """A DynamoDB with a table `things` (pk, sk; an index, a stream) and a table `keys` (pk)."""

    def __init__(self, name: str, client: Any, things: str, keys: str) -> None:
        self.name, self.client, self.things, self.keys = name, client, things, keys

    def put(self, item: dict[str, Any], **more: Any) -> None:
        self.client.put_item(TableName=self.things, Item=item, **more)

    def update(self, key: dict[str, Any], expression: str, **more: Any) -> None:
        self.client.update_item(TableName=self.things, Key=key, UpdateExpression=expression, **more)

    def get(self, key: dict[str, Any]) -> dict[str, Any] | None:
        answer: dict[str, Any] = self.client.get_item(
            TableName=self.things, Key=key, ConsistentRead=True
        )
        return answer.get("Item")

    def query(self, condition: str, values: dict[str, Any], **more: Any) -> Any:
        """The answer for consistent items, or for an index's as soon as it has all of them."""
        consistent = {} if "IndexName" in more else {"ConsistentRead": True}
        return self.client.query(
            TableName=self.things,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            **consistent,
            **more,
        )

    def transact(self, *writes: dict[str, Any], **more: Any) -> None:
        """Each write is `{"Put": …}`; those that name no table are about `things`."""
        named = [
            {action: {"TableName": self.things, **request} for action, request in each.items()}
            for each in writes
        ]
        self.client.transact_write_items(TransactItems=named, **more)

    @contextmanager
    def refusal(self, code: str, saying: str = "") -> Iterator[Any]:
        """The block must be refused with this code.

        Nothing depends on the words, so those of the local engine may be its own.
        """
        with pytest.raises(ClientError) as raised:
            yield raised
        error = raised.value.response["Error"]
        assert error["Code"] == code, error
        assert saying in error["Message"] or self.name == "engine", error

    def listen(self) -> "Hearing":
        """Hear of the changes of `things` from now on."""
        raise NotImplementedError


class Hearing:
    """What a stream has told since somebody began to listen. `read` gives what is new."""

    def __init__(self, read: Callable[[], list[dict[str, Any]]]) -> None:
        self._read, self._heard = read, list[dict[str, Any]]()

    def changes(self, pk: str, number: int) -> list[dict[str, Any]]:
        """The records about a partition, as soon as there are `number` of them."""
        return eventually(lambda: self._about(pk), number)

    def _about(self, pk: str) -> list[dict[str, Any]]:
        self._heard += self._read()
        return [each for each in self._heard if each["dynamodb"]["Keys"]["pk"] == {"S": pk}]


def eventually(ask: Callable[[], list[Any]], number: int) -> list[Any]:
    """What `ask` gives as soon as it is that long; or whatever it is when patience ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found := ask()) < number and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


class Store(Place):
    """The database of the simulation, behind botocore's own checks of parameters."""

    def __init__(self) -> None:
        self.now = START
        self.database = Database(lambda: self.now)
        self.database.create_table(
            "Things", "pk", "sk", indexes={INDEX: ("owner", "since")}, stream=True
        )
        self.database.create_table("Keys", "pk", ttl="expires_at")
        super().__init__("store", DatabaseClient(self.database), "Things", "Keys")

    def listen(self) -> Hearing:
        place = len(self.database.stream_records("Things"))

        def read() -> list[dict[str, Any]]:
            nonlocal place
            new = self.database.stream_records("Things")[place:]
            place += len(new)
            return new

        return Hearing(read)


class Served(Place):
    """A DynamoDB behind an endpoint; its tables are made, and end, with the block."""

    def __init__(self, name: str, client: Any, streams: Any) -> None:
        ending = uuid.uuid4().hex[:12]
        super().__init__(name, client, f"remit-things-{ending}", f"remit-keys-{ending}")
        self.streams = streams

    @contextmanager
    def tables(self) -> Iterator["Served"]:
        for name, schema in ((self.things, _THINGS), (self.keys, _KEYS)):
            self.client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **schema)
        try:
            for name in (self.things, self.keys):
                self.client.get_waiter("table_exists").wait(TableName=name)
            yield self
        finally:
            for name in (self.things, self.keys):
                self.client.delete_table(TableName=name)

    def listen(self) -> Hearing:
        arn = self.client.describe_table(TableName=self.things)["Table"]["LatestStreamArn"]
        shards = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        places = [
            self.streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST"
            )["ShardIterator"]
            for shard in shards
        ]

        def read() -> list[dict[str, Any]]:
            answers = [self.streams.get_records(ShardIterator=place) for place in places]
            following = [answer.get("NextShardIterator") for answer in answers]
            places[:] = [place for place in following if place]
            return [record for answer in answers for record in answer["Records"]]

        return Hearing(read)


def _keyed(*names: str) -> list[dict[str, str]]:
    kinds = zip(names, ("HASH", "RANGE"), strict=False)
    return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds]


def _strings(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


_THINGS: dict[str, Any] = {
    "KeySchema": _keyed("pk", "sk"),
    "AttributeDefinitions": _strings("pk", "sk", "owner", "since"),
    "GlobalSecondaryIndexes": [
        {
            "IndexName": INDEX,
            "KeySchema": _keyed("owner", "since"),
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
_KEYS: dict[str, Any] = {"KeySchema": _keyed("pk"), "AttributeDefinitions": _strings("pk")}
