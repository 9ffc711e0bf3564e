"""Payments of other banks to our accounts: credited or rejected, once, and answered."""

import pytest

from remit.kernel.page import cursor
from remit.rails.iso20022.parts import Account, Code, Identification
from tests.integration.payments.incoming_cloud import DEBTOR_IBAN, PAYER, Abroad
from tests.integration.payments.rail_cloud import URL
from tests.integration.payments.scenes import MONEY, SMALL
from tests.unit.rails.files import needs_shared_data
from tests.unit.rails.tables import xsd

NOBODY = "DE46999999990000000000"


@pytest.fixture
def abroad(road) -> Abroad:
    return Abroad(road)


def outcome(abroad: Abroad, body: bytes) -> tuple[str, str | None]:
    assert abroad.settle(body) == ["answered"]
    return abroad.answers()[-1]


def test_a_payment_from_another_bank_is_credited_and_answered(abroad):
    account = abroad.account()
    identifier = abroad.arrived(account)
    assert abroad.cloud.balance(account) == SMALL
    assert abroad.road.in_transit() == -SMALL
    assert abroad.answers() == [("ACCP", None)]
    view = abroad.look(identifier, role="client").body
    assert view["debtor"] == {"name": PAYER, "account": "NL91••••••••••4300", "bank": "ABNANL2AXXX"}
    assert (view["status"], view["remittance"]) == ("credited", "For the paintings")
    assert (view["account"], view["amount"]) == (account, SMALL)
    assert "listed" not in view


def test_it_stands_in_the_accounts_statement(abroad):
    account = abroad.account()
    identifier = abroad.arrived(account)
    entries = abroad.cloud.api("GET", "/accounts/{id}/entries", path={"id": account}).body["items"]
    assert [(one["kind"], one["reference"], one["amount"]) for one in entries] == [
        ("credit", identifier, SMALL)
    ]


def test_the_same_message_twice_is_credited_once_and_answered_alike(abroad):
    account = abroad.account()
    body = abroad.transfer(account)
    assert abroad.settle(body) == abroad.settle(body) == ["answered"]
    assert abroad.cloud.balance(account) == SMALL
    first, second = abroad.road.scheme.sent
    assert first == second


def test_the_same_payment_in_another_message_is_credited_once_and_answered_alike(abroad):
    account = abroad.account()
    assert abroad.settle(abroad.transfer(account, number=7)) == ["answered"]
    again = abroad.transfer(account, number=7, identifier="OTHER")
    assert abroad.settle(again) == ["answered"]
    by_transaction = abroad.transfer(account, number=7, identifier="NO-UETR", ids={"uetr": None})
    assert abroad.settle(by_transaction) == ["answered"]
    assert abroad.cloud.balance(account) == SMALL
    assert len(set(abroad.road.scheme.sent)) == 1


@pytest.mark.parametrize("change", [{"amount": SMALL + 1}, {"payer": "Somebody Else"}])
def test_another_payment_under_the_same_reference_is_refused_and_the_first_stands(abroad, change):
    account = abroad.account()
    assert abroad.settle(abroad.transfer(account, number=7)) == ["answered"]
    answer = abroad.road.send(abroad.transfer(account, number=7, **change))
    assert (answer.status, answer.code) == (409, "transfer_reused")
    assert abroad.cloud.balance(account) == SMALL
    to_another = abroad.transfer(abroad.account(), number=7)
    assert abroad.road.send(to_another).code == "transfer_reused"


def test_two_banks_may_use_one_transaction_id(abroad):
    from remit.rails.iso20022.parts import Agent

    account, without = abroad.account(), {"ids": {"uetr": None}}
    first = abroad.transfer(account, number=7, **without)
    second = abroad.transfer(account, number=7, debtor_agent=Agent(bic="INGBNL2A"), **without)
    assert abroad.settle(first) == abroad.settle(second) == ["answered"]
    assert abroad.cloud.balance(account) == 2 * SMALL


def test_a_number_that_is_none_of_ours_is_rejected(abroad):
    for iban in (NOBODY, DEBTOR_IBAN, None):
        assert outcome(abroad, abroad.transfer(iban=iban)) == ("RJCT", "AC01")
    assert {item["tenant"] for item in abroad.cloud.items("Rails")} == {"house"}


