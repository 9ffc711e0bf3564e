"""FPS of Hong Kong: a proxy is looked up, the payer confirms, and exactly that payee is paid."""

from datetime import date

import pytest
from lxml import etree

from remit.kernel.clock import MINUTE
from remit.payees.schema import LookupView
from remit.payments.schema import PaymentView
from remit.rails import scheme_rules
from remit.rails.iso20022 import pacs008
from remit.runtime import rails
from tests.integration.losses import FAULTS, meaning, until_answered
from tests.integration.payees.desk import ADDRESSING, CHAN, FPS, MOBILE
from tests.integration.payees.test_limits import limits
from tests.integration.payees.test_verify import kept
from tests.integration.payments import rail_cloud
from tests.integration.payments.scenes import MONEY, SMALL
from tests.unit.rails.files import needs_shared_data
from tests.unit.rails.tables import xsd

EMAIL = {"type": "email", "value": "tai.man@example.hk"}
FPS_ID = {"type": "fps_id", "value": "1234567"}


@pytest.fixture
def hong_kong(desk, monkeypatch):
    """The desk, with FPS taking messages and its addressing service knowing Chan Tai Man."""
    monkeypatch.setattr(rail_cloud, "URL", FPS)
    desk.schemes.answer = CHAN
    return desk


def funded(desk, currency="HKD"):
    account = desk.cloud.open(currency)
    desk.cloud.deposit(account, MONEY, currency)
    return account


def pay(desk, lookup, *, currency="HKD", debtor=None, key=None, **more):
    body = {"creditor": {"lookup": lookup}, "currency": currency} | more
    request = {"key": key} if key else {}
    return desk.cloud.pay(debtor or funded(desk, currency), "", SMALL, more=body, **request)


@pytest.mark.parametrize("proxy", [MOBILE, EMAIL, FPS_ID])
@pytest.mark.parametrize("currency", ["HKD", "CNY"])
def test_a_lookup_shows_a_masked_name_and_nothing_else_of_the_payee(hong_kong, proxy, currency):
    answer = hong_kong.look_up(currency, proxy=proxy)
    assert answer.status == 201, answer.text
    view = LookupView.model_validate(answer.body, strict=True, extra="forbid")
    assert (view.masked_name, view.bank) == ("CHAN T** M**", "Bank of the Harbour")
    assert view.expires_at == "2026-11-24T09:35:00.000Z"
    assert CHAN["account"] not in answer.text
    code = {"mobile": "MOBN", "email": "EMAL", "fps_id": "SVID"}[proxy["type"]]
    asked = {"proxy": {"type": code, "id": proxy["value"]}, "currency": currency}
    assert hong_kong.schemes.asked == [(ADDRESSING, asked)]


def test_a_name_that_comes_in_full_is_masked_by_us(hong_kong):
    hong_kong.schemes.answer = CHAN | {"masked_name": "CHAN TAI MAN"}
    assert hong_kong.look_up().body["masked_name"] == "C*** T*** M***"


MALFORMED = (
    {"type": "mobile", "value": "91234567"},
    {"type": "mobile", "value": "+85291234567"},
    {"type": "mobile", "value": "+852-9123456"},
    {"type": "mobile", "value": "+852-912345678"},
    {"type": "mobile", "value": "+86-12345678901234"},
    {"type": "mobile", "value": "+852-9123456\u0667"},
    {"type": "email", "value": "tai man@example.hk"},
    {"type": "email", "value": "tai.man@example"},
    {"type": "fps_id", "value": "123456"},
    {"type": "fps_id", "value": "1234567890"},
    {"type": "iban", "value": "1234567"},
    {"type": "fps_id"},
)


def test_a_proxy_without_its_form_is_refused_and_not_repeated(hong_kong):
    for proxy in MALFORMED:
        answer = hong_kong.look_up(proxy=proxy)
        assert (answer.status, answer.code) == (400, "invalid_request"), proxy
        assert answer.body["errors"][0]["pointer"].startswith("/proxy")
        assert "value" not in proxy or proxy["value"] not in answer.text
    assert hong_kong.schemes.asked == []


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_a_currency_that_no_rail_reaches_by_proxy_is_refused(hong_kong, currency):
    answer = hong_kong.look_up(currency)
    assert (answer.status, answer.code) == (422, "proxy_not_supported")


