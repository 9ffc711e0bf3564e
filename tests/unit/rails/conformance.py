"""What any rail must pass, as checks of its scheme. A check looks at data and messages alone.

`docs/concepts/adding-a-rail.md` leads through them; what the road does with a rail is checked in
`tests/integration/payments/test_rail_conformance.py`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from lxml import etree

from remit.kernel.clock import MINUTE, parse_rfc3339
from remit.kernel.iban import iban
from remit.kernel.money import CURRENCIES, MAX_AMOUNT, Money
from remit.rails import calendar
from remit.rails.address import judge
from remit.rails.capability import route
from remit.rails.heard import hear
from remit.rails.iso20022 import pacs002, pacs008
from remit.rails.iso20022.duplicates import content_fingerprint, marks
from remit.rails.iso20022.duplicates import judge as repeated
from remit.rails.iso20022.initiation import PostalAddress
from remit.rails.iso20022.parts import Code, OriginalIds, Reason, ReportHeader
from remit.rails.outgoing import (
    ENQUIRY,
    RECALL,
    TRANSFER,
    Outgoing,
    Reference,
    Side,
    broken,
    enquiry,
    message_id,
    recall,
    transfer,
    uetr_of,
)  # fmt: skip
from remit.rails.proxy import CODES, Proxy
from remit.rails.rail import Scheme
from tests.unit.rails.files import SHARED
from tests.unit.rails.tables import xsd

AT = parse_rfc3339("2026-11-24T04:00:00Z")  # a working day everywhere, from Hong Kong to Frankfurt
DAY = date(2026, 11, 24)
UETR = "6d75daa0-1e92-4423-83ae-929947f36047"
PROXIES = {"mobile": "+852-91234567", "email": "tai.man@example.hk", "fps_id": "1234567"}
OPEN = ("RCVD", "PDNG", "ACTC", "ACFC", "ACSP", "ACWC")
"""Statuses with which nothing is over yet, in every scheme."""

Check = Callable[[Scheme], None]


def payments(scheme: Scheme) -> Iterator[Outgoing]:
    """A payment in each of the rail's currencies, to each kind of payee that it reaches."""
    rail = scheme.capability
    for currency, (least, most) in rail.amounts.items():
        for addressing in rail.addressing:
            for amount in (least, most):
                yield Outgoing(
                    rail=rail.rail,
                    uetr=UETR,
                    amount=Money(amount=amount, currency=currency),
                    accepted_at=AT,
                    debtor=Side(
                        name="Eva Bos",
                        iban=iban("DE", "5001051712345678" + "90"),
                        bic="REMIDEFFXXX",
                    ),
                    creditor=creditor(addressing),
                    remittance="Invoice 7",
                )


def creditor(addressing: str) -> Side:
    """A payee as they are named in that way."""
    if addressing == "iban":
        return Side(name="Jan Tomas", iban="NL91ABNA0417164300", bic="ABNANL2AXXX")
    proxy = Proxy(type=addressing, value=PROXIES[addressing]) if addressing in CODES else None  # type: ignore[arg-type]
    return Side(name="CHAN T** M**", number="123456789012", clearing="004", proxy=proxy)


def it_states_what_it_can_do_as_data(scheme: Scheme) -> None:
    rail = scheme.capability
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", rail.rail)
    assert rail.amounts, "it carries at least one currency"
    for currency, (least, most) in rail.amounts.items():
        assert currency in CURRENCIES
        assert 0 < least <= most <= MAX_AMOUNT
    assert rail.addressing
    assert "account" not in rail.addressing, "accounts of ours are paid inside the house"
    assert rail.cost_rank > 0, "no rail comes before the house itself"


def it_has_a_deadline_and_asks_only_after_it(scheme: Scheme) -> None:
    rail = scheme.capability
    assert 0 < rail.deadline_seconds < rail.enquire_seconds
    assert rail.enquire_seconds <= 60, "the queue looks at a payment within a minute"


