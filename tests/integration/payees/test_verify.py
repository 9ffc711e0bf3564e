"""Verification of payee as clients ask for it: in house, of the scheme, and once per key."""

import pytest
from urllib3.exceptions import ReadTimeoutError

from remit.payees.schema import VerificationView
from tests.integration.losses import FAULTS, meaning, until_answered
from tests.integration.payees.desk import OUTSIDE, VOP

CLOSE = {"partyNameMatch": "CMTC", "matchedName": "Jan Tomas"}


@pytest.mark.parametrize(
    ("asked", "held", "result", "name"),
    [
        ("Jan Tomas", "Jan Tomas", "MATCH", None),
        ("Jan Tomas", "Jan Tom", "NO_MATCH", None),
        ("Jan Tom", "Jan Tomas", "NO_MATCH", None),
        ("Jan Thomas", "Jan Tomas", "CLOSE_MATCH", "Jan Tomas"),
    ],
)
def test_an_iban_of_ours_is_answered_in_house(desk, asked, held, result, name):
    answer = desk.verify(asked, desk.held(held))
    assert answer.status == 200, answer.text
    view = VerificationView.model_validate(answer.body, strict=True, extra="forbid")
    assert (view.result, view.name, view.reason) == (result, name, None)
    assert desk.schemes.asked == []


def test_a_business_is_compared_as_one(desk):
    iban = desk.held("Acme Limited", business=True)
    assert desk.verify("Acme Ltd", iban).body["result"] == "MATCH"


def test_an_account_of_another_tenant_is_ours_too(desk):
    iban = desk.held("Jan Tomas", tenant="other")
    assert desk.verify("Jan Tomas", iban).body["result"] == "MATCH"


def test_an_account_without_a_customer_or_whose_holder_is_erased_has_no_data(desk):
    nobodys, erased = desk.held(number=8), desk.held("Jan Tomas")
    desk.holders.clear()
    for iban in (nobodys, erased):
        body = desk.verify("Jan Tomas", iban).body
        assert (body["result"], body["reason"]) == ("NO_DATA", "not_known")
    assert desk.schemes.asked == []


@pytest.mark.parametrize(
    ("told", "result"),
    [
        ({"partyNameMatch": "MTCH"}, {"result": "MATCH"}),
        (CLOSE, {"result": "CLOSE_MATCH", "name": "Jan Tomas"}),
        ({"partyNameMatch": "NMTC", "matchedName": "Eva Bos"}, {"result": "NO_MATCH"}),
        ({"partyNameMatch": "NOAP"}, {"result": "NO_DATA", "reason": "not_known"}),
    ],
)
def test_another_banks_iban_is_asked_of_the_scheme(desk, told, result):
    desk.schemes.answer = told
    answer = desk.verify("Jan Thomas")
    assert answer.status == 200
    assert {name: text for name, text in answer.body.items() if name != "id"} == result
    assert desk.schemes.asked == [
        (
            VOP,
            {
                "party": {"name": "Jan Thomas"},
                "partyAccount": {"iban": OUTSIDE},
                "requestingAgent": {"financialInstitutionIdentification": {"bicfi": "REMIDEFFXXX"}},
            },
        )
    ]


UNCLEAR = (
    (404, {"partyNameMatch": "MTCH"}),
    (200, {"partyNameMatch": "XXXX"}),
    (200, {"partyNameMatch": ["MTCH"]}),
    (200, {"partyNameMatch": "CMTC"}),
    (200, {"partyNameMatch": "CMTC", "matchedName": "x" * 141}),
    (200, b"<html>"),
    (200, b"[1]"),
    (200, b'{"partyNameMatch":"MTCH"' + b" " * 20_000 + b"}"),
)


def test_an_answer_of_the_schemes_that_is_not_understood_is_no_data(desk):
    for status, told in UNCLEAR:
        desk.schemes.status, desk.schemes.answer = status, told
        answer = desk.verify("Jan Tomas")
        assert (answer.status, answer.body["result"]) == (200, "NO_DATA")
        assert answer.body["reason"] == "not_understood", told