def test_while_fps_is_not_connected_nobody_is_looked_up(hong_kong, monkeypatch):
    monkeypatch.setenv("FPS_HK_URL", "none")
    assert hong_kong.look_up().code == "proxy_not_supported"


WRONG = (
    (500, CHAN),
    (400, CHAN),
    (200, b"no"),
    (200, {}),
    (200, CHAN | {"account": "12 34"}),
    (200, CHAN | {"account": 7}),
    (200, CHAN | {"bank": ""}),
    (200, CHAN | {"masked_name": " "}),
    (200, CHAN | {"masked_name": "*" * 141}),
    (200, CHAN | {"bank_name": ["x"]}),
)


def test_nobody_is_shown_unless_the_service_says_who(hong_kong):
    for status, content in WRONG:
        hong_kong.schemes.status, hong_kong.schemes.answer = status, content
        answer = hong_kong.look_up(key="k")
        assert (answer.status, answer.code) == (503, "addressing_unavailable"), content
    hong_kong.schemes.status = 404
    unknown = hong_kong.look_up(key="k")
    assert (unknown.status, unknown.code) == (404, "proxy_unknown")
    hong_kong.schemes.status, hong_kong.schemes.answer = 200, CHAN
    assert hong_kong.look_up(key="k").status == 201, "nothing of it was stored"


def test_a_proxy_by_which_nobody_is_paid_is_a_refusal_that_is_not_stored(hong_kong):
    hong_kong.schemes.status = 403
    refused = hong_kong.look_up(key="k")
    assert (refused.status, refused.code) == (422, "proxy_refused")
    assert CHAN["account"] not in refused.text
    hong_kong.schemes.status = 200
    assert hong_kong.look_up(key="k").status == 201


def test_a_service_that_is_silent_is_a_passing_fault(hong_kong):
    hong_kong.schemes.silent()
    assert hong_kong.look_up().status == 503


def test_numbers_are_not_tried_out(hong_kong, monkeypatch):
    limits(monkeypatch, requester={"3600": 10}, no_match=5)
    hong_kong.schemes.status = 404
    tried = [
        hong_kong.look_up(proxy={"type": "fps_id", "value": f"123456{n}"}).status for n in range(4)
    ]
    assert tried == [404, 404, 429, 429]


def test_a_key_has_one_lookup_and_what_it_found_is_sealed(hong_kong):
    first = hong_kong.look_up(key="once")
    hong_kong.schemes.answer = CHAN | {"masked_name": "WONG S** K**"}
    hong_kong.cloud.clock.now += 6 * MINUTE
    again = hong_kong.look_up(key="once")
    assert (again.text, again.replayed) == (first.text, True)
    assert hong_kong.look_up(key="once", proxy=EMAIL).code == "key_reused"
    kept = str(hong_kong.cloud.world())
    for canary in (CHAN["account"], "CHAN", "91234567", "Harbour"):
        assert canary not in kept


@pytest.mark.parametrize("fault", ["the reply is lost", "the process dies after the call"])
def test_whatever_is_lost_a_key_has_one_lookup(still, fault):
    still.schemes.answer = CHAN
    what, times = FAULTS[fault]
    before = still.cloud.world()
    still.cloud.dynamodb.watch()
    undisturbed = meaning(still.look_up(key="once"))
    calls, after = len(still.cloud.dynamodb.calls), kept(still)
    for call in range(calls):
        still.cloud.restore(before)
        still.cloud.dynamodb.watch({call + again: what for again in range(times)})
        assert meaning(until_answered(lambda: still.look_up(key="once"))) == undisturbed
        still.cloud.dynamodb.watch()
        assert kept(still) == after, f"{fault}, at call {call}"


# The payment.


def test_who_was_confirmed_is_paid_by_fps(hong_kong):
    lookup = hong_kong.look_up().body["id"]
    hong_kong.schemes.answer = CHAN | {"account": "999999999999"}  # it moved on meanwhile
    answer = pay(hong_kong, lookup)
    assert answer.status == 202, answer.text
    view = PaymentView.model_validate(answer.body, strict=True, extra="forbid")
    assert (view.rail, view.rail_because) == ("fps_hk", "it is the only one that can")
    creditor = answer.body["creditor"]
    assert creditor["country"] == "HK"
    assert creditor["account"].endswith("9012")
    assert CHAN["account"] not in answer.text
    for name, status in (("check", "reserve"), ("reserve", "reserved"), ("submit", "submitted")):
        assert hong_kong.cloud.task(name, view.id) == status
    ((_, body),) = hong_kong.road.scheme.sent
    read = pacs008.read(body)
    told = read.transfers[0]
    assert (told.creditor_account.other.id, told.creditor_agent.member) == ("123456789012", "004")
    assert (told.creditor_account.proxy_type.code, told.creditor_account.proxy) == (
        "MOBN",
        "+852-91234567",
    )
    assert told.creditor.name == "CHAN T** M**"
    assert scheme_rules.broken("fps_hk", read, on=date(2026, 11, 24)) == ()