def it_settles_on_the_days_of_a_calendar_that_is_there(scheme: Scheme) -> None:
    rail = scheme.capability
    assert rail.settlement in ("net", "gross")
    assert rail.finality in ("immediate", "window")
    assert rail.calendar in calendar.CALENDARS
    assert calendar.next_business_day(rail.calendar, DAY) > DAY
    hours = rail.hours
    assert hours is None or 0 <= hours.opens < hours.closes <= 24 * 60


def its_recalls_have_limits_and_need_returns(scheme: Scheme) -> None:
    recalls = scheme.capability.recalls
    if recalls is None:
        return
    assert scheme.capability.returns, "a recall that is accepted comes back as a return"
    assert recalls.answer_business_days > 0
    assert all(re.fullmatch(r"[A-Z0-9]{4}", reason) for reason in recalls.days_by_reason)
    assert all(days >= recalls.days > 0 for days in recalls.days_by_reason.values())


def it_builds_messages_that_its_own_rules_and_the_schema_take(scheme: Scheme) -> None:
    for payment in payments(scheme):
        assert broken(payment, on=DAY) == ()
        built = transfer(payment)
        _validate("pacs.008.001.08", built)
        read = pacs008.read(built)
        assert read.transfers[0].amount == payment.amount
        assert read.header.settlement.method == "CLRG"


def its_questions_and_recalls_validate_and_name_nobody_more_than_they_must(scheme: Scheme) -> None:
    payment = next(payments(scheme))
    asked = enquiry(Reference(uetr=UETR), 1, at=AT)
    _validate("pacs.028.001.03", asked)
    assert b"<Nm>" not in asked
    if scheme.capability.recalls is not None:
        _validate("camt.056.001.08", recall(payment, "DUPL", settled_on=DAY, at=AT))


def its_ids_repeat_and_lead_back_to_the_payment(scheme: Scheme) -> None:
    for payment in payments(scheme):
        assert transfer(payment) == transfer(payment), "sent again it is the same message"
        ids = pacs008.read(transfer(payment)).transfers[0].ids
        assert (ids.uetr, uetr_of(ids.transaction_id)) == (UETR, UETR)
    named = [message_id(TRANSFER, UETR), message_id(RECALL, UETR)]
    named += [message_id(ENQUIRY, UETR, number) for number in range(1, 6)]
    assert len(set(named)) == len(named)
    assert all(len(each) <= 35 and uetr_of(each) == UETR for each in named)


def a_message_that_comes_twice_is_known_and_another_under_its_id_is_not_taken(
    scheme: Scheme,
) -> None:
    payment = next(payments(scheme))
    changed = replace(payment, remittance="Invoice 8")
    first, again, other = (
        marks(
            content_fingerprint(transfer(each)),
            sender=scheme.capability.rail,
            message="pacs.008.001.08",
            message_id=message_id(TRANSFER, UETR),
        )
        for each in (payment, payment, changed)
    )
    seen = {mark.key: mark.content for mark in first}
    assert [repeated(each, seen) for each in (again, other)] == ["repeated", "conflict"]


def every_status_means_something_and_only_its_own_end_a_payment(scheme: Scheme) -> None:
    assert scheme.accepted
    for status in scheme.accepted:
        assert _meaning(scheme, status) == "accepted"
    for status in OPEN:
        assert _meaning(scheme, status) == "pending", status
    assert _meaning(scheme, "RJCT", "AC04") == "rejected"
    assert _meaning(scheme, "RJCT", "XY99") == "rejected", "an unknown reason is kept"
    assert _meaning(scheme, "RJCT", "DU01") == "duplicate"
    assert _meaning(scheme, "RJCT", "NOOR") == "pending", "what is not found may still arrive"
    assert _meaning(scheme, "WXYZ") == "not_understood"


