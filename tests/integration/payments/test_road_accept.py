"""Accepting a payment that leaves the house: its rail, its scheme's rules, its address."""

import re

import pytest

from remit.ledger.model import Account
from remit.ledger.open import opened
from remit.ledger.store import Ledger
from remit.payments.schema import PaymentView
from remit.runtime import rails
from remit.screening.store import NoListInForce
from remit.store.commit import commit
from tests.integration.cloud import START
from tests.integration.payments.rail_cloud import IBAN, Lists
from tests.integration.payments.scenes import MONEY, SMALL


def pointers(answer):
    return {error["pointer"]: error["detail"] for error in answer.body["errors"]}


def test_what_is_answered_is_as_described_and_as_kept(road):
    answer = road.pay(road.account(), more={"end_to_end_id": "E2E-1", "remittance": "Miete"})
    assert answer.status == 202
    view = PaymentView.model_validate(answer.body, strict=True, extra="forbid")
    assert road.cloud.payment(view.id) == answer.body
    assert view.creditor.country == "NL"  # type: ignore[union-attr]


def test_the_same_creditor_has_one_token_for_one_debtor_and_is_known_to_the_fraud_check(road):
    debtor, other = road.account(), road.account()
    views = [road.pay(each).body for each in (debtor, debtor, other)]
    tokens = [view["creditor"]["token"] for view in views]
    assert tokens[0] == tokens[1] != tokens[2]
    for view in views[:2]:
        road.cloud.task("check", view["id"])
    known = [
        road.cloud.api(
            "GET", "/payments/{id}/decision", role="auditor", path={"id": view["id"]}
        ).body["features"]["payee_known"]
        for view in views[:2]
    ]
    assert known == [0, 1]


@pytest.mark.parametrize(
    ("address", "missing"),
    [
        ({"street_name": "Domplein"}, {"town": "TwnNm", "country": "Ctry"}),
        ({"town": "Utrecht"}, {"country": "Ctry"}),
        ({"country": "NL"}, {"town": "TwnNm"}),
        ({"lines": ["Domplein 1, Utrecht"]}, {"town": "TwnNm", "country": "Ctry"}),
    ],
)
def test_the_gate_says_which_element_of_an_address_is_missing(road, address, missing):
    answer = road.pay(road.account(), creditor={"address": address})
    assert (answer.status, answer.code) == (422, "rail_rules_broken")
    found = pointers(answer)
    assert set(found) == {f"/creditor/address/{name}" for name in missing}
    for name, element in missing.items():
        assert found[f"/creditor/address/{name}"] == f"Cdtr/PstlAdr/{element}: it is missing"


@pytest.mark.parametrize(
    "address",
    [
        {"town": "Utrecht", "country": "NL"},
        {"town": "Utrecht", "country": "NL", "lines": ["Domplein 1", "2. Stock"]},
        None,
    ],
)
def test_a_structured_a_hybrid_and_no_address_pass(road, address):
    assert road.pay(road.account(), creditor={"address": address}).status == 202


def test_a_hybrid_address_with_too_many_lines_is_refused(road):
    address = {"town": "Utrecht", "country": "NL", "lines": ["a", "b", "c"]}
    answer = road.pay(road.account(), creditor={"address": address})
    assert set(pointers(answer)) == {"/creditor/address/lines"}


def test_an_iban_with_wrong_check_digits_is_refused_and_not_repeated(road):
    answer = road.pay(road.account(), creditor={"iban": "NL92ABNA0417164300"})
    assert (answer.code, set(pointers(answer))) == ("rail_rules_broken", {"/creditor/iban"})
    assert "NL92" not in answer.text


def test_a_bank_whose_bic_nobody_names_can_be_paid_in_the_sandbox_alone(road, monkeypatch):
    debtor = road.account()
    assert road.pay(debtor, creditor={"bic": None}).status == 202
    monkeypatch.setenv("SANDBOX", "false")
    answer = road.pay(debtor, creditor={"bic": None})
    assert (answer.code, set(pointers(answer))) == ("rail_rules_broken", {"/creditor/bic"})


