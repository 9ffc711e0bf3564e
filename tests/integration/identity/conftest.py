"""The scene that identity tests play in."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from remit.identity import sweep as sweeping
from remit.kernel import clock
from remit.kernel.clock import MINUTE
from tests.fakes import FakeVault
from tests.integration.cloud import REGION, SESSION, Clock, Watched, key_schema
from tests.integration.identity.scenes import TABLES, Scene, clear
from tests.unit.identity.instant import InstantProvider


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """DynamoDB on moto with the tables: once per module."""
    with mock_aws():
        made = SESSION.create_client("dynamodb", region_name=REGION)
        for table in TABLES:
            made.create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=key_schema("pk", "sk"),
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
                ],
            )
        yield made


@pytest.fixture
def scene(client, monkeypatch) -> Scene:
    """A desk with nothing on it, one subject in the vault, and a clock that stands."""
    clear()
    monkeypatch.setattr(sweeping, "LOOK_BACK", 2 * MINUTE)  # each minute is a call to moto
    stands = Clock()
    monkeypatch.setattr(clock, "now", stands)
    monkeypatch.setattr("time.sleep", stands.sleep)
    vault = FakeVault(client)
    _, writes = vault.new_subject("acme", "cus_1", at=stands.now, by="test")
    vault.commit(writes)
    return Scene(dynamodb=Watched(client), vault=vault, provider=InstantProvider(), clock=stands)
