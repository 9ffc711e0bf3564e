"""Names cannot be fished for: points of who asks and of who is asked about."""

import json

import pytest

from remit.runtime import settings
from remit.runtime.payees import verify_desk
from tests.integration.cloud import START
from tests.integration.payees.desk import OUTSIDE

HOUR = 3_600_000


def limits(monkeypatch, *, requester=None, payee=None, no_match=1):
    content = {
        "requester": {"no_match": no_match} | (requester or {"60": 100}),
        "payee": {"no_match": no_match} | (payee or {"3600": 100}),
    }
    monkeypatch.setenv("PAYEE_LIMITS", json.dumps(content))


def points(desk):
    return sorted(item["count"] for item in desk.cloud.items("Payees") if item["sk"] == "count")


def test_whoever_asks_too_often_is_told_when_to_ask_again(desk, monkeypatch):
    limits(monkeypatch, requester={"60": 3})
    desk.schemes.answer = {"partyNameMatch": "MTCH"}
    desk.cloud.clock.now = START - START % 60_000 + 12_500
    for number in range(3):
        assert desk.verify("Jan Tomas", desk.held("Jan Tomas", number=number)).status == 200
    answer = desk.verify("Jan Tomas")
    assert (answer.status, answer.code) == (429, "limit_reached")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "48"
    desk.cloud.clock.now += 48_000
    assert desk.verify("Jan Tomas").status == 200


def test_one_payee_is_asked_about_so_often_and_others_still_may_be(desk, monkeypatch):
    limits(monkeypatch, payee={"3600": 2})
    desk.schemes.answer = {"partyNameMatch": "MTCH"}
    statuses = [desk.verify("Jan Tomas").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert desk.verify("Jan Tomas", desk.held("Jan Tomas")).status == 200
    assert desk.verify("Jan Tomas", tenant="other").status == 200, "each tenant has its own points"


def test_a_wrong_name_costs_more_and_is_counted_beyond_the_end(desk, monkeypatch):
    limits(monkeypatch, payee={"3600": 10}, no_match=7)
    desk.schemes.answer = {"partyNameMatch": "NMTC"}
    assert [desk.verify(f"Jan T{letter}m").status for letter in "aeo"] == [200, 200, 429]
    assert max(points(desk)) == 14
    desk.schemes.answer = {"partyNameMatch": "MTCH"}
    assert desk.verify("Jan Tom").status == 429, "the right guess comes too late"
    desk.cloud.clock.now += HOUR
    assert desk.verify("Jan Tom").status == 200


def test_a_wrong_name_is_dear_for_the_payee_and_cheap_for_who_asks(desk):
    desk.schemes.answer = {"partyNameMatch": "NMTC"}
    statuses = [desk.verify(f"Jan {letter}").status for letter in "abcdefghijk"]
    assert statuses == [200] * 10 + [429], "ten wrong guesses an hour"
    assert points(desk) == [50, 2_000], "the eleventh was not even counted"
    assert desk.verify("Jan Tomas", desk.held("Jan Tomas")).status == 200


def test_who_runs_out_hears_nothing_and_the_key_may_be_used_later(desk, monkeypatch):
    limits(monkeypatch, payee={"3600": 1})
    desk.schemes.answer = {"partyNameMatch": "MTCH"}
    desk.verify("Jan Tomas")
    assert desk.verify("Jan Tomas", key="later").status == 429
    assert len(desk.schemes.asked) == 1
    desk.cloud.clock.now += HOUR
    assert desk.verify("Jan Tomas", key="later").body["result"] == "MATCH"


def test_an_answer_that_is_given_again_costs_nothing(desk, monkeypatch):
    limits(monkeypatch, payee={"3600": 1})
    desk.schemes.answer = {"partyNameMatch": "MTCH"}
    assert [desk.verify("Jan Tomas", key="k").status for _ in range(4)] == [200] * 4
    assert points(desk) == [1, 1]


def test_a_wrong_guess_that_cannot_be_counted_is_not_told(desk, monkeypatch):
    from tests.integration.cloud import lose_request

    limits(monkeypatch, no_match=5)
    desk.schemes.answer = {"partyNameMatch": "NMTC"}
    # Look for the key, two counters, whose IBAN it is; then what the guess costs.
    desk.cloud.dynamodb.watch(dict.fromkeys(range(4, 12), lose_request))
    answer = desk.verify("Jan Tomas")
    desk.cloud.dynamodb.watch()
    assert answer.status == 503
    assert "NO_MATCH" not in answer.text


def test_counters_tell_nobody_and_die_by_themselves(desk):
    desk.schemes.answer = {"partyNameMatch": "MTCH"}
    desk.verify("Jan Tomas")
    counters = [item for item in desk.cloud.items("Payees") if item["sk"] == "count"]
    assert len(counters) == 2
    assert OUTSIDE not in str(counters)
    assert all(START // 1000 < item["expires_at"] < START // 1000 + 8000 for item in counters)


BROKEN = (
    '{"no_match": 1}',
    '{"x": 1, "no_match": 1}',
    '{"060": 1, "no_match": 1}',
    '{"60": 0, "no_match": 1}',
    '{"60": true, "no_match": 1}',
    '{"60": 1, "no_match": 1.5}',
    '{"60": 1}',
    "[60]",
)


@pytest.mark.parametrize(
    "text",
    [
        *("none", "[]", "{}"),
        '{"requester": {"60": 1, "no_match": 1}, "payee": {"60": 1, "no_match": 1}, "more": 1}',
        *(f'{{"requester": {one}, "payee": {{"60": 1, "no_match": 1}}}}' for one in BROKEN),
    ],
)
def test_limits_that_cannot_be_read_stop_the_function_and_not_the_limits(desk, monkeypatch, text):
    monkeypatch.setenv("PAYEE_LIMITS", text)
    with pytest.raises(settings.SettingMissing, match="PAYEE_LIMITS"):
        verify_desk()
    assert desk.verify("Jan Tomas").status == 500
