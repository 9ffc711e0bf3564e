"""Asking for a payment: what is accepted, what is refused, and that an answer stands for ever."""

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from remit.payments.schema import PaymentView
from tests.integration.payments.scenes import SMALL, accounts

NOBODY = "acc_" + "0" * 26


def test_a_payment_is_accepted_and_its_machine_is_started(cloud):
    debtor, creditor = accounts(cloud)
    answer = cloud.pay(debtor, creditor, SMALL, request_id="request-7")

    assert answer.status == 202
    view = PaymentView.model_validate(answer.body)
    assert (view.status, view.amount, view.creditor.account) == ("received", SMALL, creditor)
    (start,) = cloud.machines.started
    assert start["name"] == view.id
    assert start["input"] == {"id": view.id, "tenant": "acme", "request_id": "request-7"}
    assert cloud.payment(view.id) == answer.body


def test_a_payment_keeps_what_the_client_says_about_it(cloud):
    debtor, creditor = accounts(cloud)
    more = {
        "remittance": "Rechnung 4711 für Łukasz 💶",
        "end_to_end_id": "E2E-1",
        "reference": "ours-9",
        "rail": "book",
    }
    answer = cloud.pay(debtor, creditor, SMALL, more=more)

    assert {name: answer.body[name] for name in more} == more
    assert cloud.payment(answer.body["id"]) == answer.body


def test_a_repeated_request_starts_no_second_machine(cloud):
    debtor, creditor = accounts(cloud)
    first = cloud.pay(debtor, creditor, SMALL, key="pay")
    cloud.clock.now += 1
    again = cloud.pay(debtor, creditor, SMALL, key="pay")

    assert (again.status, again.text, again.replayed) == (202, first.text, True)
    assert len(cloud.machines.started) == 1


def test_the_first_answer_stands_whatever_became_of_the_payment(cloud):
    debtor, creditor = accounts(cloud)
    first = cloud.pay(debtor, creditor, SMALL, key="pay")
    cloud.run(first.body["id"])
    cloud.clock.now += 1

    assert cloud.pay(debtor, creditor, SMALL, key="pay").text == first.text


def test_the_order_of_a_bodys_fields_does_not_matter_to_its_key(cloud):
    debtor, creditor = accounts(cloud)
    first = cloud.pay(debtor, creditor, SMALL, key="pay")
    text = (
        f'{{"currency":"EUR", "amount":{SMALL},"creditor": {{"account":"{creditor}"}},'
        f'"debtor_account":"{debtor}"}}'
    )
    headers = {"Content-Type": "application/json"}
    cloud.clock.now += 1
    again = cloud.api("POST", "/payments", body=text, headers=headers, key="pay")
    assert (again.text, again.replayed) == (first.text, True)


@pytest.mark.parametrize("more", [{"amount": 1}, {"remittance": "x"}, {"reference": "x"}])
def test_a_key_with_another_body_is_refused_and_changes_nothing(cloud, more):
    debtor, creditor = accounts(cloud)
    first = cloud.pay(debtor, creditor, SMALL, key="pay")
    before = cloud.world()

    other = cloud.pay(debtor, creditor, SMALL, key="pay", more=more)
    assert (other.status, other.code, other.replayed) == (422, "key_reused", False)
    assert cloud.world() == before
    cloud.clock.now += 1
    assert cloud.pay(debtor, creditor, SMALL, key="pay").text == first.text


def test_one_key_is_two_tenants_payments(cloud):
    ours = cloud.pay(*accounts(cloud), SMALL, key="same")
    theirs = cloud.pay(*accounts(cloud, tenant="globex"), SMALL, key="same", tenant="globex")

    assert (ours.status, theirs.status) == (202, 202)
    assert ours.body["id"] != theirs.body["id"]
    assert not theirs.replayed


