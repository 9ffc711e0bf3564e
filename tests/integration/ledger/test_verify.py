"""Books that are right pass; whatever is spoiled in the tables is found, and named."""

import pytest

from remit.ledger.phases import End, Hold
from remit.ledger.store import Ledger
from remit.ledger.verify import verify
from remit.payments.agree import disagreements
from remit.store.commit import commit
from tests.integration.cloud import ROUTES, START
from tests.unit.ledger.books import pay

DAY = "2026-11-24"
ROUTES |= {("POST", "/ledger/days/{date}/close"): "ledger/close_day"}
TRANSFERS = {name: "tr_" + digit * 26 for name, digit in [("held", "1"), ("back", "2")]}


@pytest.fixture
def books(cloud):
    """Deposits, a payment, one that was declined, a hold that was posted in part, a reversal."""
    ann, ben = cloud.open(), cloud.open()
    cloud.deposit(ann, 1_000)
    paid = cloud.pay(ann, ben, 300).body["id"]
    assert cloud.run(paid) == "completed"
    assert cloud.run(cloud.pay(ben, ann, 10_000).body["id"]) == "declined"
    ledger, client = Ledger.of(cloud.dynamodb, "Ledger"), cloud.dynamodb
    held = pay(TRANSFERS["held"], ann, ben, 50, at=START)
    commit(client, ledger.carry_out("acme", [Hold(transfer=held, expires_at=START + 9)]))
    end = End(transfer_id=held.id, tenant="acme", outcome="posted", by="ada", at=START, amount=40)
    commit(client, ledger.carry_out("acme", [end]))
    back = pay(TRANSFERS["back"], ben, ann, 15, at=START, reverses=held.id)
    commit(client, ledger.carry_out("acme", [back]))
    closed = cloud.api(
        "POST",
        "/ledger/days/{date}/close",
        role="operator",
        path={"date": DAY},
        body={"currency": "EUR"},
    )
    assert closed.body["status"] == "LOCKED"
    assert cloud.run(cloud.pay(ann, ben, 1).body["id"]) == "completed"
    return {
        "ann": ann,
        "ben": ben,
        "payment": f"payment {paid}",
        "ledger": cloud.items("Ledger"),
        "paid": cloud.items("Payments"),
    }


def one(items, **attributes):
    (found,) = [
        item
        for item in items
        if all(str(item.get(name, "")).startswith(str(at)) for name, at in attributes.items())
    ]
    return found


def faults(books):
    found = verify(books["ledger"]) + disagreements(books["paid"], books["ledger"])
    return [finding.fault for finding in found]


def test_books_that_are_right_pass_in_any_order(books):
    assert len(books["ledger"]) > 15
    assert faults(books) == []
    books["ledger"].reverse()
    assert faults(books) == []


def take_away(books, **attributes):
    books["ledger"].remove(one(books["ledger"], **attributes))


def take_chain(books, who):
    pk = f"acme#{books[who]}"
    books["ledger"][:] = [item for item in books["ledger"] if item["pk"] != pk]


def change(books, table="ledger", *, to, **attributes):
    one(books[table], **attributes).update(to)


def entry(number, who="ann"):
    return lambda books: {"pk": f"acme#{books[who]}", "sk": f"{number:012d}"}


def days(books, status, number=None):
    told = sorted(item["sk"] for item in books["ledger"] if item.get("status") == status)
    return {"pk": "acme#days#EUR", "sk": told[number - 1 if number else -1]}


def newest(books, who):
    pk = f"acme#{books[who]}"
    return {"pk": pk, "sk": max(item["sk"] for item in books["ledger"] if item["pk"] == pk)}


def booked_late(books):
    """An entry put behind the day's lock, with everything else as it must be."""
    found = one(books["ledger"], **newest(books, "ann"))
    for item in books["ledger"]:
        if item.get("transfer") == found["transfer"] or item["pk"] == f"acme#{books['ann']}":
            item["day"] = DAY


def change_leg(books):
    one(books["ledger"], sk="transfer", why=books["payment"])["legs"][0]["amount"] = 301


