"""What a payment that leaves the house costs in DynamoDB's units, from real item sizes."""

import subprocess
import sys
from typing import Any

import pytest

from bench.write_units import Meter
from remit.ledger.chart import house_shards
from remit.ledger.model import Transfer, between
from remit.ledger.store import Ledger
from remit.store.commit import commit
from tests.fakes import FakeCipher
from tests.house.house import REPOSITORY
from tests.integration.payments.rail_cloud import Railed
from tests.integration.payments.scenes import SMALL

BAR = 20

SDK_ADDS, FAKE_ADDS = 218, 48
"""How many bytes longer the encryption SDK makes what it seals (measured), and our fake."""


class SizedCipher(FakeCipher):
    """Seals as long as the real one."""

    def seal(self, key: bytes, context: Any, plain: bytes) -> bytes:
        return super().seal(key, context, plain) + bytes(SDK_ADDS - FAKE_ADDS)

    def open(self, key: bytes, context: Any, sealed: bytes) -> bytes:
        return super().open(key, context, sealed[: FAKE_ADDS - SDK_ADDS])


def measured(road: Railed, way) -> Meter:
    """What `way` costs for a debtor who has paid this creditor before."""
    road.vault.keys.cipher = SizedCipher()
    debtor = road.account()
    road.cloud.clock.now += 60_000
    begin_shards(road, debtor)
    accepted(road, debtor)
    meter = Meter(road.cloud.dynamodb.client)
    road.cloud.dynamodb.client, plain = meter, road.cloud.dynamodb.client
    way(road, debtor)
    road.cloud.dynamodb.client = plain
    return meter


def begin_shards(road: Railed, debtor: str, currency: str = "EUR") -> None:
    """A shard's first transfer costs a look at the days more, once; that is over and done with."""
    ledger = Ledger.of(road.cloud.dynamodb, "Ledger")
    for shard in house_shards(currency):
        if "in_transit" in shard:
            transfer = Transfer(
                id=f"tr_{shard}",
                tenant="acme",
                currency=currency,
                legs=between(debtor, shard, 1),
                kind="test",
                reference=shard,
                by="test",
                at=road.cloud.clock.now,
            )
            commit(road.cloud.dynamodb, ledger.post(transfer))


def accepted(road, debtor):
    payment = sent(road, debtor)
    assert road.settle(road.report(payment, "ACSC")) == ["completed"]
    joined(road, payment)


def joined(road, payment):
    """Its window is open already: opening it is shared by all that are in it."""
    body = {"id": payment, "tenant": "acme", "request_id": "sweep"}
    assert road.cloud.deliver("settlement/join", body) == []


def rejected(road, debtor):
    assert road.settle(road.report(sent(road, debtor), "RJCT", "AC04")) == ["declined"]


def returned(road, debtor):
    payment = sent(road, debtor)
    assert road.settle(road.report(payment, "ACSC")) == ["completed"]
    joined(road, payment)
    assert road.settle(road.money_back(payment, SMALL)) == ["returned"]
    joined(road, payment)


def sent(road, debtor):
    payment = road.pay(debtor).body["id"]
    assert [road.cloud.task(task, payment) for task in ("check", "reserve", "submit")] == [
        "reserve",
        "reserved",
        "submitted",
    ]
    return payment


@pytest.mark.parametrize(("way", "write_units"), [(accepted, 20), (rejected, 28), (returned, 32)])
def test_a_payment_on_a_rail_costs_this_many_write_units(road, way, write_units):
    meter = measured(road, way)
    print(f"{way.__name__}: {meter.write_units} units, largest item {meter.largest} bytes")
    assert meter.write_units == write_units


def test_a_payment_that_its_rail_accepts_keeps_within_the_bar(road):
    assert measured(road, accepted).write_units <= BAR


LOADED = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("function", "functions/payments/initiate.py")
spec.loader.exec_module(importlib.util.module_from_spec(spec))
slow = ("remit.vault", "remit.payments.outside", "lxml", "aws_encryption_sdk", "urllib3.exceptions")
print([name for name in slow[:4] if name in sys.modules])
"""


def test_a_payment_inside_the_house_loads_nothing_of_the_vault_or_the_rails():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=REPOSITORY,
        env={"PYTHONPATH": "layers/remit", "AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
