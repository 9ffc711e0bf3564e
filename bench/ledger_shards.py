"""How many postings a second a house account takes, with 1, 4, 16 and 64 shards, in one run.

The database is in memory, answers each call after a few milliseconds as DynamoDB does, and is as
exact about conditions; so what is measured is how postings wait for one another, not a machine.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError

from remit.ledger import chart
from remit.ledger.model import Account, Transfer, between
from remit.ledger.store import Ledger
from remit.store.commit import Stale, commit, pause

SHARDS = (1, 4, 16, 64)
WRITERS = 32
SECONDS = 3.0
LATENCY_SECONDS = 0.004
LEAST_RATIO = 4.0
"""What 16 shards must carry at least, as a multiple of one."""
_START = 1_795_512_600_000


class Memory:
    """The two calls that posting makes, on a dictionary: consistent, atomic, and not at once."""

    def __init__(self) -> None:
        self.partitions: dict[str, dict[str, Any]] = {}
        self.lock = threading.Lock()

    def query(self, **asked: Any) -> dict[str, Any]:
        time.sleep(LATENCY_SECONDS)
        with self.lock:
            found = self.partitions.get(asked["ExpressionAttributeValues"][":pk"]["S"], {})
            return {"Items": [found[max(found)]] if found else []}

    def transact_write_items(self, *, TransactItems: list[Any], **_: Any) -> dict[str, Any]:  # noqa: N803
        time.sleep(LATENCY_SECONDS)
        with self.lock:
            reasons = [{"Code": self._judged(item)} for item in TransactItems]
            if any(reason["Code"] != "None" for reason in reasons):
                raise ClientError(
                    {
                        "Error": {"Code": "TransactionCanceledException"},
                        "CancellationReasons": reasons,
                    },  # type: ignore[arg-type]
                    "TransactWriteItems",
                )
            for item in TransactItems:
                if "Put" in item:
                    put = item["Put"]["Item"]
                    self.partitions.setdefault(put["pk"]["S"], {})[put["sk"]["S"]] = put
        return {}

    def _judged(self, item: dict[str, Any]) -> str:
        ((_, request),) = item.items()
        key = request.get("Item") or request["Key"]
        taken = key["sk"]["S"] in self.partitions.get(key["pk"]["S"], {})
        return "ConditionalCheckFailed" if taken else "None"


def throughput(shards: int) -> tuple[float, float]:
    """Postings a second, and tries for each, by many writers with an account of their own each."""
    client: Any = Memory()
    ledger = Ledger.of(client, "Ledger")
    accounts = [f"acc_{number:026d}" for number in range(WRITERS)]
    for name in accounts:
        opening = Account(tenant="acme", id=name, currency="EUR", at=_START)
        commit(client, ledger.open(opening, {"name": "A"}))
    until, made, tries = time.monotonic() + SECONDS, [0] * WRITERS, [0] * WRITERS

    def write(writer: int) -> None:
        attempt = 0
        while time.monotonic() < until:
            tries[writer] += 1
            cause = f"tr_{writer}_{made[writer]}"
            house = chart.house_account_id("external", currency="EUR", cause=cause, at=_START)
            try:
                commit(client, ledger.post(_transfer(cause, house, accounts[writer])))
            except Stale:
                pause(attempt := attempt + 1)
            else:
                attempt, made[writer] = 0, made[writer] + 1

    with patch.object(chart, "SHARDS_FROM", (("0001-01-01", shards),)):
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(write, range(WRITERS)))
        booked = [
            ledger.account("acme", shard).debits_posted for shard in chart.house_shards("EUR")
        ]
    if sum(booked) != sum(made):
        raise AssertionError(f"{sum(made)} were posted, but {sum(booked)} are on the shards")
    return sum(made) / SECONDS, sum(tries) / max(1, sum(made))


def _transfer(cause: str, debtor: str, creditor: str) -> Transfer:
    return Transfer(
        id=cause,
        tenant="acme",
        currency="EUR",
        legs=between(debtor, creditor, 1),
        kind="bench",
        reference=cause,
        by="bench",
        at=_START,
    )


def main() -> int:
    """Measure, and hold 16 shards against one; 0 when the bar is met."""
    print(f"{WRITERS} writers, {LATENCY_SECONDS * 1000:.0f} ms a call")
    rates = {}
    for shards in SHARDS:
        rates[shards], tries = throughput(shards)
        ratio = rates[shards] / rates[1]
        print(
            f"{shards:>3} shards {rates[shards]:>7.0f}/s  x {ratio:>4.1f}  {tries:.1f} tries each"
        )
    return 0 if rates[16] / rates[1] >= LEAST_RATIO else 1