def limited(books, *, owed):
    """A limit on a customer's account that its first entry passes; only the house may owe."""
    change(books, to={"limit": 1}, **entry(0)(books))
    change(books, to={"owed": owed}, **entry(1)(books))


SPOILT = {
    "sequence_gap": lambda b: take_away(b, **entry(2)(b)),
    "balance_wrong": lambda b: change(b, to={"credits_posted": 1_001}, **entry(1)(b)),
    "entry_differs": lambda b: change(b, to={"amount": 299}, **entry(2)(b)),
    "entry_without_transfer": lambda b: take_away(b, sk="transfer", why=b["payment"]),
    "entry_missing": lambda b: take_away(b, **entry(1)(b)),
    "transfer_unbalanced": change_leg,
    "currency_changed": lambda b: change(b, to={"currency": "USD"}, **entry(3)(b)),
    "time_ran_back": lambda b: change(b, to={"at": 1}, **entry(2)(b)),
    "limit_passed": lambda b: limited(b, owed=True),
    "rules_changed": lambda b: change(b, to={"floor": -5}, **entry(2)(b)),
    "overdrawn": lambda b: change(b, to={"floor": 9_999}, **entry(2)(b)),
    "resolution_wrong": lambda b: change(b, to={"amount": 51}, sk="resolution"),
    "transfer_missing": lambda b: take_away(b, pk=f"acme#{TRANSFERS['held']}", sk="transfer"),
    "reversal_sum_wrong": lambda b: change(b, to={"total": 16}, sk="reversal#"),
    "reversal_transfer_missing": lambda b: change(b, to={"transfer": "tr_x"}, sk="reversal#"),
    "reversal_unrecorded": lambda b: take_away(b, sk="reversal#"),
    "books_unbalanced": lambda b: change(
        b, to={"debits_posted": 999}, pk="acme#house.", sk="000000000002"
    ),
    "day_out_of_order": lambda b: change(b, to={"status": "OPEN"}, **days(b, "CUTOFF", 1)),
    "tie_out_wrong": lambda b: change(b, to={"debits_posted": 1}, **days(b, "LOCKED")),
    "tie_out_hash_wrong": lambda b: change(b, to={"hash": "0" * 64}, **days(b, "TIED_OUT")),
    "days_differ": lambda b: change(b, to={"day": "2026-11-26"}, **newest(b, "ben")),
    "due_missing": lambda b: take_away(b, pk="due#"),
    "due_without_hold": lambda b: change(b, to={"sk": "acme#tr_x"}, pk="due#"),
    "number_missing": lambda b: take_away(b, pk="number#", account=b["ann"]),
    "number_without_account": lambda b: take_chain(b, "ben"),
    "account_missing": lambda b: take_chain(b, "ben"),
    "account_unlisted": lambda b: take_away(b, pk="acme#accounts", sk=b["ann"]),
    "payment_status_wrong": lambda b: change(b, "paid", to={"status": "declined"}, amount=300),
    "payment_not_completed": lambda b: change(b, "paid", to={"status": "declined"}, amount=300),
    "payment_without_transfer": lambda b: change(
        b, "paid", to={"status": "completed"}, amount=10_000
    ),
    "payment_differs": lambda b: change(b, "paid", to={"creditor": b["ann"] + "X"}, amount=300),
    "transfer_without_payment": lambda b: b["paid"].remove(one(b["paid"], amount=300)),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_what_is_spoilt_is_found_and_named(books, fault):
    SPOILT[fault](books)
    assert fault in faults(books)


def test_an_entry_behind_a_lock_is_found(books):
    booked_late(books)
    assert "tie_out_wrong" in faults(books) or "tie_out_hash_wrong" in faults(books)


def test_the_first_thing_that_went_wrong_comes_first(books):
    change(books, to={"credits_posted": 1_001}, **entry(1)(books))
    first = verify(books["ledger"])[0]
    assert str(first) == f"balance_wrong at acme#{books['ann']} 000000000001"
