"""Whose a proxy is and who holds an IBAN, as a scheme tells it and our code reads it."""

import json
from typing import Any

import pytest

from remit.kernel.errors import NotFound, Rejection
from remit.kernel.iban import is_iban
from remit.kernel.signature import SignatureInvalid, signed
from remit.payees import wire
from remit.payees.addressing import (
    AddressingUnavailable,
    FpsAddressing,
    ProxyRefused,
    ProxyUnknown,
    Resolved,
)
from remit.payees.wire import Question
from remit.rails.proxy import CODES, FORMS, Proxy
from remit.rails.question import Heard, Unanswered
from remit.runtime.request import Headers
from remit.sandbox.people import HOLDERS, PEOPLE, SLOW_SECONDS, masked
from remit.sandbox.tell import BankSilent, Told, tell

NOW = 1_795_512_600_000
KEY, OTHER = b"a signing key of 32 bytes, hm, ok", b"another key of 32 bytes, and more"
CHAN = Resolved(
    account="123456789012",
    bank="004",
    bank_name="Bank of the Harbour",
    masked_name="CHAN T** M**",
)


def told(rail: str, service: str, content: Any, *, key: bytes = KEY) -> Told:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = Headers({"headers": dict(signed([key], identifier="q", now=NOW, body=body))})
    return tell(rail, service, keys=[KEY], headers=headers, body=body, now=NOW)


class Asked:
    """The service as our own questions reach it; a late answer is none."""

    def ask(self, identifier: str, question: Any, *, now: int) -> Heard:
        try:
            answer = told("fps_hk", "addressing", dict(question))
        except Rejection as refused:
            return Heard(status=refused.status, content={"code": refused.code})
        if answer.seconds:
            raise Unanswered
        return Heard(status=200, content=answer.content)


def whose(proxy_type: Any, value: str, currency: str = "HKD") -> Resolved:
    service = FpsAddressing(questions=Asked())
    return service.resolve("plk_1", Proxy(type=proxy_type, value=value), currency, now=NOW)


@pytest.mark.parametrize("currency", ["HKD", "CNY"])
@pytest.mark.parametrize(
    ("kind", "value"),
    [("mobile", "+852-91234567"), ("email", "tai.man@example.hk"), ("fps_id", "1234567")],
)
def test_a_proxy_of_each_kind_leads_to_an_account_and_a_masked_name(kind, value, currency):
    assert whose(kind, value, currency) == CHAN


def test_who_has_several_banks_is_paid_where_they_have_chosen_for_the_currency():
    dollars, yuan = (whose("mobile", "+852-92345678", each) for each in ("HKD", "CNY"))
    assert (dollars.bank, yuan.bank) == ("004", "024")
    assert dollars.account != yuan.account
    assert len(PEOPLE["MOBN", "+852-92345678"].registrations) == 3


def test_nobody_is_found_who_is_not_there_or_not_for_that_currency():
    for kind, value, currency in (
        ("fps_id", "9999999", "HKD"),
        ("mobile", "+852-60000000", "CNY"),
        ("fps_id", "7654321", "CNY"),
        ("email", "1234567@example.hk", "HKD"),
    ):
        with pytest.raises(ProxyUnknown):
            whose(kind, value, currency)
    assert whose("fps_id", "7654321").masked_name == "KOWLOON N** L**"


def test_a_proxy_that_is_refused_says_so_and_one_that_is_slow_is_not_answered():
    with pytest.raises(ProxyRefused):
        whose("mobile", "+852-93456789")
    with pytest.raises(AddressingUnavailable):
        whose("mobile", "+852-94567890")


