"""Verification of payee as other banks ask for it: signed, limited, and telling little."""

import json

import pytest

from tests.integration.payees.desk import OURS, OUTSIDE
from tests.integration.payees.test_limits import limits, points

BANK = {"requestingAgent": {"financialInstitutionIdentification": {"bicfi": "ABNANL2AXXX"}}}


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Jan Tomas", {"partyNameMatch": "MTCH"}),
        ("Jan Thomas", {"partyNameMatch": "CMTC", "matchedName": "Jan Tomas"}),
        ("Jan Tom", {"partyNameMatch": "NMTC"}),
        ("???", {"partyNameMatch": "NOAP"}),
    ],
)
def test_another_bank_hears_whether_it_has_our_customers_name_right(desk, asked, answer):
    found = desk.bank_asks(asked, desk.held("Jan Tomas"), **BANK)
    assert (found.status, found.body) == (200, answer)


def test_of_an_account_that_is_not_ours_is_said_what_is_said_of_one_that_nobody_is_known_to_hold(
    desk,
):
    answers = {desk.bank_asks("Jan Tomas", iban).text for iban in (OUTSIDE, desk.held(number=8))}
    assert answers == {'{"partyNameMatch":"NOAP"}'}


def test_what_is_not_signed_by_the_scheme_is_not_answered(desk):
    iban = desk.held("Jan Tomas")
    answer = desk.bank_asks("Jan Tomas", iban, key=OURS)
    assert (answer.status, answer.code) == (401, "signature_invalid")
    assert points(desk) == []


@pytest.mark.parametrize("rail", ["fps_hk", "book", "nosuch"])
def test_a_rail_that_knows_no_ibans_or_is_not_connected_asks_nothing(desk, rail):
    assert desk.bank_asks("Jan Tomas", OUTSIDE, rail=rail).status == 404


def test_while_the_rail_is_not_connected_nobody_is_answered(desk, monkeypatch):
    monkeypatch.setenv("SCT_INST_URL", "none")
    assert desk.bank_asks("Jan Tomas", OUTSIDE).status == 404


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ("{", None),
        ("[" * 5_000, None),
        ("[]", ["/party/name", "/partyAccount/iban"]),
        ('{"party": "x", "partyAccount": {"iban": "NL91ABNA0417164300"}}', ["/party/name"]),
        ('{"party": {"name": 7}, "partyAccount": {"iban": "NL92ABNA0417164300"}}',
         ["/party/name", "/partyAccount/iban"]),
        (json.dumps({"party": {"name": "x" * 141}, "partyAccount": {"iban": OUTSIDE}}),
         ["/party/name"]),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_refused_where_it_is_wrong(desk, body, pointers):
    answer = desk.send(body)
    assert (answer.status, answer.code) == (400, "question_malformed")
    assert [each["pointer"] for each in answer.body.get("errors", [])] == (pointers or [])
    assert "NL9" not in answer.text


def test_whoever_guesses_is_stopped_though_many_banks_pass_it_on(desk, monkeypatch):
    limits(monkeypatch, payee={"3600": 10}, no_match=5)
    iban = desk.held("Jan Tomas")
    banks = [
        {"requestingAgent": {"financialInstitutionIdentification": {"bicfi": f"BANK{n}DE22"}}}
        for n in "ABC"
    ]
    statuses = [desk.bank_asks("Eva Bos", iban, **bank).status for bank in banks]
    assert statuses == [200, 200, 429]
    limited = desk.bank_asks("Jan Tomas", iban, **BANK)
    assert (limited.status, limited.code) == (429, "limit_reached")
    assert int(limited.headers["Retry-After"]) > 0


def test_a_bank_that_asks_too_often_does_not_stop_the_others(desk, monkeypatch):
    limits(monkeypatch, requester={"60": 1})
    iban = desk.held("Jan Tomas")
    assert [desk.bank_asks("Jan Tomas", iban, **BANK).status for _ in range(2)] == [200, 429]
    assert desk.bank_asks("Jan Tomas", iban).status == 200


def test_nothing_of_a_question_is_kept_or_logged(desk, capsys):
    iban = desk.held("Zacharias Quint")
    desk.bank_asks("Zacharias Quind", iban, **BANK)
    desk.send(json.dumps({"party": {"name": "Zacharias Quint"}, "partyAccount": {"iban": "Quint"}}))
    kept = str(desk.cloud.items("Payees")) + "".join(capsys.readouterr())
    assert "Quin" not in kept
    assert iban not in kept