def test_a_scheme_that_is_silent_or_not_connected_is_no_data(desk, monkeypatch):
    desk.schemes.silent()
    assert desk.verify("Jan Tomas").body["reason"] == "no_answer_in_time"
    desk.schemes.trouble, desk.schemes.status = None, 503
    assert desk.verify("Jan Tomas").body["reason"] == "no_answer_in_time"
    monkeypatch.setenv("VOP_URL", "none")
    assert desk.verify("Jan Tomas").body["reason"] == "not_reachable"
    assert len(desk.schemes.asked) == 2


def test_wrong_check_digits_are_refused_and_nothing_is_asked_or_repeated(desk):
    answer = desk.verify("Jan Tomas", "NL92ABNA0417164300")
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (400, "/iban")
    assert "NL92" not in answer.text
    assert desk.schemes.asked == []
    assert desk.cloud.items("Payees") == []


def test_a_key_has_one_answer_though_the_scheme_would_say_another(desk):
    desk.schemes.answer = CLOSE
    first = desk.verify("Jan Thomas", key="once")
    desk.schemes.answer = {"partyNameMatch": "NMTC"}
    desk.cloud.clock.now += 1_000
    again = desk.verify("Jan Thomas", key="once")
    assert (again.text, first.replayed, again.replayed) == (first.text, False, True)
    assert len(desk.schemes.asked) == 1
    other = desk.verify("Jan Tomas", key="once")
    assert (other.status, other.code) == (422, "key_reused")


def test_of_two_calls_under_one_key_at_once_the_first_that_is_kept_is_both_answers(desk):
    desk.schemes.answer = CLOSE
    told = []
    desk.schemes.meanwhile = lambda: told.append(desk.verify("Jan Thomas", key="once"))
    answer = desk.verify("Jan Thomas", key="once")
    assert answer.replayed
    assert answer.text == told[0].text


def test_another_tenants_key_is_another(desk):
    desk.schemes.answer = CLOSE
    ids = {desk.verify("Jan T", key="k", tenant=each).body["id"] for each in ("acme", "other")}
    assert len(ids) == 2


def test_a_name_that_was_told_is_sealed_and_goes_when_its_holder_is_erased(desk):
    iban = desk.held("Zacharias Quint")
    answer = desk.verify("Zacharias Quind", iban, key="once")
    assert answer.body["name"] == "Zacharias Quint"
    assert "Quin" not in str(desk.cloud.world())
    desk.road.vault.erase(
        "acme", "cus_" + "7" * 26, at=1, requested_by="a", approved_by="b", reason="c",
        keep_until=None,
    )  # fmt: skip
    again = desk.verify("Zacharias Quind", iban, key="once")
    assert (again.status, again.code) == (410, "subject_erased")


def test_nothing_personal_is_in_logs_metrics_or_tables(desk, capsys):
    desk.schemes.answer = {"partyNameMatch": "CMTC", "matchedName": "Zacharias Quint"}
    desk.verify("Zacharias Quind")
    quoted = f"Zacharias Quind {OUTSIDE}"
    desk.schemes.trouble = ReadTimeoutError(None, "", quoted)  # type: ignore[arg-type]
    desk.verify("Zacharias Quind")
    desk.verify("Zacharias Quind", "NL92ABNA0417164300")
    told = "".join(capsys.readouterr()) + str(desk.cloud.world())
    for canary in ("Quin", OUTSIDE, OUTSIDE[4:]):
        assert canary not in told


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_lost_a_key_has_one_answer(still, fault):
    """The counters may then be too high, and are left out: that costs points and nothing else."""
    still.schemes.answer = CLOSE
    what, times = FAULTS[fault]
    act = lambda: still.verify("Jan Thomas", key="once")  # noqa: E731
    before = still.cloud.world()
    still.cloud.dynamodb.watch()
    undisturbed, calls = meaning(act()), len(still.cloud.dynamodb.calls)
    after = kept(still)
    for call in range(calls):
        still.cloud.restore(before)
        still.cloud.dynamodb.watch({call + again: what for again in range(times)})
        assert meaning(until_answered(act)) == undisturbed, f"{fault}, at call {call}"
        still.cloud.dynamodb.watch()
        assert kept(still) == after, f"{fault}, at call {call}"


def kept(desk):
    return [item for item in desk.cloud.items("Payees") if item["sk"] != "count"]
