"""Tables on moto, seen through a client that can lose requests and replies."""

from collections.abc import Iterator

import botocore.session
import pytest
from moto import mock_aws

from remit.store import commit, idempotency
from remit.store.table import Table
from tests.integration.store.faulty import Faulty


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[int]:
    """No test waits: pauses are counted instead."""
    counted: list[int] = []
    monkeypatch.setattr(commit, "pause", counted.append)
    monkeypatch.setattr(idempotency, "pause", counted.append)
    return counted


# One session reads botocore's service descriptions once for all tests. It must be younger than
# moto, which hooks itself into new sessions.
SESSION = botocore.session.get_session()


def key_schema(*names: str) -> list[dict[str, str]]:
    kinds = zip(names, ("HASH", "RANGE"), strict=False)
    return [{"AttributeName": name, "KeyType": kind} for name, kind in kinds]


def attributes(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


@pytest.fixture
def client() -> Iterator[Faulty]:
    with mock_aws():
        dynamodb = SESSION.create_client(
            "dynamodb",
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        dynamodb.create_table(
            TableName="Idempotency",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=key_schema("pk"),
            AttributeDefinitions=attributes("pk"),
        )
        dynamodb.create_table(
            TableName="Things",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=key_schema("pk", "sk"),
            AttributeDefinitions=attributes("pk", "sk", "owner"),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_owner",
                    "KeySchema": key_schema("owner", "sk"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        yield Faulty(dynamodb)


@pytest.fixture
def things(client) -> Table:
    return Table(client=client, name="Things")


@pytest.fixture
def keys(client) -> Table:
    return Table(client=client, name="Idempotency")