@pytest.mark.parametrize(
    ("rules", "reason"),
    [({"closed": True}, "AC04"), ({"frozen": "credits"}, "AC06"), ({"limit": SMALL - 1}, "AM02")],
)
def test_an_account_that_cannot_take_it_is_told_by_its_reason(abroad, rules, reason):
    account = abroad.account()
    changed = abroad.cloud.api(
        "POST",
        "/accounts/{id}/rules",
        role="operator",
        path={"id": account},
        body=rules | {"reason": "a test"},
    )
    assert changed.status == 200, changed.text
    assert outcome(abroad, abroad.transfer(account)) == ("RJCT", reason)
    assert abroad.cloud.balance(account) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"currency": "USD"}, "AM03"),
        ({"amount": 0}, "AM01"),
        ({"amount": 100_000_000_000}, "AM02"),
    ],
)
def test_what_the_scheme_does_not_carry_is_rejected(abroad, change, reason):
    assert outcome(abroad, abroad.transfer(abroad.account(), **change)) == ("RJCT", reason)


def test_an_account_in_another_currency_takes_no_euros(abroad):
    assert outcome(abroad, abroad.transfer(abroad.account("USD"))) == ("RJCT", "AG01")


@pytest.mark.parametrize(
    "change", [{"payer": "Osvald Grimme"}, {"payee": "Grauwolf Handel"}, {"payer": "..."}]
)
def test_a_name_like_a_listed_one_is_rejected_and_a_case_is_kept_for_a_person(abroad, change):
    account = abroad.account()
    content = abroad.kept(abroad.transfer(account, **change))
    assert abroad.run(content) == "answered"
    assert abroad.answers() == [("RJCT", "RR04")]
    assert abroad.cloud.balance(account) == 0
    (case,) = abroad.cloud.api("GET", "/incoming-payments", role="operator").body["items"]
    assert (case["id"], case["status"], case["debtor"]) == (content["id"], "rejected", None)
    assert case["listed"].startswith(("ofac/", "unscreenable"))
    assert abroad.look(content["id"]).body["listed"] == case["listed"]


def test_nobody_is_warned_of_a_hit(abroad):
    content = abroad.kept(abroad.transfer(abroad.account(), payer="Osvald Grimme"))
    assert abroad.run(content) == "answered"
    assert abroad.look(content["id"], role="client").status == 404
    assert abroad.cloud.api("GET", "/incoming-payments", role="client").status == 403


def test_cases_are_listed_newest_first_page_by_page(abroad):
    ids, account = [], abroad.account()
    for _ in range(3):
        content = abroad.kept(abroad.transfer(account, payer="Osvald Grimme"))
        assert abroad.run(content) == "answered"
        ids.append(content["id"])
        abroad.cloud.clock.now += 1_000

    def page(**query):
        asked = {"limit": "2"} | query
        return abroad.cloud.api("GET", "/incoming-payments", role="auditor", query=asked)

    first = page().body
    rest = page(cursor=first["next_cursor"]).body
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ids[::-1]
    assert rest["next_cursor"] is None
    for wrong in ("nonsense", cursor("incoming-payments", {"at": "x"})):
        assert page(cursor=wrong).code == "invalid_cursor"


def test_a_payment_of_another_tenant_is_not_there(abroad):
    identifier = abroad.arrived(abroad.account())
    assert abroad.look(identifier, tenant="other").status == 404
    for wrong in ("inc_nonsense", "pay_4SQAYX5AP869GE5T8ED8PTNPDP"):
        assert abroad.look(wrong).status == 404


def test_who_does_not_wait_any_more_is_told_no(abroad):
    account = abroad.account()
    content = abroad.kept(abroad.transfer(account))
    abroad.cloud.clock.now += 10_001
    assert abroad.run(content) == "answered"
    assert abroad.answers() == [("RJCT", "AB05")]
    assert abroad.cloud.balance(account) == 0