def test_names_are_told_in_the_schemes_letters_and_that_is_recorded(road):
    payment = road.submitted()
    assert b"<Nm>Zoe van der Berg</Nm>" in road.scheme.sent[0][1]
    from remit.payments.orders import OrderStore, field

    order = OrderStore.of(road.cloud.dynamodb, "Payments").find(road.cloud.payment(payment)["uetr"])
    sealed = road.vault.subject("acme", order.subject).open_json(field(payment), order.sealed)
    assert sealed["written"] == {"creditor.name": "Zoe van der Berg"}
    assert sealed["creditor"]["name"] == "Zoë van der Berg"


def test_an_iban_of_ours_is_paid_inside_the_house(road):
    debtor, creditor = road.account(), road.cloud.open()
    iban = road.cloud.api("GET", "/accounts/{id}", path={"id": creditor}).body["iban"]
    answer = road.pay(debtor, creditor={"iban": iban})
    assert (answer.body["rail"], answer.body["creditor"]) == ("book", {"account": creditor})
    assert road.cloud.run(answer.body["id"]) == "completed"


def test_an_iban_of_ours_goes_by_the_rail_that_was_asked_for(road):
    debtor, creditor = road.account(), road.cloud.open()
    iban = road.cloud.api("GET", "/accounts/{id}", path={"id": creditor}).body["iban"]
    answer = road.pay(debtor, creditor={"iban": iban}, more={"rail": "sct_inst"})
    assert answer.body["rail"] == "sct_inst"
    assert answer.body["rail_because"] == "it was asked for"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"rail": "fps_hk"}, "fps_hk is not connected"),
        ({"rail": "book"}, "book: it reaches no payee by iban"),
        ({"amount": 10**12}, "sct_inst: the amount is outside the rail's limits"),
    ],
)
def test_a_payment_that_no_rail_carries_is_refused_with_the_reason(road, more, why):
    answer = road.pay(road.account(), more=more)
    assert (answer.status, answer.code) == (422, "rail_not_available")
    assert why in answer.body["detail"]


def test_a_rail_that_is_not_connected_carries_nothing(road, monkeypatch):
    monkeypatch.setenv("SCT_INST_URL", "none")
    assert road.pay(road.account()).code == "rail_not_available"


def test_another_currency_than_the_accounts_is_refused(road):
    assert road.pay(road.account(), more={"currency": "USD"}).code == "currency_mismatch"


def test_a_currency_that_no_rail_carries_is_refused(road):
    debtor = road.cloud.open("USD")
    answer = road.pay(debtor, more={"currency": "USD"})
    assert "sct_inst: it carries EUR" in answer.body["detail"]


def test_an_account_without_a_number_pays_nobody_outside(road, monkeypatch):
    monkeypatch.setenv("BANK", "none")
    answer = road.pay(road.account())
    assert (answer.code, answer.body["detail"]) == (
        "rail_not_available",
        "the debtor's account has no IBAN",
    )


def test_an_account_of_ours_is_not_paid_by_rail(road):
    debtor, creditor = road.account(), road.cloud.open()
    answer = road.cloud.pay(debtor, creditor, SMALL, more={"rail": "sct_inst"})
    assert (answer.status, answer.code) == (422, "rail_not_available")


def test_an_account_that_is_not_there_pays_nobody(road):
    answer = road.pay("acc_" + "0" * 26)
    assert (answer.status, answer.code) == (422, "account_not_found") or answer.status == 404


def test_a_debtor_who_was_erased_pays_nobody_outside(road):
    debtor = road.account()
    assert road.pay(debtor).status == 202
    road.vault.erase(
        "acme", debtor, at=1, requested_by="a", approved_by="b", reason="c", keep_until=None
    )
    answer = road.pay(debtor)
    assert (answer.status, answer.code) == (410, "subject_erased")


def test_the_answer_to_a_key_stands_though_the_sealed_bytes_would_differ(road):
    debtor = road.account()
    first = road.pay(debtor, key="pay")
    road.cloud.clock.now += 1
    again = road.pay(debtor, key="pay")
    assert (again.text, again.replayed) == (first.text, True)
    assert len([item for item in road.cloud.items("Payments") if item["sk"] == "order"]) == 1