@pytest.mark.parametrize(
    ("content", "status", "pointer"),
    [
        (b"", 400, None),
        (b"[" * 16_000, 400, None),
        (b"[]", 400, None),
        (b" " * 16_385, 413, None),
        ({}, 400, "/proxy/type"),
        ({"proxy": 7, "currency": "HKD"}, 400, "/proxy/type"),
        ({"proxy": {"type": [], "id": "1234567"}, "currency": "HKD"}, 400, "/proxy/type"),
        ({"proxy": {"type": "IBAN", "id": "1234567"}, "currency": "HKD"}, 400, "/proxy/type"),
        ({"proxy": {"type": "MOBN", "id": "91234567"}, "currency": "HKD"}, 400, "/proxy/id"),
        ({"proxy": {"type": "MOBN", "id": "+852-9" * 99}, "currency": "HKD"}, 400, "/proxy/id"),
        ({"proxy": {"type": "SVID", "id": 1234567}, "currency": "HKD"}, 400, "/proxy/id"),
        ({"proxy": {"type": "SVID", "id": "1234567"}}, 400, "/currency"),
        ({"proxy": {"type": "SVID", "id": "1234567"}, "currency": "EUR"}, 422, None),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_and_not_repeated(content, status, pointer):
    with pytest.raises(Rejection) as refused:
        told("fps_hk", "addressing", content)
    assert refused.value.status == status
    assert [each["pointer"] for each in refused.value.errors] == ([pointer] if pointer else [])
    assert "91234567" not in str(refused.value)


def test_only_what_the_member_has_signed_is_answered():
    question = {"proxy": {"type": "SVID", "id": "1234567"}, "currency": "HKD"}
    with pytest.raises(SignatureInvalid):
        told("fps_hk", "addressing", question, key=OTHER)


@pytest.mark.parametrize(
    ("rail", "service"),
    [("sct_inst", "addressing"), ("fps_hk", "payee-verifications"), ("book", "x"), ("", "")],
)
def test_a_service_that_the_rail_has_not_is_not_there(rail, service):
    with pytest.raises(NotFound):
        told(rail, service, {})


def verified(name: str, iban: str) -> tuple[str, str | None]:
    answer = told("sct_inst", "payee-verifications", wire.question(Question(name=name, iban=iban)))
    found = wire.read_answer(answer.content)
    assert found is not None
    return found.outcome, found.name


@pytest.mark.parametrize(
    ("name", "iban", "answer"),
    [
        ("Zoe van der Berg", "NL91ABNA0417164300", ("MATCH", None)),
        ("Z. van der Berg", "NL91ABNA0417164300", ("CLOSE_MATCH", "Zoë van der Berg")),
        ("Willem Vermeer", "NL91ABNA0417164300", ("NO_MATCH", None)),
        ("Brouwerij De Linde B.V.", "BE71096123456769", ("MATCH", None)),
        ("Brouwerij De Linde GmbH", "BE71096123456769", ("CLOSE_MATCH", "Brouwerij De Linde BV")),
        ("Anybody", "ES9121000418450200051332", ("NO_DATA", None)),
        ("Anybody", "DE89370400440532013000", ("NO_DATA", None)),
    ],
)
def test_another_bank_answers_as_the_name_fits(name, iban, answer):
    assert verified(name, iban) == answer


def test_a_question_about_a_payee_that_cannot_be_read_is_refused():
    for body in (b"{", {"party": {"name": ""}}, {"party": {"name": "A"}, "partyAccount": {}}):
        with pytest.raises(Rejection, match=r"not valid|no JSON"):
            told("sct_inst", "payee-verifications", body)


def test_a_bank_that_is_slow_answers_late_or_where_nobody_can_wait_not_at_all():
    question = wire.question(Question(name="Niamh Byrne", iban="IE29AIBK93115212345678"))
    late = told("sct_inst", "payee-verifications", question)
    assert (late.seconds, late.content["partyNameMatch"]) == (SLOW_SECONDS, "MTCH")
    with pytest.raises(BankSilent):
        assert late.in_time
    assert Told(content={"a": "b"}).in_time == {"a": "b"}


def test_the_people_have_numbers_of_the_right_form_and_names_that_are_masked():
    assert {code for code, _ in PEOPLE} == set(CODES.values())
    for (code, value), person in PEOPLE.items():
        assert FORMS[code].fullmatch(value)
        assert "*" in masked(person.name)
        assert all(each.account.isdigit() and each.bank.isdigit() for each in person.registrations)
    assert all(is_iban(each) for each in HOLDERS)
