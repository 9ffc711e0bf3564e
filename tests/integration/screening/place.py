"""Screening on moto: its table, its bucket, its functions, small lists of invented names."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto import mock_aws

from remit.kernel import clock
from remit.runtime import clients, screening
from remit.screening import store as stores
from remit.screening.store import ScreeningStore
from remit.store.item import decode_item
from tests.builders import api_event, lambda_context
from tests.integration.cloud import REGION, SESSION, Clock, Queues, Reply, Watched, handler
from tests.integration.cloud import key_schema as keys

RESCREEN = "https://sqs.eu-west-1.amazonaws.com/123456789012/rescreen"
SETTINGS = {
    "SCREENING_TABLE": "Screening",
    "LISTS_BUCKET": "lists",
    "RESCREEN_QUEUE_URL": RESCREEN,
}
ROUTES = {
    ("GET", "/screening/lists"): "screening/read",
    ("POST", "/screening/searches"): "screening/search",
}


def sdn(*people: tuple[int, str], remarks: str = "-0- ") -> dict[str, bytes]:
    """OFAC's three files, with these individuals."""
    nothing = ",".join(["-0- "] * 7)
    rows = [
        f'{number},"{name}","individual","TEST",{nothing},"{remarks}"' for number, name in people
    ]
    first = people[0][0]
    return {
        "sdn.csv": "\r\n".join(rows).encode(),
        "alt.csv": f'{first},1,"aka","{people[0][1]} ALIAS",-0- '.encode(),
        "add.csv": f'{first},1,-0- ,-0- ,"Cuba",-0- '.encode(),
    }


class Objects:
    """An S3 client that counts what is put, and may fail as it is told to."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.puts: list[str] = []
        self.trouble: Exception | None = None

    def put_object(self, **asked: Any) -> Any:
        self._trouble()
        self.puts.append(asked["Key"])
        return self.client.put_object(**asked)

    def get_object(self, **asked: Any) -> Any:
        self._trouble()
        return self.client.get_object(**asked)

    def _trouble(self) -> None:
        if self.trouble is not None:
            raise self.trouble


@dataclass
class Place:
    """What a test may do."""

    dynamodb: Watched
    s3: Objects
    queues: Queues = field(default_factory=Queues)
    clock: Clock = field(default_factory=Clock)

    @property
    def store(self) -> ScreeningStore:
        return ScreeningStore.of(self.dynamodb, self.s3, table="Screening", bucket="lists")

    def upload(
        self, source: str, name: str, files: Mapping[str, bytes], marker: bytes = b""
    ) -> str:
        for file, content in {**files, "complete": marker}.items():
            self.s3.client.put_object(
                Bucket="lists", Key=f"lists/{source}/{name}/{file}", Body=content
            )
        return f"lists/{source}/{name}/complete"

    def deliver(self, *object_keys: str) -> list[str]:
        """Tell the function of these objects, each in a message; those that it reports failed."""
        records = [
            {
                "messageId": str(number),
                "body": json.dumps({"Records": [{"s3": {"object": {"key": key}}}]}),
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for number, key in enumerate(object_keys)
        ]
        report = handler("screening/load_list")({"Records": records}, lambda_context(300_000))
        return [failure["itemIdentifier"] for failure in report["batchItemFailures"]]

    def api(self, method: str, resource: str, **request: Any) -> Reply:
        answer = handler(ROUTES[method, resource])(
            api_event(method, resource, **request), lambda_context(10_000)
        )
        return Reply(status=answer["statusCode"], text=answer["body"], headers=answer["headers"])

    def items(self) -> list[dict[str, Any]]:
        """Every item of the table."""
        found = self.dynamodb.client.scan(TableName="Screening")["Items"]
        return sorted(map(decode_item, found), key=lambda item: (item["pk"], item["sk"]))

    @property
    def told(self) -> list[dict[str, str]]:
        return self.queues.sent.get(RESCREEN, [])


@contextmanager
def screening_on_moto() -> Iterator[dict[str, Any]]:
    with mock_aws():
        made = {
            name: SESSION.create_client(name, region_name=REGION) for name in ("dynamodb", "s3")
        }
        yield made


def fresh_place(aws: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty table and bucket, which the handlers take for AWS until the test ends."""
    aws["dynamodb"].create_table(
        TableName="Screening",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=keys("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
        ],
    )
    aws["s3"].create_bucket(
        Bucket="lists", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    place = Place(dynamodb=Watched(aws["dynamodb"]), s3=Objects(aws["s3"]))
    for name, content in SETTINGS.items():
        monkeypatch.setenv(name, content)
    seen = {"dynamodb": place.dynamodb, "s3": place.s3, "sqs": place.queues}
    clients.forget()
    screening.screening.cache_clear()
    stores._indexes.clear()
    monkeypatch.setattr(clients, "_client", lambda service, **_: seen[service])
    monkeypatch.setattr(clock, "now", place.clock)
    monkeypatch.setattr("time.sleep", place.clock.sleep)
    return place