def test_two_first_payments_at_once_find_one_subject(road):
    from tests.integration.payments.test_road_time import once

    debtor = road.account()
    road.cloud.dynamodb.watch(
        every={"transact_write_items": once(lambda: road.pay(debtor, key="rival"))}
    )
    answer = road.pay(debtor, key="mine")
    assert answer.status == 202
    for item in [item for item in road.cloud.items("Payments") if item["sk"] == "order"]:
        subject = road.vault.subject("acme", debtor)
        from remit.payments.orders import field

        opened = subject.open_json(field(item["payment"]), item["sealed"])
        assert opened["creditor"]["iban"] == IBAN


def test_a_payment_file_may_pay_an_iban(road):
    from tests.integration.payments.files import process, submitted, xml

    debtor = road.account()
    content = xml(debtor, IBAN, count=1)
    own = f"<Othr>\\s*<Id>{IBAN}</Id>\\s*</Othr>".encode()
    content, found = re.subn(own, f"<IBAN>{IBAN}</IBAN>".encode(), content)
    assert found == 1
    file_id = submitted(road.cloud, content).body["id"]
    process(road.cloud, file_id)
    (payment,) = [item for item in road.cloud.items("Payments") if item["sk"] == "payment"]
    assert payment["rail"] == "sct_inst"


# Who is paid is looked for on the lists.


@pytest.mark.parametrize(
    ("name", "number"),
    [("Osvald Grimme", "7"), ("Oswald Grimme", "7"), ("Grauwolf Handel", "8")],
)
def test_a_creditor_named_like_a_listed_one_goes_to_a_person(road, name, number):
    payment = road.pay(road.account(), creditor={"name": name}).body["id"]
    assert road.cloud.task("check", payment) == "in_review"
    decision = road.cloud.api(
        "GET", "/payments/{id}/decision", role="auditor", path={"id": payment}
    ).body
    assert "PAYEE_LISTED" in decision["reasons"]
    assert decision["payee_listed"].startswith(f"ofac/{number} ")
    assert name not in str(road.cloud.items("Payments"))
    (case,) = road.cloud.cases()
    assert road.cloud.decide(case["id"], "release").status == 200
    assert road.cloud.task("check", payment) == "reserve"


def test_a_creditor_who_is_like_nobody_listed_goes_on(road):
    payment = road.pay(road.account()).body["id"]
    assert road.cloud.task("check", payment) == "reserve"
    decision = road.cloud.api(
        "GET", "/payments/{id}/decision", role="auditor", path={"id": payment}
    ).body
    assert decision["payee_listed"] is None


def test_a_name_that_cannot_be_screened_is_not_paid(road):
    answer = road.pay(road.account(), creditor={"name": "?!"})
    assert answer.status == 422
    assert road.cloud.items("Payments") == []


def test_while_no_list_is_in_force_nobody_outside_is_paid(road, monkeypatch):
    def none() -> None:
        raise NoListInForce

    monkeypatch.setattr(Lists, "index", staticmethod(none))
    answer = road.pay(road.account(), key="pay")
    assert answer.status == 503


def test_a_customers_own_name_is_what_the_other_bank_is_told(road, monkeypatch):
    monkeypatch.setattr(rails, "customers", lambda: None)
    monkeypatch.setattr(rails, "name_of", lambda *_: "Zsófia Károlyi")
    ledger = Ledger.of(road.cloud.dynamodb, "Ledger")
    account = Account(tenant="acme", id="acc_" + "7" * 26, currency="EUR", at=START)
    details = {"customer": "cus_" + "7" * 26, "by": "onboarding", "why": "account opened"}
    _, writes = opened(ledger, account, details, bank="DE99999999")
    commit(road.cloud.dynamodb, writes)
    road.cloud.deposit(account.id, MONEY)
    payment = road.pay(account.id).body["id"]
    for name, status in (("check", "reserve"), ("reserve", "reserved"), ("submit", "submitted")):
        assert road.cloud.task(name, payment) == status
    assert b"Zs" in road.scheme.sent[0][1]
    assert "Zs\u00f3fia" not in str(road.cloud.items("Ledger"))
