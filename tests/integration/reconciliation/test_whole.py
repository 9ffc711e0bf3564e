"""Payments, ledger and statement: whichever of them lacks what the others have, it is a break."""

from dataclasses import replace

import pytest

from remit.kernel.clock import DAY
from remit.ledger.model import Transfer, between
from remit.payments.credit import in_transit, transfer_id
from remit.payments.incoming_model import CREDIT, TAKE_BACK, Incoming, IncomingStep, incoming_id
from remit.payments.incoming_store import IncomingStore
from remit.reconciliation.runs import TooManyLines
from remit.settlement.arrivals import members_of_incoming
from remit.settlement.join import join, members_of
from remit.settlement.store import SettlementStore
from remit.store.commit import commit
from tests.integration.cloud import START, Cloud
from tests.integration.reconciliation.scenes import (
    breaks,
    camt,
    kinds,
    line,
    move,
    reconciled,
    send,
    statement,
    task,
)
from tests.integration.reconciliation.test_books import (
    AGO,
    AMOUNT,
    account,
    payment,
    post,
    reserve,
)
from tests.unit.payments import arrivals

__all__ = ["account"]

OURS = "REMIDEFFXXX"


def left(cloud: Cloud, *members, status: str = "SETTLED") -> str:
    """The members' window, once it is as far as that."""
    store = SettlementStore.of(cloud.dynamodb, "Settlement")
    (window,) = {
        join(store, lambda *_: None, tenant="acme", member=one, now=START).window_id
        for one in members
    }
    spoil(cloud, "Settlement", f"acme#{window}", "window", status)
    return window


def spoil(cloud: Cloud, table: str, pk: str, sk: str, status: str) -> None:
    cloud.dynamodb.client.update_item(
        TableName=table,
        Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": status}},
    )


def arrived(cloud: Cloud, account: str, *statuses: str) -> Incoming:
    """A payment from another bank that has come so far by its record; no money moves."""
    made = arrivals.incoming(
        id=incoming_id("sct_inst", "TX-1"),
        account=account,
        amount=AMOUNT,
        history=tuple(
            IncomingStep(status=each, at=AGO + number, by="x")
            for number, each in enumerate(("received", *statuses))
        ),
    )
    commit(cloud.dynamodb, IncomingStore.of(cloud.dynamodb, "Payments").create(made, ["TX-1"]))
    return made


def credit(cloud: Cloud, made: Incoming, kind: str = CREDIT) -> None:
    ends = (in_transit(made), made.account)
    post(
        cloud,
        Transfer(
            id=transfer_id(made, kind),
            tenant="acme",
            currency="EUR",
            legs=between(*(ends if kind == CREDIT else ends[::-1]), made.amount),
            kind=kind,
            reference=made.id,
            by="sct_inst",
            at=AGO,
        ),
    )


def following(number: int):
    return statement(id=f"STM-{number}", number=number)


def test_a_payment_of_which_the_ledger_knows_nothing_is_a_break_until_it_does(
    cloud: Cloud, account
):
    made = payment(cloud, account, "completed", creditor_country="NL")
    left(cloud, *members_of(made, OURS))
    reconciled(cloud, statement())
    (one,) = breaks(cloud)
    assert (one["relation"], one["type"], one["difference"]) == ("books", "missing", AMOUNT)
    assert one["ours"] == [made.id]
    again = reconciled(cloud, following(2))
    assert (again["found"], len(breaks(cloud))) == ([one["id"]], 1)

    reserve(cloud, made)
    last = reconciled(cloud, following(3))
    assert (last["breaks"], last["matches"]) == (0, 1)
    assert [each["status"] for each in breaks(cloud)] == ["resolved"]


def test_members_are_looked_at_once_their_window_has_left_and_once(cloud: Cloud, account):
    made = payment(cloud, account, "completed", creditor_country="NL")
    window = left(cloud, *members_of(made, OURS), status="CLOSED")
    assert reconciled(cloud, statement())["breaks"] == 0
    spoil(cloud, "Settlement", f"acme#{window}", "window", "INSTRUCTED")
    assert reconciled(cloud, following(2))["breaks"] == 1
    reserve(cloud, made)
    assert [reconciled(cloud, following(n))["matches"] for n in (3, 4)] == [1, 0]


def test_a_payment_that_is_gone_leaves_money_for_nobody(cloud: Cloud, account):
    made = payment(cloud, account, "completed", creditor_country="NL")
    reserve(cloud, made)
    left(cloud, *members_of(made, OURS))
    cloud.dynamodb.client.delete_item(
        TableName="Payments", Key={"pk": {"S": f"acme#{made.id}"}, "sk": {"S": "payment"}}
    )
    reconciled(cloud, statement())
    (one,) = breaks(cloud)
    assert (one["relation"], one["type"], one["difference"]) == ("books", "unexpected", -AMOUNT)


def test_a_return_that_a_window_was_told_of_and_the_ledger_was_not_is_a_break(
    cloud: Cloud, account
):
    made = payment(cloud, account, "completed", creditor_country="NL")
    reserve(cloud, made)
    (member,) = members_of(made, OURS)
    lost = arrivals.incoming("credited", amount=AMOUNT)
    left(cloud, member, *members_of_incoming(lost, OURS))
    reconciled(cloud, statement())
    assert kinds(cloud) == [("missing", -AMOUNT)]
    again = reconciled(cloud, following(2))
    assert (again["breaks"], len(breaks(cloud, status="open"))) == (1, 1)


