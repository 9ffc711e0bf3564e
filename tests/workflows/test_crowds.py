"""Many at once: one effect and one answer per key, and books that hold under a crowd."""

import random
import uuid
from collections import Counter

from local.demo import books
from local.demo.client import at_once
from local.demo.story import Story

FIFTY, THOUSAND, TWENTY = 50, 1_000, 20


def order(story: Story, amount: int = 700) -> dict[str, object]:
    return {
        "debtor_account": story.accounts["payer"],
        "creditor": {"account": story.accounts["payee"]},
        "amount": amount,
        "currency": "EUR",
    }


def test_fifty_identical_requests_make_one_payment_and_one_answer(story: Story):
    story.open("payer", "EUR", 10_000)
    story.open("payee", "EUR", 0)
    key, body = str(uuid.uuid4()), order(story)
    answers = at_once([lambda: story.client.post("/payments", body, key=key)] * FIFTY)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    # Those that come in one millisecond are one and the same transaction: none of them is a replay.
    assert sum("idempotency-replayed" in answer.headers for answer in answers) > FIFTY // 2
    story.until_final(answers[0].json()["id"])
    entries = story.client.every(f"/accounts/{story.accounts['payee']}/entries")
    assert [entry["amount"] for entry in entries] == [700]


def test_one_key_serves_one_request_of_one_tenant(story: Story):
    story.open("payer", "EUR", 10_000)
    story.open("payee", "EUR", 0)
    key = str(uuid.uuid4())
    first = story.client.post("/payments", order(story), key=key)
    other = story.client.post("/payments", order(story, 701), key=key)
    assert (first.status_code, other.status_code) == (202, 422)
    assert other.json()["code"] == "key_reused"
    none = story.client.http.post(
        "/payments",
        json=order(story),
        headers={"Authorization": f"Bearer {story.client.token}"},
    )
    assert (none.status_code, none.json()["code"]) == (400, "idempotency_key_missing")
    foreign = story.other.post("/payments", order(story), key=key)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "account_not_found")


def test_a_thousand_payments_among_twenty_accounts_keep_the_books(story: Story):
    chance = random.Random(42)
    names = [f"member {number}" for number in range(TWENTY)]
    for name in names:
        story.open(name, "EUR", 30_000)
    orders = [(*chance.sample(names, 2), chance.randint(1, 9_000)) for _ in range(THOUSAND)]
    paid = at_once([lambda each=each: story.pay(*each, wait=0) for each in orders])
    ended = at_once([lambda one=one: story.until_final(one["id"]) for one in paid], workers=16)
    statuses = Counter(payment["status"] for payment in ended)
    assert statuses["completed"] + statuses["declined"] == THOUSAND
    assert statuses["declined"] > 0, "some must have run out of money for this to show anything"
    story.figures.clear()
    books.check(story)
    held = [story.client.look(f"/accounts/{each}") for each in story.accounts.values()]
    assert sum(account["balance"]["posted"] for account in held) == TWENTY * 30_000
