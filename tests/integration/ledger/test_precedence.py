"""What only the ledger with its table refuses, beside anything else that is wrong."""

import pytest

from remit.kernel.clock import DAY, rfc3339
from tests.integration.cloud import START
from tests.integration.ledger.test_transfer import NOBODY, between, legs, send

NO_ACCOUNT = "acc_" + "0" * 26


@pytest.fixture
def people(cloud):
    """Anna with 1,000, and nine others with nothing."""
    found = [cloud.open(key=f"person-{number}") for number in range(10)]
    cloud.deposit(found[0], 1_000, key="in")
    return found


def link(cloud, *operations, **more):
    asked = [{"reason": "told so", **one} for one in operations]
    return send(cloud, "linked", operations=asked, **more).code


def moving(people, amount=1, **more):
    return {"kind": "transfer"} | between(people, amount) | more


def a_payment(cloud, people):
    """The transfer that a payment has made: the payment's own."""
    payment = cloud.pay(people[0], people[1], 30).body["id"]
    assert cloud.run(payment) == "completed"
    (moved,) = [
        item["pk"].partition("#")[2]
        for item in cloud.items("Ledger")
        if item["sk"] == "transfer" and item["why"].startswith("payment ")
    ]
    return moved


def rule(cloud, account, **rules):
    body = {"reason": "told so", **rules}
    made = cloud.api(
        "POST", "/accounts/{id}/rules", role="operator", path={"id": account}, body=body
    )
    assert made.status == 200, made.text


def test_that_it_is_owned_elsewhere_comes_after_all_that_must_be_there(cloud, people):
    owned = {"kind": "reversal", "reverses": a_payment(cloud, people)}
    anna, ben, *_ = people
    unknown = legs((anna, -1), (NO_ACCOUNT, 1))

    for others, code in (
        ([{"kind": "post", "hold": NOBODY}], "transfer_not_found"),
        ([moving(people, legs=legs((ben, -1), (ben, 1)))], "same_account"),
        ([moving(people, legs=unknown)], "account_not_found"),
        (
            [moving(people, legs=unknown), moving(people, legs=legs((ben, -1), (ben, 1)))],
            "same_account",
        ),
    ):
        assert link(cloud, owned, *others) == code
        assert link(cloud, *others, owned) == code
    send(cloud, "transfer", **between(people, 1), key="once")
    cloud.restore(cloud.world() | {"Idempotency": []})
    assert send(cloud, **owned, key="once").code == "transfer_conflict"


def test_that_it_is_owned_elsewhere_comes_before_all_that_is_wrong_with_it(cloud, people):
    name = a_payment(cloud, people)
    taken, posted = {"kind": "reversal", "reverses": name}, {"kind": "post", "hold": name}
    rule(cloud, people[1], frozen="both")
    wide = legs((people[0], -9), *((one, 1) for one in people[1:]))

    assert link(cloud, posted) == "owned_elsewhere"  # it is no pending one
    assert link(cloud, taken | {"amount": 31}) == "owned_elsewhere"  # more than was posted
    assert link(cloud, taken) == "owned_elsewhere"  # the account is frozen
    for other in (
        moving(people, currency="USD"),
        moving(people, 5_000),
        moving(people, value_at=rfc3339(START + 32 * DAY)),
        {"kind": "hold", "expires_at": rfc3339(START)} | between(people, 1),
        {"kind": "hold", "expires_at": rfc3339(START + 367 * DAY)} | between(people, 1),
    ):
        assert link(cloud, other, taken) == link(cloud, taken, other) == "owned_elsewhere"
    assert link(cloud, *[moving(people, legs=wide)] * 10, taken) == "owned_elsewhere"


def test_that_it_is_more_than_one_commit_comes_last(cloud, people):
    anna, ben, *others = people
    wide = legs((anna, -9), *((one, 1) for one in people[1:]))
    whole = [moving(people, legs=wide)] * 10
    held = send(cloud, "hold", **between(people, 1), expires_at=rfc3339(START + DAY)).body["id"]

    for other, code in (
        ({"kind": "post", "hold": NOBODY}, "transfer_not_found"),
        ({"kind": "post", "hold": held, "amount": 2}, "more_than_held"),
        ({"kind": "reversal", "reverses": held}, "nothing_posted"),
        ({"kind": "hold", "expires_at": rfc3339(START)} | between(people, 1), "expiry_passed"),
        (moving(people, currency="USD"), "currency_mismatch"),
        (moving(people, 5_000), "insufficient_funds"),
        (moving(people, value_at=rfc3339(START + 32 * DAY)), "value_time_out_of_range"),
    ):
        assert link(cloud, *whole, other) == code
    rule(cloud, others[0], limit=5)
    assert link(cloud, *whole) == "limit_exceeded"
    rule(cloud, ben, frozen="credits")
    assert link(cloud, *whole) == "account_frozen"
    rule(cloud, ben, frozen="none")
    rule(cloud, others[0], limit=None)
    assert link(cloud, *whole) == "more_than_one_commit"