@pytest.mark.parametrize("road", [("credited",), ("credited", "reversed")])
def test_what_came_in_and_what_went_back_agree(cloud: Cloud, account, road):
    made = arrived(cloud, account, *road)
    credit(cloud, made)
    if "reversed" in road:
        credit(cloud, made, TAKE_BACK)
    left(cloud, *members_of_incoming(made, OURS))
    run = reconciled(cloud, statement())
    assert (run["breaks"], run["matches"]) == (0, 2 - len(road))


@pytest.mark.parametrize(
    ("record", "ledger", "found"),
    [
        (("credited",), [], ("missing", -AMOUNT)),
        (("rejected",), [CREDIT], ("unexpected", AMOUNT)),
        (("credited",), [CREDIT, TAKE_BACK], ("missing", -AMOUNT)),
        (("credited", "reversed"), [CREDIT], ("unexpected", AMOUNT)),
        ((), [CREDIT], ("unexpected", AMOUNT)),
    ],
)
def test_what_came_in_by_one_of_them_only_is_a_break(cloud: Cloud, account, record, ledger, found):
    made = arrived(cloud, account, *record)
    for kind in ledger:
        credit(cloud, made, kind)
    members = members_of_incoming(made, OURS)
    if members:
        left(cloud, *members)
    reconciled(cloud, statement())
    (one,) = breaks(cloud)
    assert (one["relation"], one["type"], one["difference"]) == ("books", *found)


def test_what_came_in_of_which_the_record_is_gone_is_a_break(cloud: Cloud, account):
    made = arrived(cloud, account, "credited")
    credit(cloud, made)
    cloud.dynamodb.client.delete_item(
        TableName="Payments", Key={"pk": {"S": f"incoming#{made.id}"}, "sk": {"S": "incoming"}}
    )
    reconciled(cloud, statement())
    assert kinds(cloud) == [("unexpected", AMOUNT)]


def test_what_came_in_just_now_is_looked_at_by_the_next_run(cloud: Cloud, account):
    made = arrived(cloud, account, "credited")
    credit(cloud, made)
    cloud.clock.now = AGO + 1_000
    first = reconciled(cloud, statement())
    cloud.clock.now += 60_000
    assert [first["matches"], reconciled(cloud, following(2))["matches"]] == [0, 1]


def test_what_payments_and_ledger_have_and_the_bank_has_not_is_missing(cloud: Cloud, account):
    reserve(cloud, payment(cloud, account, "completed"))
    move(cloud, -AMOUNT, "WINDOW-1", at=START - 4 * 86_400_000)
    reconciled(cloud, statement(first="2026-11-20"))
    (one,) = breaks(cloud)
    assert (one["relation"], one["type"], one["difference"]) == ("bank", "missing", AMOUNT)


def test_what_the_bank_has_and_neither_payments_nor_ledger_is_unexpected(cloud: Cloud):
    reconciled(cloud, statement(line(-AMOUNT, "WHAT")))
    (one,) = breaks(cloud)
    assert (one["relation"], one["type"], one["difference"]) == ("bank", "unexpected", -AMOUNT)


def test_windows_of_another_currency_and_of_long_ago_are_not_looked_at(cloud: Cloud, account):
    made = payment(cloud, account, "completed", creditor_country="NL")
    (member,) = members_of(made, OURS)
    left(cloud, replace(member, rail="fps_hk", currency="HKD"))
    left(cloud, replace(member, counted_at=START - 12 * DAY))
    assert reconciled(cloud, statement())["breaks"] == 0


def test_windows_are_found_page_by_page(cloud: Cloud, account, monkeypatch):
    monkeypatch.setattr("remit.reconciliation.windows._AT_ONCE", 1)
    made = payment(cloud, account, "completed", creditor_country="NL")
    (member,) = members_of(made, OURS)
    left(cloud, replace(member, counted_at=START - 3 * DAY))
    left(cloud, replace(member, rail="fps_hk", currency="HKD"))
    assert reconciled(cloud, statement())["breaks"] == 1


def test_more_members_than_a_run_looks_at_end_it_as_failed(cloud: Cloud, account, monkeypatch):
    monkeypatch.setattr("remit.reconciliation.windows.MOST_LINES", 0)
    left(cloud, *members_of(payment(cloud, account, "completed", creditor_country="NL"), OURS))
    run = send(cloud, camt(statement())).body["id"]
    with pytest.raises(TooManyLines):
        task(cloud, "read_statement", run)


def test_more_payments_than_a_run_looks_at_end_it_as_failed(cloud: Cloud, account, monkeypatch):
    monkeypatch.setattr("remit.reconciliation.books.MOST_LINES", 0)
    reserve(cloud, payment(cloud, account, "completed"))
    run = send(cloud, camt(statement())).body["id"]
    with pytest.raises(TooManyLines):
        task(cloud, "read_statement", run)
