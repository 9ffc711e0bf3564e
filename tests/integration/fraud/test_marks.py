"""The house's list of payees, and what it does to payments."""

import pytest

from remit.fraud.schema import PayeeMarkView
from tests.integration.cloud import Cloud
from tests.integration.losses import FAULTS, Act, hold_against, hold_when_repeated
from tests.integration.payments.scenes import SMALL, accounts


def mark_a_payee(cloud: Cloud) -> Act:
    account = cloud.open()
    return lambda: cloud.mark(account, "blocked", key="mark")


def lift_a_mark(cloud: Cloud) -> Act:
    account = cloud.open()
    cloud.mark(account, "blocked")
    return lambda: cloud.mark(account, "none", key="lift")


@pytest.mark.parametrize("prepare", [mark_a_payee, lift_a_mark])
def test_a_mark_set_twice_is_set_once(cloud, prepare):
    hold_when_repeated(cloud, prepare(cloud))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("prepare", [mark_a_payee, lift_a_mark])
def test_a_mark_comes_out_the_same_whatever_is_lost(cloud, prepare, fault):
    hold_against(cloud, prepare(cloud), fault)


def test_a_mark_tells_who_set_it_and_why(cloud):
    account = cloud.open()
    set_to = cloud.mark(account, "watched", subject="olga@acme")

    view = PayeeMarkView.model_validate(set_to.body)
    assert (view.account, view.mark, view.by) == (account, "watched", "olga@acme")
    assert view.reason == "heard something"


@pytest.mark.parametrize(
    ("mark", "status", "reasons"),
    [("blocked", "declined", ["PAYEE_BLOCKED"]), ("watched", "in_review", ["PAYEE_WATCHED"])],
)
def test_a_marked_payee_changes_what_becomes_of_a_payment(cloud, mark, status, reasons):
    debtor, creditor = accounts(cloud)
    cloud.mark(creditor, mark)
    payment = cloud.pay(debtor, creditor, SMALL).body["id"]

    assert cloud.run(payment) == status
    found = cloud.api("GET", "/payments/{id}/decision", path={"id": payment}, role="auditor")
    assert found.body["reasons"] == reasons


def test_a_lifted_mark_lets_payments_through(cloud):
    debtor, creditor = accounts(cloud)
    cloud.mark(creditor, "blocked")
    cloud.mark(creditor, "none")

    assert cloud.run(cloud.pay(debtor, creditor, SMALL).body["id"]) == "completed"


def test_a_mark_is_the_tenants_own(cloud):
    debtor, creditor = accounts(cloud)
    cloud.mark(creditor, "blocked", tenant="globex")

    assert cloud.run(cloud.pay(debtor, creditor, SMALL).body["id"]) == "completed"


@pytest.mark.parametrize("mark", ["", "BLOCKED", "trusted", None, 1])
def test_a_mark_that_is_none_of_ours_is_not_valid(cloud, mark):
    refused = cloud.mark("acc_" + "0" * 26, mark)
    assert (refused.status, refused.code) == (400, "invalid_request")


def test_an_account_that_cannot_be_one_is_not_valid(cloud):
    assert cloud.mark("house.external.EUR.1", "blocked").code == "invalid_request"


def test_only_operators_mark_payees(cloud):
    body = {"account": "acc_" + "0" * 26, "mark": "blocked", "reason": "x"}
    for role in ("client", "auditor"):
        assert cloud.api("POST", "/fraud/payees", role=role, body=body).status == 403
    assert cloud.items("Fraud") == []
