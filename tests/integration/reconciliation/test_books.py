"""Payments against the ledger: what each says that it has moved, and what the ledger has of it."""

from dataclasses import replace

import pytest

from remit.kernel.ids import derive
from remit.ledger.model import Transfer, between
from remit.ledger.store import Ledger
from remit.payments.model import Payment, Status, Step
from remit.payments.release import RELEASE
from remit.payments.reserve import in_transit, transfer_of
from remit.payments.return_funds import RETURN
from remit.payments.store import PaymentStore
from remit.store.commit import commit
from tests.integration.cloud import START, Cloud
from tests.integration.reconciliation.scenes import breaks, kinds, reconciled, statement

AGO = START - 60_000
AMOUNT = 40_00


@pytest.fixture
def account(cloud: Cloud) -> str:
    name = cloud.open()
    cloud.deposit(name, 1_000_00)
    return name


def payment(cloud: Cloud, account: str, *steps: Status, number: int = 1, at: int = AGO, **more):
    """A rail's payment that has come to the last of `steps`, put on record; no money moves."""
    made = Payment(
        id=derive("pay", str(number)),
        tenant="acme",
        debtor_account=account,
        creditor_account=f"tok_{'0' * 26}",
        amount=AMOUNT,
        currency="EUR",
        created_at=at,
        created_by="ada@acme",
        history=tuple(Step(status=step, at=at, by="x") for step in ("received", *steps)),
        rail="sct_inst",
        **more,
    )
    commit(cloud.dynamodb, [PaymentStore.of(cloud.dynamodb, "Payments").create(made)])
    return made


def post(cloud: Cloud, transfer: Transfer) -> None:
    commit(cloud.dynamodb, Ledger.of(cloud.dynamodb, "Ledger").post(transfer))


def reserve(cloud: Cloud, made: Payment, *, amount: int = AMOUNT) -> None:
    post(cloud, transfer_of(replace(made, amount=amount), now=AGO))


def back(cloud: Cloud, made: Payment, kind: str, amount: int, *cause: str, at: int = AGO) -> None:
    post(
        cloud,
        Transfer(
            id=derive("tr", made.id, kind, *cause),
            tenant="acme",
            currency="EUR",
            legs=between(in_transit(made), made.debtor_account, amount),
            kind=kind,
            reference=made.id,
            by="sct_inst",
            at=at,
        ),
    )


@pytest.mark.parametrize("status", ["reserved", "submitted", "unknown", "completed"])
def test_a_payment_whose_money_is_out_agrees_with_the_ledger(cloud: Cloud, account, status):
    reserve(cloud, payment(cloud, account, status))
    run = reconciled(cloud, statement())

    assert (run["matches"], kinds(cloud)) == (1, [])
    assert [(one["relation"], one["rule"]) for one in run["items"]] == [("books", "payment")]


def test_money_that_was_given_back_leaves_nothing_to_match(cloud: Cloud, account):
    made = payment(cloud, account, "reserved", "submitted", "declined")
    reserve(cloud, made)
    back(cloud, made, RELEASE, AMOUNT)
    run = reconciled(cloud, statement())

    assert (run["matches"], run["breaks"]) == (0, 0)


def test_what_came_back_in_parts_counts_over_several_statements(cloud: Cloud, account):
    made = payment(cloud, account, "reserved", "completed", returned=15_00)
    reserve(cloud, made)
    back(cloud, made, RETURN, 10_00, "1")
    back(cloud, made, RETURN, 5_00, "2")
    first = reconciled(cloud, statement())
    back(cloud, made, RETURN, 25_00, "3")
    cloud.dynamodb.client.update_item(
        TableName="Payments",
        Key={"pk": {"S": f"acme#{made.id}"}, "sk": {"S": "payment"}},
        UpdateExpression="SET returned = :all",
        ExpressionAttributeValues={":all": {"N": str(AMOUNT)}},
    )
    second = reconciled(cloud, statement(id="STM-2", number=2))

    assert [(run["matches"], run["breaks"]) for run in (first, second)] == [(1, 0), (0, 0)]


@pytest.mark.parametrize(
    ("status", "moved", "found"),
    [
        ("completed", AMOUNT - 1, ("amount", 1)),
        ("declined", AMOUNT, ("unexpected", -AMOUNT)),
        ("cancelled", AMOUNT, ("unexpected", -AMOUNT)),
    ],
)
def test_what_disagrees_is_a_break_of_the_books(cloud: Cloud, account, status, moved, found):
    reserve(cloud, payment(cloud, account, status), amount=moved)
    reconciled(cloud, statement())
    again = reconciled(cloud, statement(id="STM-2", number=2))

    (one,) = breaks(cloud)
    assert (one["relation"], one["type"], one["difference"]) == ("books", *found)
    assert (one["status"], again["found"]) == ("open", [one["id"]])


def test_a_payment_that_says_it_moved_and_was_only_given_back_is_a_break(cloud: Cloud, account):
    made = payment(cloud, account, "completed")
    back(cloud, made, RETURN, AMOUNT, "1")
    reconciled(cloud, statement())

    assert kinds(cloud) == [("missing", AMOUNT)]


def test_money_that_came_back_of_which_the_payment_knows_nothing_stays_a_break(
    cloud: Cloud, account
):
    made = payment(cloud, account, "completed")
    reserve(cloud, made)
    back(cloud, made, RETURN, AMOUNT, "1")
    reconciled(cloud, statement())
    reconciled(cloud, statement(id="STM-2", number=2))

    assert kinds(cloud, status="open") == [("missing", AMOUNT)]


def test_money_in_transit_for_no_payment_is_a_break(cloud: Cloud, account):
    made = payment(cloud, account, "completed")
    reserve(cloud, replace(made, id=derive("pay", "nobody's")))
    reconciled(cloud, statement())

    assert kinds(cloud) == [("unexpected", -AMOUNT)]


def test_a_payment_that_is_changing_just_now_is_looked_at_by_the_next_run(cloud: Cloud, account):
    reserve(cloud, payment(cloud, account, "completed", at=START))
    first = reconciled(cloud, statement())
    cloud.clock.now += 60_000
    second = reconciled(cloud, statement(id="STM-2", number=2))

    assert [run["matches"] for run in (first, second)] == [0, 1]


def test_a_break_of_the_books_is_found_again_until_it_is_put_right(cloud: Cloud, account):
    made = payment(cloud, account, "completed", returned=10_00)
    reserve(cloud, made)
    first = reconciled(cloud, statement())
    assert kinds(cloud) == [("amount", -10_00)]
    back(cloud, made, RETURN, 10_00, "1")
    second = reconciled(cloud, statement(id="STM-2", number=2))

    assert [first["breaks"], second["breaks"]] == [1, 0]
    assert [one["status"] for one in breaks(cloud)] == ["resolved"]


def test_more_lines_than_a_run_looks_at_end_it_as_failed(cloud: Cloud, account, monkeypatch):
    from remit.reconciliation.runs import TooManyLines
    from tests.integration.reconciliation.scenes import camt, move, send, task

    monkeypatch.setattr("remit.reconciliation.ours.MOST_LINES", 1)
    move(cloud, 1, "A")
    move(cloud, 2, "B")
    run = send(cloud, camt(statement())).body["id"]
    with pytest.raises(TooManyLines):
        task(cloud, "read_statement", run)