def test_the_time_runs_from_the_payers_acceptance_and_never_longer_than_from_ours(abroad):
    account, now = abroad.account(), abroad.cloud.clock.now
    assert outcome(abroad, abroad.transfer(account, at=now - 10_001)) == ("RJCT", "AB05")
    assert outcome(abroad, abroad.transfer(account, at=now - 9_000)) == ("ACCP", None)
    content = abroad.kept(abroad.transfer(account, at=now + 3_600_000))
    abroad.cloud.clock.now += 10_001
    assert abroad.run(content) == "answered"
    assert abroad.answers()[-1] == ("RJCT", "AB05")


def test_what_is_credited_before_its_time_is_over_stays_credited_when_the_answer_is_late(abroad):
    account = abroad.account()
    content = abroad.kept(abroad.transfer(account))
    assert abroad.task("screen", content) == "clear"
    assert abroad.task("credit", content) == "credited"
    abroad.cloud.clock.now += 60_000
    assert abroad.run(content) == "answered"
    assert abroad.answers() == [("ACCP", None)]
    assert abroad.cloud.balance(account) == SMALL


def test_a_rail_that_does_not_take_the_answer_is_told_again(abroad):
    content = abroad.kept(abroad.transfer(abroad.account()))
    for trouble in ("answers", "status"):
        if trouble == "answers":
            abroad.road.scheme.lose_answers()
        else:
            abroad.road.scheme.trouble, abroad.road.scheme.status = None, 500
        with pytest.raises(Exception, match="has not taken the answer"):
            abroad.run(content)
        assert abroad.look(content["id"]).body["answered_at"] is None
    abroad.road.scheme.status = 409
    assert abroad.run(content) == "answered"
    assert abroad.look(content["id"]).body["answered_at"] is not None
    assert len(set(abroad.road.scheme.sent)) == 1


def test_a_payment_that_is_kept_and_not_answered_is_found_by_the_sweep(abroad):
    account = abroad.account()
    content = abroad.kept(abroad.transfer(account))
    body = {"id": content["id"], "tenant": "acme", "request_id": "sweep"}
    abroad.cloud.machines.started.clear()
    assert abroad.cloud.deliver("payments/resume", body) == ["0"]
    (start,) = abroad.cloud.machines.started
    assert start["input"] == content | {"request_id": "sweep"}
    assert start["name"].endswith("-resumed-1")
    assert len(start["name"] + "00") <= 80
    assert abroad.run(start["input"]) == "answered"
    assert abroad.cloud.deliver("payments/resume", body) == []


def test_a_start_that_is_lost_is_not_confirmed(abroad):
    from botocore.exceptions import EndpointConnectionError

    account = abroad.account()
    body = abroad.transfer(account)
    abroad.cloud.machines.trouble = EndpointConnectionError(endpoint_url="states")
    assert abroad.road.send(body).status == 503
    abroad.cloud.machines.trouble = None
    assert abroad.settle(body) == ["answered"]
    assert abroad.cloud.balance(account) == SMALL


@pytest.mark.parametrize("ids", [{"uetr": None, "transaction_id": None}])
def test_a_payment_without_a_name_of_its_own_is_refused_at_the_door(abroad, ids):
    answer = abroad.road.send(abroad.transfer(abroad.account(), ids=ids))
    assert (answer.status, answer.code) == (422, "invalid_message")
    assert "UETR" in answer.body["errors"][0]["detail"]
    assert abroad.cloud.items("Rails") == []


def test_a_message_of_several_payments_is_refused_at_the_door(abroad):
    body = abroad.transfer(abroad.account())
    two = body.replace(b"<NbOfTxs>1<", b"<NbOfTxs>2<")
    assert abroad.road.send(two).code == "invalid_message"
    start, end = body.index(b"<CdtTrfTxInf>"), body.index(b"</CdtTrfTxInf>") + 14
    twice = body[:end] + body[start:end] + body[end:]
    assert abroad.road.send(twice).code == "invalid_message"