def each_of_its_rules_says_what_is_wrong_and_where(scheme: Scheme) -> None:
    for rule in scheme.rules:
        assert re.fullmatch(r"[A-Z]{2}[0-9]{2}", rule.code), rule.element
        assert rule.element
        assert rule.what
    payment = next(payments(scheme))
    least, most = scheme.capability.amounts[payment.amount.currency]
    for amount in {least - 1, most + 1}:
        money = Money(amount=amount, currency=payment.amount.currency)
        wrong = broken(replace(payment, amount=money), on=DAY)
        assert "AM02" in {each.code for each in wrong}
    nobody = replace(payment, creditor=Side(name="Jan Tomas"))
    assert any("Cdtr" in each.element for each in broken(nobody, on=DAY))


def an_unstructured_address_is_refused_since_its_day(scheme: Scheme) -> None:
    lines = PostalAddress(lines=("Domplein 1, Utrecht",))
    rule = scheme.address
    assert judge(lines, rule=rule, on=rule.since - timedelta(days=1)).passes
    faults = {each.element for each in judge(lines, rule=rule, on=rule.since).faults}
    assert faults == {"TwnNm", "Ctry"}


def a_route_over_it_says_why_and_one_past_it_why_not(scheme: Scheme) -> None:
    rail = scheme.capability
    currency, (_, most) = next(iter(rail.amounts.items()))
    foreign = next(each for each in CURRENCIES if each not in rail.amounts)
    money, named = Money(amount=most, currency=currency), rail.addressing[0]

    def passed(**change: object) -> str | None:
        asked = {"amount": money, "addressing": named, "at": AT, "rails": (rail,)} | change
        found = route(**asked)  # type: ignore[arg-type]
        assert found.because
        return None if found.rail else found.passed_over[0].code

    assert passed() is None
    assert passed(amount=Money(amount=most + 1, currency=currency)) == "amount"
    assert passed(amount=Money(amount=1, currency=foreign)) == "currency"
    assert passed(addressing="account") == "addressing"
    assert passed(wanted="another") == "not_wanted"
    if rail.hours is not None:
        closed = AT - AT % (24 * 60 * MINUTE) + (rail.hours.closes - rail.hours.offset) * MINUTE
        assert passed(at=closed) == "hours"


CHECKS: tuple[Check, ...] = (
    it_states_what_it_can_do_as_data,
    it_has_a_deadline_and_asks_only_after_it,
    it_settles_on_the_days_of_a_calendar_that_is_there,
    its_recalls_have_limits_and_need_returns,
    it_builds_messages_that_its_own_rules_and_the_schema_take,
    its_questions_and_recalls_validate_and_name_nobody_more_than_they_must,
    its_ids_repeat_and_lead_back_to_the_payment,
    a_message_that_comes_twice_is_known_and_another_under_its_id_is_not_taken,
    every_status_means_something_and_only_its_own_end_a_payment,
    each_of_its_rules_says_what_is_wrong_and_where,
    an_unstructured_address_is_refused_since_its_day,
    a_route_over_it_says_why_and_one_past_it_why_not,
)


def _meaning(scheme: Scheme, status: str, reason: str | None = None) -> str:
    reasons = (Reason(code=Code(code=reason)),) if reason else ()
    ids = OriginalIds(end_to_end_id="NOTPROVIDED", uetr=UETR)
    payment = pacs002.PaymentStatus(ids=ids, status=status, reasons=reasons)
    header = ReportHeader(message_id="S-1", created_at="2026-11-24T09:30:00Z")
    content = pacs002.build(pacs002.StatusReport(header=header, payments=(payment,)))
    (fact,) = hear(scheme.capability.rail, content).facts
    assert (fact.uetr, fact.status) == (UETR, status)
    return fact.meaning


def _validate(message: str, content: bytes) -> None:
    if SHARED.is_dir():
        xsd(message).assertValid(etree.fromstring(content))
