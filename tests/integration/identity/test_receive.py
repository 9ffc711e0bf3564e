"""Callbacks: once, twice, late, out of order, contradicting, forged."""

import hashlib
import json

import pytest

from remit.identity.model import CheckNotFound
from remit.identity.schema import CallbackMalformed
from remit.kernel.canonical import canonical_json
from remit.kernel.signature import SignatureInvalid
from remit.runtime.machine import ResumeLost
from tests.integration.cloud import let_in
from tests.integration.identity.scenes import TOKEN, Scene
from tests.unit.identity.made import KEY, OLD_KEY, answer, signed


@pytest.mark.parametrize(
    ("number", "outcome", "reason"),
    [
        ("X00", "clear", None),
        ("X01", "expired", "document_expired"),
        ("X02", "mismatch", "name_differs"),
        ("X06", "unreadable", "too_dark"),
    ],
)
def test_an_answer_is_the_outcome_and_resumes_the_machine(scene: Scene, number, outcome, reason):
    scene.begin(number)
    assert scene.call_back() == "answered"
    check = scene.check()
    assert (check.status, check.outcome, check.reason) == ("answered", outcome, reason)
    assert check.resumed_at == scene.clock.now
    assert scene.tasks.told == [(TOKEN, {"status": outcome, "check": check.id})]
    assert scene.lines() == []


def test_an_answer_costs_eight_calls_to_the_table(scene: Scene):
    scene.begin()
    scene.dynamodb.watch()
    scene.call_back()
    assert len(scene.dynamodb.calls) == 8
    assert scene.dynamodb.calls.count("transact_write_items") == 2


def test_what_was_sealed_to_ask_and_to_resume_is_dropped_when_it_is_done(scene: Scene):
    scene.begin()
    before = scene.desk.checks.get(scene.id())
    assert before.task is not None
    assert before.request is not None
    scene.call_back()
    after = scene.desk.checks.get(scene.id())
    assert (after.task, after.request) == (None, None)


def test_the_attestation_is_the_answer_to_the_letter_with_its_signature_and_hash(scene: Scene):
    scene.begin("X02")
    headers, body = scene.provider.callback(scene.id())
    scene.deliver(headers, body)
    attestation = scene.attestation()
    assert attestation.document == body.decode()
    assert attestation.signature["webhook-id"] == "msg_0"
    assert attestation.signature["webhook-signature"] == headers.all("webhook-signature")[0]
    assert (attestation.how, attestation.outcome) == ("callback", "mismatch")
    assert attestation.received_at == scene.clock.now
    content = {name: getattr(attestation, name) for name in attestation.__slots__}
    hashed = hashlib.sha256(canonical_json(content).encode()).hexdigest()
    assert scene.check().attestation_hash == hashed


def test_twice_is_once(scene: Scene):
    scene.begin("X07")
    assert scene.call_back(number=0) == "answered"
    before = scene.items()
    assert scene.call_back(number=1) == "repeated"
    assert scene.call_back(number=0) == "repeated"
    assert scene.items() == before
    assert scene.tasks.outcomes == ["clear"]


@pytest.mark.parametrize(("first", "then"), [("clear", "mismatch"), ("mismatch", "clear")])
def test_the_first_answer_stands_and_a_contradiction_is_kept_for_a_person(
    scene: Scene, first, then
):
    scene.begin()
    assert scene.say(first) == "answered"
    check, attestation = scene.check(), scene.attestation()
    assert scene.say(then) == "contradicted"
    assert scene.say(then) == "repeated"
    assert scene.check() == check
    assert scene.attestation() == attestation
    assert scene.tasks.outcomes == [first]
    assert scene.evidence() == ["contradicted"]


def test_an_answer_after_the_time_is_up_is_kept_and_changes_nothing(scene: Scene):
    scene.begin("X04")
    scene.sweep(later=scene.patience)
    assert scene.check().outcome == "timed_out"
    assert scene.tasks.outcomes == ["timed_out"]
    check = scene.check()
    assert scene.say("clear") == "late"
    assert scene.say("clear") == "repeated"
    assert scene.say("mismatch") == "late"
    assert scene.check() == check
    assert scene.tasks.outcomes == ["timed_out"]
    assert scene.evidence() == ["late", "late"]