def test_fifty_payments_at_once_are_each_credited_once(abroad):
    account = abroad.account()
    contents = [abroad.kept(abroad.transfer(account, 1)) for _ in range(50)]
    for step, status in (("screen", "clear"), ("credit", "credited")):
        assert {abroad.task(step, content) for content in (*contents, *contents[:5])} == {
            status if step == "credit" else "clear"
        }
    assert {abroad.run(content) for content in contents} == {"answered"}
    assert abroad.cloud.balance(account) == 50
    assert abroad.road.in_transit() == -50


def test_no_name_or_number_of_the_payer_stands_anywhere_in_plain_text(abroad, capsys):
    account = abroad.account()
    abroad.arrived(account)
    everything = repr(abroad.cloud.world()) + capsys.readouterr().out
    for secret in (PAYER, DEBTOR_IBAN, "For the paintings"):
        assert secret not in everything


def test_what_is_sealed_is_sealed_under_the_accounts_own_keys(abroad):
    account = abroad.account()
    identifier = abroad.arrived(account)
    (item,) = abroad.cloud.items("Rails")
    assert item["subject"] == account
    abroad.road.vault.erase(
        "acme", account, at=1, requested_by="a", approved_by="b", reason="c", keep_until=None
    )
    view = abroad.look(identifier).body
    assert (view["debtor"], view["remittance"], view["amount"]) == (None, None, SMALL)


def test_whose_data_is_erased_on_the_way_is_not_credited(abroad):
    account = abroad.account()
    abroad.arrived(account)
    content = abroad.kept(abroad.transfer(account))
    abroad.road.vault.erase(
        "acme", account, at=1, requested_by="a", approved_by="b", reason="c", keep_until=None
    )
    assert abroad.run(content) == "answered"
    assert abroad.answers()[-1] == ("RJCT", "MS03")
    # And what comes later is sealed under the rail's keys.
    abroad.kept(abroad.transfer(account))
    assert [("subject" in item) for item in abroad.cloud.items("Rails")].count(False) == 1


@needs_shared_data
def test_every_answer_is_valid_by_its_schema(abroad):
    account = abroad.account()
    abroad.arrived(account)
    outcome(abroad, abroad.transfer(iban=NOBODY))
    outcome(abroad, abroad.transfer(account, ids={"uetr": None}))
    for message in abroad.sent("pacs.002"):
        xsd("pacs.002.001.10").assertValid(message)


def test_the_other_rail_answers_in_its_own_words(abroad, monkeypatch):
    monkeypatch.setenv("FPS_HK_URL", URL)
    account = abroad.account("HKD")
    body = abroad.transfer(account, currency="HKD")
    abroad.cloud.machines.started.clear()
    assert abroad.road.send(body, rail="fps_hk").status == 202
    (start,) = abroad.cloud.machines.started
    assert abroad.run(start["input"]) == "answered"
    assert abroad.answers() == [("ACSC", None)]


def numbered(iban):
    return Account(other=Identification(id=iban[4:], scheme=Code(code="BBAN")))


def test_fps_pays_to_the_number_of_an_account_and_sct_inst_to_an_iban_alone(abroad, monkeypatch):
    monkeypatch.setenv("FPS_HK_URL", URL)
    for currency, rail, answer in (
        ("HKD", "fps_hk", ("ACSC", None)),
        ("CNY", "fps_hk", ("ACSC", None)),
        ("EUR", "sct_inst", ("RJCT", "AC01")),
    ):
        account = abroad.account(currency)
        named = numbered(abroad.opened[account])
        body = abroad.transfer(creditor_account=named, currency=currency)
        abroad.cloud.machines.started.clear()
        assert abroad.road.send(body, rail=rail).status == 202
        (start,) = abroad.cloud.machines.started
        assert abroad.run(start["input"]) == "answered"
        assert abroad.answers()[-1] == answer
        credited = abroad.cloud.balance(account)
        assert credited == (SMALL if answer[0] == "ACSC" else 0)
    assert abroad.cloud.trial()["balanced"]


def test_money_comes_and_goes_and_the_books_agree(abroad):
    account = abroad.account()
    abroad.arrived(account, MONEY)
    (euros,) = abroad.cloud.trial()["currencies"]
    assert euros["debits_posted"] == euros["credits_posted"]
