"""The demo's chapters in which much happens at once."""

import random
import time
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from local.demo.client import at_once, must
from local.demo.story import Story
from local.samples import payroll

ALIKE = 20
SALARIES, EMPLOYEES = 120, 10
PAYMENTS, MEMBERS = 300, 10
_SEED = 20261124
_RESTING = ("completed", "declined", "in_review")


def same_twenty_times(story: Story) -> None:
    """One payment, sent many times at the same moment with one key."""
    key, before = str(uuid.uuid4()), balance(story, "Ann")
    body = {
        "debtor_account": story.accounts["Ann"],
        "creditor": {"account": story.accounts["Ben"]},
        "amount": 100_00,
        "currency": "EUR",
    }
    answers = at_once([lambda: story.client.post("/payments", body, key=key)] * ALIKE)
    bodies = {answer.content for answer in answers}
    must({answer.status_code for answer in answers} == {202}, "not every copy was answered 202")
    must(len(bodies) == 1, f"{len(bodies)} different answers to one key")
    story.until_final(answers[0].json()["id"])
    must(balance(story, "Ann") == before - 100_00, "the money moved more or less than once")
    replayed = sum("idempotency-replayed" in answer.headers for answer in answers)
    story.tell(f"{ALIKE} copies at once: 1 payment, {len(answers)} equal answers")
    story.tell(f"{replayed} of them replays; 100.00 EUR left Ann's account once")
    other = story.client.post("/payments", body | {"amount": 1}, key=key)
    must(other.status_code == 422, "a key was taken for another request")  # noqa: PLR2004
    story.tell("the same key with another amount: refused (422)")


def payroll_file(story: Story) -> None:
    """A pain.001 of 120 salaries, and the pain.002 that answers it."""
    firm = story.open("Northwind Bakery", "EUR", 60_000_000)
    staff = [story.open(f"Employee {number}", "EUR", 0) for number in range(1, EMPLOYEES + 1)]
    today = datetime.now(UTC).date()
    content = payroll(
        debtor_account=firm, creditor_accounts=staff, count=SALARIES, execution_date=today
    )
    send = {"media_type": "application/xml", "expect": 202}
    file = story.client.do("/payment-files", content, **send)
    begun = time.perf_counter()
    items = _worked_off(story, file["id"])
    statuses = Counter(item["status"] for item in items)
    must(statuses == {"completed": SALARIES}, f"the payroll came to {dict(statuses)}")
    seconds = time.perf_counter() - begun
    story.tell(f"a pain.001 of {SALARIES} salaries: all completed in {seconds:.1f} s")
    copy = story.client.do("/payment-files", content, **send)
    must(copy["duplicate"] and copy["id"] == file["id"], "a file's copy was taken for a new file")
    story.tell("the same file once more: recognised, nothing paid twice")
    report = story.client.get(f"/payment-files/{file['id']}", Accept="application/xml")
    counted = etree.fromstring(report.content).xpath("count(//*[local-name()='TxInfAndSts'])")
    must(counted == SALARIES, f"the pain.002 reports {counted} transactions")
    story.tell(f"its pain.002 ({len(report.content):,} bytes) reports each of them")


def _worked_off(story: Story, file_id: str) -> list[Any]:
    for _ in story.patiently("the payroll to be worked off"):
        items = story.client.every(f"/payment-files/{file_id}")
        if len(items) == SALARIES and all(item["status"] in _RESTING for item in items):
            break
    return items


def crowd(story: Story) -> None:
    """Hundreds of payments at once between ten accounts, some beyond what is there."""
    chance = random.Random(_SEED)  # noqa: S311 - the same orders in every demo
    names = [f"Member {number}" for number in range(1, MEMBERS + 1)]
    for name in names:
        story.open(name, "EUR", 50_000)
    orders = [(*chance.sample(names, 2), chance.randint(1, 200_00)) for _ in range(PAYMENTS)]
    begun, timed = time.perf_counter(), len(story.client.seconds)
    payments = at_once([lambda order=order: story.pay(*order, wait=0) for order in orders])
    latencies = sorted(story.client.seconds[timed:])
    ended = at_once([lambda one=one: story.until_final(one["id"]) for one in payments])
    seconds = time.perf_counter() - begun
    statuses = Counter(payment["status"] for payment in ended)
    must(sum(statuses.values()) == PAYMENTS, "a payment was lost")
    total = sum(balance(story, name) for name in names)
    must(total == MEMBERS * 50_000, "money appeared or vanished between the members")
    story.tell(f"{PAYMENTS} payments at once between {MEMBERS} accounts: {dict(statuses)}")
    story.tell(f"{seconds:.1f} s in all; together the members hold what they held before")
    story.figures["payments a second, to their end"] = f"{PAYMENTS / seconds:.0f}"
    story.figures["median answer, fifty at once"] = f"{latencies[len(latencies) // 2]:.2f} s"


def balance(story: Story, name: str) -> int:
    """What `name` has, in minor units."""
    return int(story.client.look(f"/accounts/{story.accounts[name]}")["balance"]["posted"])