@pytest.mark.parametrize(
    ("debtor", "creditor", "currency", "status", "code"),
    [
        ("debtor", NOBODY, "EUR", 404, "account_not_found"),
        (NOBODY, "creditor", "EUR", 404, "account_not_found"),
        ("debtor", "debtor", "EUR", 422, "same_account"),
        ("debtor", "creditor", "USD", 422, "currency_mismatch"),
        ("debtor", "dollars", "EUR", 422, "currency_mismatch"),
        ("dollars", "creditor", "EUR", 422, "currency_mismatch"),
        ("foreign", "creditor", "EUR", 404, "account_not_found"),
        ("debtor", "foreign", "EUR", 404, "account_not_found"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_and_the_refusal_is_stored(
    cloud, debtor, creditor, currency, status, code
):
    named = dict(zip(("debtor", "creditor"), accounts(cloud), strict=True))
    named |= {"dollars": cloud.open("USD"), "foreign": cloud.open(tenant="globex")}

    def ask():
        more = {"currency": currency}
        return cloud.pay(
            named.get(debtor, debtor), named.get(creditor, creditor), 5, key="pay", more=more
        )

    refused = ask()
    assert (refused.status, refused.code) == (status, code)
    assert refused.headers["Content-Type"] == "application/problem+json"
    cloud.clock.now += 1
    again = ask()
    assert (again.status, again.text, again.replayed) == (status, refused.text, True)
    assert cloud.items("Payments") == cloud.machines.started == []


def test_a_refusal_stays_when_the_account_is_opened_later(cloud):
    creditor = cloud.open(key="creditor")
    cloud.restore({table: [] for table in cloud.world()})
    debtor = cloud.open(key="debtor")
    refused = cloud.pay(debtor, creditor, 5, key="pay")
    assert refused.code == "account_not_found"

    cloud.clock.now += 1
    assert cloud.open(key="creditor") == creditor
    again = cloud.pay(debtor, creditor, 5, key="pay")
    assert (again.text, again.replayed) == (refused.text, True)
    assert cloud.pay(debtor, creditor, 5, key="another").status == 202


def test_a_creditor_at_another_bank_is_refused_where_no_rail_is_connected(cloud):
    debtor, _ = accounts(cloud)
    creditor = {"name": "Molen & Zonen", "iban": "NL91ABNA0417164300"}
    refused = cloud.pay(debtor, "", 5, more={"creditor": creditor})
    assert (refused.status, refused.code) == (422, "rail_not_available")


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"amount": 0}, "/amount"),
        ({"amount": -5}, "/amount"),
        ({"amount": 12.5}, "/amount"),
        ({"amount": 12.0}, "/amount"),
        ({"amount": "12"}, "/amount"),
        ({"amount": True}, "/amount"),
        ({"amount": 2**53}, "/amount"),
        ({"currency": "EUX"}, "/currency"),
        ({"currency": "eur"}, "/currency"),
        ({"debtor_account": "house.external.EUR.1"}, "/debtor_account"),
        ({"debtor_account": None}, "/debtor_account"),
        ({"creditor": {}}, "/creditor"),
        ({"creditor": {"account": "x"}}, "/creditor"),
        ({"remittance": ""}, "/remittance"),
        ({"remittance": "x" * 141}, "/remittance"),
        ({"remittance": "a\nb"}, "/remittance"),
        ({"end_to_end_id": "x" * 36}, "/end_to_end_id"),
        ({"rail": "sepa"}, "/rail"),
        ({"note": "unknown"}, "/note"),
    ],
)
def test_a_request_that_breaks_a_rule_says_where_and_leaves_its_key_free(cloud, more, pointer):
    debtor, creditor = accounts(cloud)
    refused = cloud.pay(debtor, creditor, SMALL, key="pay", more=more)

    assert (refused.status, refused.code) == (400, "invalid_request")
    assert any(error["pointer"].startswith(pointer) for error in refused.body["errors"])
    assert cloud.pay(debtor, creditor, SMALL, key="pay").status == 202


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("", "idempotency_key_invalid"),
        ("a b", "idempotency_key_invalid"),
        ("ключ", "idempotency_key_invalid"),
        ("k" * 256, "idempotency_key_invalid"),
    ],
)
def test_a_payment_needs_a_key(cloud, key, code):
    debtor, creditor = accounts(cloud)
    assert cloud.pay(debtor, creditor, SMALL, key=key).code == code
    assert cloud.items("Payments") == []


def test_auditors_make_no_payments(cloud):
    assert cloud.pay(*accounts(cloud), SMALL, role="auditor").status == 403


def test_a_payment_whose_answer_was_forgotten_is_not_made_again(cloud):
    debtor, creditor = accounts(cloud)
    payment = cloud.pay(debtor, creditor, SMALL, key="old").body["id"]
    cloud.run(payment)
    cloud.restore(cloud.world() | {"Idempotency": []})
    cloud.clock.now += 1

    again = cloud.pay(debtor, creditor, SMALL, key="old")
    assert (again.status, again.code) == (422, "key_reused")
    assert cloud.payment(payment)["status"] == "completed"
    assert cloud.machines.started == []


TROUBLES = [
    ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution"),
    ClientError({"Error": {"Code": "AccessDeniedException"}}, "StartExecution"),
    ConnectTimeoutError(endpoint_url="states"),
    EndpointConnectionError(endpoint_url="states"),
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_payment_whose_start_is_lost_is_accepted_all_the_same(cloud, trouble):
    debtor, creditor = accounts(cloud)
    cloud.machines.trouble = trouble

    answer = cloud.pay(debtor, creditor, SMALL)

    assert answer.status == 202
    assert cloud.payment(answer.body["id"])["status"] == "received"


def test_a_machine_that_runs_already_counts_as_started(cloud, log):
    debtor, creditor = accounts(cloud)
    code = {"Error": {"Code": "ExecutionAlreadyExists"}}
    cloud.machines.trouble = ClientError(code, "StartExecution")

    assert cloud.pay(debtor, creditor, SMALL).status == 202
    assert "start lost" not in [line.get("message") for line in log()]