def test_an_answer_comes_before_the_question_was_noted(scene: Scene):
    scene.provider.trouble = ["reply"] * 3
    assert scene.begin().reference is None
    assert scene.call_back() == "answered"
    assert scene.check().reference == scene.provider.book.questions[scene.id()].reference


def test_two_answers_at_once_one_stands(scene: Scene):
    scene.begin()
    scene.dynamodb.watch({3: let_in(lambda: scene.say("mismatch"))})
    assert scene.say("clear") == "contradicted"
    assert scene.dynamodb.calls[3] == "transact_write_items"
    assert scene.check().outcome == "mismatch"
    assert scene.tasks.outcomes == ["mismatch"]
    assert scene.evidence() == ["contradicted"]


def test_the_sweep_comes_between_an_answer_and_its_commit(scene: Scene):
    scene.begin()
    scene.clock.now += 90_000
    scene.dynamodb.watch({2: let_in(scene.sweep)})
    assert scene.call_back() == "repeated"
    assert scene.tasks.outcomes == ["clear"]
    assert scene.attestation().how == "poll"


def test_a_machine_that_cannot_be_told_is_told_by_the_next_callback(scene: Scene):
    scene.begin()
    scene.tasks.trouble = ["request", "reply"]
    for _ in range(2):
        with pytest.raises(ResumeLost):
            scene.call_back()
        assert scene.check().outcome == "clear"
        assert not scene.check().is_settled
    assert scene.call_back() == "repeated"
    assert scene.check().is_settled
    assert scene.tasks.outcomes == ["clear", "clear"]


@pytest.mark.parametrize("keys", [(), (OLD_KEY,)])
def test_what_is_not_signed_by_the_provider_is_refused_whatever_it_says(scene: Scene, keys):
    scene.begin()
    for body in (answer(scene.id()), b"", b"not json", answer("chk_1")):
        with pytest.raises(SignatureInvalid):
            scene.deliver(signed(body, *keys), body)
    assert scene.check().status == "started"


def test_signed_nonsense_is_malformed(scene: Scene):
    with pytest.raises(CallbackMalformed):
        scene.deliver(signed(b"{}", KEY), b"{}")


def test_whatever_is_not_this_providers_check_is_not_found(scene: Scene):
    scene.begin()
    _, body = scene.provider.callback(scene.id())
    other = answer(scene.id(2))
    elsewhere = answer(scene.id(), reference="ver_of_another")
    for sent, provider in ((other, "simulator"), (elsewhere, "simulator"), (body, "another")):
        with pytest.raises(CheckNotFound) as refused:
            scene.deliver(signed(sent, KEY), sent, provider=provider)
        assert refused.value.detail == ""
    assert scene.check().status == "started"


def test_a_check_of_another_provider_is_not_answered_by_this_one(scene: Scene):
    scene.begin()
    kept = scene.desk.checks.get(scene.id())
    client = scene.dynamodb.client
    client.update_item(
        TableName="Identity",
        Key={"pk": {"S": kept.check.id}, "sk": {"S": "check"}},
        UpdateExpression="SET provider = :p",
        ExpressionAttributeValues={":p": {"S": "another"}},
    )
    with pytest.raises(CheckNotFound):
        scene.call_back()


def test_while_the_law_keeps_it_an_erased_subjects_answer_is_kept_and_told(scene: Scene):
    scene.begin()
    scene.erase(keep_until=scene.clock.now + 10_000_000)
    assert scene.call_back() == "answered"
    assert scene.tasks.outcomes == ["clear"]
    assert scene.attestation().outcome == "clear"


def test_once_nothing_is_kept_any_more_the_answer_finds_nobody(scene: Scene):
    scene.begin()
    scene.erase(keep_until=None)
    with pytest.raises(CheckNotFound):
        scene.call_back()
    assert scene.check().status == "started"
    scene.sweep(later=90_000)
    assert scene.check().is_settled
    assert (scene.check().outcome, scene.check().reason) == ("failed", "subject_erased")
    assert scene.tasks.told == []
    assert scene.lines() == []


def test_the_document_in_an_attestation_is_what_the_provider_signed(scene: Scene):
    scene.begin()
    scene.call_back()
    assert json.loads(scene.attestation().document)["data"]["check"] == scene.id()
