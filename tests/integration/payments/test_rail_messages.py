"""What a rail may send, and what anybody else might."""

import pytest

from remit.kernel.signature import signed
from remit.runtime import lines
from tests.builders import api_event, lambda_context
from tests.integration.cloud import handler
from tests.integration.payments.rail_cloud import OURS, SECRET, THEIRS, whsec
from tests.integration.payments.test_road_time import once


def test_a_message_is_kept_as_it_came_before_anything_follows(road):
    payment = road.submitted()
    body = road.report(payment, "ACSC")
    answer = road.send(body)

    assert (answer.status, answer.body["duplicate"]) == (202, False)
    (item,) = road.cloud.items("Rails")
    kept = road.messages().get(answer.body["id"])
    assert kept.opened(road.vault) == body
    assert kept.tenant == "acme"
    assert b"FIToFIPmtStsRpt" not in item["sealed"]
    assert road.status(payment) == "submitted"
    (start,) = [
        one for one in road.cloud.machines.started if "rail-outcome" in one["stateMachineArn"]
    ]
    assert start["name"] == f"{payment}-{kept.key}-0"
    assert start["input"]["status"] == "accepted"
    assert len(start["name"]) <= 80


def test_the_same_message_twice_is_one_and_its_machine_starts_again(road):
    body = road.report(road.submitted(), "ACSC")
    first = road.send(body)
    road.cloud.machines.started.clear()
    before = road.cloud.world()
    again = road.send(body.replace(b"><", b">\n<"))
    assert (again.status, again.body) == (202, first.body | {"duplicate": True})
    assert len(road.cloud.machines.started) == 1
    assert road.cloud.world() == before


def test_another_message_under_a_known_id_is_refused_and_kept_out(road):
    payment = road.submitted()
    road.send(road.report(payment, "ACSC", identifier="ONE"))
    before = road.cloud.world()
    answer = road.send(road.report(payment, "RJCT", "AC04", identifier="ONE"))
    assert (answer.status, answer.code) == (409, "message_id_reused")
    assert road.cloud.world() == before


def test_a_start_that_is_lost_is_not_confirmed_so_that_the_rail_sends_again(road):
    from botocore.exceptions import EndpointConnectionError

    body = road.report(road.submitted(), "ACSC")
    road.cloud.machines.trouble = EndpointConnectionError(endpoint_url="states")
    assert road.send(body).status == 503
    road.cloud.machines.trouble = None
    assert road.settle(body) == ["completed"]


def test_an_answer_about_somebody_elses_payment_is_kept_and_nothing_follows(road):
    payment = road.submitted()
    stranger = "0f0e0d0c-0b0a-4908-8706-050403020100"
    body = road.report(payment, "ACSC").replace(
        road.cloud.payment(payment)["uetr"].encode(), stranger.encode()
    )
    assert road.settle(body) == []
    (item,) = road.cloud.items("Rails")
    assert (item["tenant"], road.status(payment)) == ("house", "submitted")


def test_another_rails_word_on_a_payment_counts_for_nothing(road, monkeypatch):
    monkeypatch.setenv("FPS_HK_URL", "https://fps.test/messages")
    body = road.report(road.submitted(), "ACSC")
    road.cloud.machines.started.clear()
    assert road.send(body, rail="fps_hk").status == 202
    assert road.cloud.machines.started == []


def test_an_answer_may_name_the_payment_by_our_transaction_id_or_our_message_alone(road):
    from remit.rails.iso20022 import pacs002
    from remit.rails.iso20022.parts import OriginalIds, ReportHeader
    from remit.rails.outgoing import TRANSFER, message_id, transaction_id

    payment = road.submitted()
    uetr = road.cloud.payment(payment)["uetr"]
    ids = OriginalIds(transaction_id=transaction_id(uetr))
    assert road.settle(road.report(payment, "ACSC", ids=ids)) == ["completed"]

    payment = road.submitted()
    whole = message_id(TRANSFER, road.cloud.payment(payment)["uetr"])
    body = pacs002.build(
        pacs002.StatusReport(
            header=ReportHeader(message_id="G-1", created_at="2026-11-24T09:30:00Z"),
            groups=(
                pacs002.GroupStatus(message_id=whole, message="pacs.008.001.08", status="RJCT"),
            ),
        )
    )
    assert road.settle(body) == ["declined"]
    assert road.reasons(payment) == ["MS03"]