@needs_shared_data
def test_what_fps_is_sent_is_valid_by_its_schema(hong_kong):
    payment = pay(hong_kong, hong_kong.look_up("CNY").body["id"], currency="CNY").body["id"]
    for name in ("check", "reserve", "submit"):
        hong_kong.cloud.task(name, payment)
    xsd("pacs.008.001.08").assertValid(etree.fromstring(hong_kong.road.scheme.sent[0][1]))


def test_a_payment_over_fps_ends_as_the_scheme_says(hong_kong, monkeypatch):
    monkeypatch.setattr(rail_cloud, "RAIL", "fps_hk")
    ends = {}
    for status, reason in (("ACSC", None), ("RJCT", "AC04")):
        payment = pay(hong_kong, hong_kong.look_up().body["id"]).body["id"]
        for name in ("check", "reserve", "submit"):
            hong_kong.cloud.task(name, payment)
        report = hong_kong.road.report(payment, status, reason)
        hong_kong.cloud.machines.started.clear()
        assert hong_kong.road.send(report, rail="fps_hk").status == 202
        ends[status] = [
            hong_kong.road.run(start["input"]) for start in hong_kong.cloud.machines.started
        ]
    assert ends == {"ACSC": ["completed"], "RJCT": ["declined"]}
    assert hong_kong.cloud.trial()["balanced"]


def test_a_lookup_serves_until_it_expires_and_then_no_more(hong_kong):
    lookup, debtor = hong_kong.look_up().body["id"], funded(hong_kong)
    hong_kong.cloud.clock.now += 5 * MINUTE - 1
    paid = {pay(hong_kong, lookup, debtor=debtor).body["id"] for _ in range(2)}
    assert len(paid) == 2
    hong_kong.cloud.clock.now += 1
    answer = pay(hong_kong, lookup, debtor=debtor, key="late")
    assert (answer.status, answer.code) == (422, "lookup_expired")
    assert pay(hong_kong, lookup, debtor=debtor, key="late").replayed


def test_one_key_pays_once_by_a_lookup(hong_kong):
    lookup, debtor = hong_kong.look_up().body["id"], funded(hong_kong)
    first = pay(hong_kong, lookup, debtor=debtor, key="once")
    hong_kong.cloud.clock.now += 10 * MINUTE
    again = pay(hong_kong, lookup, debtor=debtor, key="once")
    assert (again.text, again.replayed) == (first.text, True)


def test_a_lookup_is_its_tenants_alone(hong_kong):
    lookup = hong_kong.look_up(tenant="other").body["id"]
    answer = pay(hong_kong, lookup)
    assert (answer.status, answer.code) == (404, "lookup_unknown")


def test_a_lookup_is_for_its_currency(hong_kong):
    lookup = hong_kong.look_up("CNY").body["id"]
    assert pay(hong_kong, lookup).code == "currency_mismatch"


@pytest.mark.parametrize("rail", ["sct_inst", "book"])
def test_another_rail_does_not_carry_it(hong_kong, rail):
    answer = pay(hong_kong, hong_kong.look_up().body["id"], rail=rail)
    assert (answer.status, answer.code) == (422, "rail_not_available")


def test_what_fps_would_refuse_of_the_payee_points_to_the_lookup(hong_kong):
    hong_kong.schemes.answer = CHAN | {"account": "12345"}
    answer = pay(hong_kong, hong_kong.look_up().body["id"])
    assert (answer.status, answer.code) == (422, "rail_rules_broken")
    assert [each["pointer"] for each in answer.body["errors"]] == ["/creditor/lookup"]


def test_payers_of_hong_kong_are_screened_by_what_can_be_seen_of_the_name(hong_kong, monkeypatch):
    asked = []
    monkeypatch.setattr(rails, "listed", lambda tenant, name: asked.append(name))
    pay(hong_kong, hong_kong.look_up().body["id"])
    assert asked == ["CHAN T** M**"]