def test_a_recall_of_another_bank_is_kept_for_a_person(road):
    assert road.settle(road.asked_back("0f0e0d0c-0b0a-4908-8706-050403020100")) == []
    (item,) = road.cloud.items("Rails")
    assert item["facts"][0]["meaning"] == "recalled"


@pytest.mark.parametrize("key", [OURS, b"some other key of 32 bytes, hm!!"])
def test_a_message_that_the_rail_did_not_sign_is_refused_before_it_is_read(road, key):
    answer = road.send(b"<no xml", key=key)
    assert (answer.status, answer.code) == (401, "signature_invalid")


def test_a_rail_that_is_not_connected_sends_nothing(road):
    for rail in ("fps_hk", "book", "nosuch"):
        answer = road.send(b"<x/>", rail=rail)
        assert (answer.status, answer.code) == (404, "rail_unknown")


def test_an_old_key_and_a_new_one_both_count_while_keys_are_changed(road, monkeypatch):
    newer = b"their newer key of 32 bytes, too"
    keys = SECRET["sct_inst"] | {"theirs": [whsec(THEIRS), whsec(newer)]}
    monkeypatch.setattr(lines, "secret", lambda _: SECRET | {"sct_inst": keys})
    body = road.report(road.submitted(), "ACSC")
    assert {road.send(body, key=key).status for key in (THEIRS, newer)} == {202}


@pytest.mark.parametrize("secret", [{}, {"sct_inst": {}}, {"sct_inst": {"theirs": ["nonsense"]}}])
def test_a_secret_that_is_not_one_lets_nobody_in(road, monkeypatch, secret):
    monkeypatch.setattr(lines, "secret", lambda _: secret)
    assert road.send(b"<x/>").status == 500


@pytest.mark.parametrize(
    "content", [b"", b"<", b"\x00", b"<a/>", b"<?xml version='1.0'?><!DOCTYPE a><a/>"]
)
def test_what_is_no_message_is_a_clear_refusal_and_nothing_is_kept(road, content):
    answer = road.send(content)
    assert 400 <= answer.status < 500, answer.text
    assert road.cloud.items("Rails") == []


def test_a_message_of_another_kind_says_which_are_taken(road):
    answer = road.send(
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.009.001.08"><FICdtTrf/></Document>'
    )
    assert (answer.status, answer.code) == (422, "unsupported_message")


def test_a_message_that_is_too_large_is_refused_whole(road):
    body = road.report(road.submitted(), "ACSC") + b" " * 300_000
    assert road.send(body).status == 413


def test_a_replay_long_after_is_refused(road):
    body = road.report(road.submitted(), "ACSC")
    headers = dict(signed([THEIRS], identifier="x", now=road.cloud.clock.now, body=body))
    road.cloud.clock.now += 5 * 60_000 + 1_000
    event = api_event(
        "POST", "/rails/{rail}/messages", body=body.decode(), path={"rail": "sct_inst"},
        role=None, key=None, headers=headers | {"Content-Type": "application/xml"},
    )  # fmt: skip
    assert handler("rails/receive")(event, lambda_context())["statusCode"] == 401


def test_the_same_message_twice_at_once_is_one(road):
    body = road.report(road.submitted(), "ACSC")
    road.settle(road.report(road.submitted(), "ACSC"))  # the rail's subject is there
    road.cloud.dynamodb.watch(every={"put_item": once(lambda: road.send(body))})
    answer = road.send(body)
    assert (answer.status, answer.body["duplicate"]) == (202, True)
    assert len(road.cloud.items("Rails")) == 2


def test_a_house_account_pays_nobody_outside(road):
    answer = road.pay("house.external.EUR.0")
    assert answer.status == 400


def test_a_signature_counts_for_its_own_rail_alone(road, monkeypatch):
    monkeypatch.setenv("FPS_HK_URL", "https://fps.test/messages")
    other = b"the key of another scheme, 32 by"
    keys = {"ours": [whsec(OURS)], "theirs": [whsec(other)]}
    monkeypatch.setattr(lines, "secret", lambda _: SECRET | {"fps_hk": keys})
    body = road.report(road.submitted(), "ACSC")
    assert road.send(body, rail="fps_hk").status == 401
    assert road.send(body, rail="sct_inst", key=other).status == 401
