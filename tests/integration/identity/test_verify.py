"""Asking a provider: recorded first, asked once, whatever the provider does."""

from dataclasses import replace

import pytest

from remit.identity import seals, verify
from remit.identity.breaker import SHORTEST, THRESHOLD
from remit.identity.model import AttestationBroken, AttestationMissing, CheckNotFound
from remit.kernel.errors import Contended, Unavailable
from remit.store.commit import Stale, commit
from remit.vault.model import SealBroken, SubjectErased, SubjectUnknown
from tests.integration.cloud import Killed, kill_before, let_in, lose_reply
from tests.integration.identity.scenes import TOKEN, Scene
from tests.unit.identity.made import KEY, answer, applicant, signed


def test_a_check_is_asked_under_its_own_id_and_waits(scene: Scene):
    check = scene.begin()
    assert (check.status, check.outcome, check.provider) == ("started", None, "simulator")
    assert check.reference == scene.provider.book.questions[check.id].reference
    assert scene.provider.asked == [check.id]
    assert scene.tasks.told == []
    assert check.deadline == scene.clock.now + scene.patience


def test_a_check_is_on_record_before_anybody_is_asked(scene: Scene, monkeypatch):
    seen = []

    def start(check_id, applicant, url):
        seen.append(scene.desk.checks.get(check_id).check.status)
        assert len(scene.lines()) == 1
        raise Killed

    monkeypatch.setattr(scene.provider, "start", start)
    with pytest.raises(Killed):
        scene.begin()
    assert seen == ["started"]


def test_called_twice_it_asks_nothing_twice(scene: Scene):
    first = scene.begin()
    assert scene.begin() == first
    assert scene.provider.asked == [first.id]
    assert len(scene.lines()) == 1


def test_another_attempt_is_another_check(scene: Scene):
    assert scene.begin().id != scene.begin(attempt=2).id
    assert len(scene.provider.asked) == 2


def test_when_the_reply_is_lost_it_is_asked_again_and_gets_the_same_reference(scene: Scene):
    scene.provider.trouble = ["reply", "reply"]
    check = scene.begin()
    assert scene.provider.asked == [check.id] * 3
    assert len(scene.provider.book.questions) == 1
    assert check.reference == scene.provider.book.questions[check.id].reference
    assert scene.clock.pauses == 2


def test_a_provider_that_fails_twice_is_asked_three_times(scene: Scene):
    check = scene.begin("X05")
    assert check.reference is not None
    assert scene.provider.asked == [check.id] * 3


def test_a_provider_that_cannot_be_reached_is_left_to_the_sweep(scene: Scene):
    scene.provider.trouble = ["request"] * 3
    check = scene.begin()
    assert (check.status, check.reference) == ("started", None)
    assert scene.provider.asked == []

    swept = scene.sweep(later=90_000)
    assert swept.done == {"asked": 1}
    assert scene.check().reference is not None


def test_a_refusal_is_the_outcome_and_the_machine_is_told(scene: Scene, monkeypatch):
    monkeypatch.setattr(type(scene.desk), "callback_url", lambda *_: "https://elsewhere.example")
    check = scene.begin()
    assert (check.status, check.outcome, check.reason) == ("answered", "failed", "provider_422")
    assert scene.tasks.told == [(TOKEN, {"status": "failed", "check": check.id})]
    assert len(scene.provider.asked) == 1
    assert scene.lines() == []
    assert scene.begin() == check
    assert len(scene.provider.asked) == len(scene.tasks.told) == 1
    with pytest.raises(AttestationMissing):
        scene.attestation()


def test_whoever_the_task_is_run_again_for_is_told(scene: Scene):
    check = scene.begin()
    assert scene.begin(token="second").id == check.id
    scene.call_back()
    assert [token for token, _ in scene.tasks.told] == ["second"]
    assert scene.begin(token="third").outcome == "clear"
    assert [token for token, _ in scene.tasks.told] == ["second", "third"]
    assert scene.check().is_settled
    assert scene.lines() == []
    assert scene.provider.asked == [check.id]


def test_a_task_that_died_before_it_was_told_again_is_told_by_the_sweep(scene: Scene):
    scene.begin()
    scene.call_back()
    scene.tasks.trouble = ["request"]
    with pytest.raises(Exception, match="could not be resumed"):
        scene.begin(token="second")
    assert not scene.check().is_settled
    assert scene.sweep(later=120_000).done == {"told": 1}
    assert [token for token, _ in scene.tasks.told] == [TOKEN, "second"]


def test_two_at_once_ask_under_one_key_and_make_one_check(scene: Scene):
    scene.dynamodb.watch({1: let_in(scene.begin)})
    check = scene.begin()
    assert scene.provider.asked == [check.id]
    assert len(scene.lines()) == 1


def test_two_that_ask_at_once_note_one_reference(scene: Scene, monkeypatch):
    inner = scene.provider.start

    def start(*question):
        monkeypatch.setattr(scene.provider, "start", inner)
        scene.begin()
        return inner(*question)

    monkeypatch.setattr(scene.provider, "start", start)
    check = scene.begin()
    assert scene.provider.asked == [check.id] * 2
    assert check.reference == scene.provider.book.questions[check.id].reference


def test_an_answer_that_comes_before_the_reply_stands(scene: Scene, monkeypatch):
    inner = scene.provider.start

    def start(*question):
        reference = inner(*question)
        scene.call_back()
        return reference

    monkeypatch.setattr(scene.provider, "start", start)
    check = scene.begin()
    assert (check.status, check.outcome) == ("answered", "clear")
    assert scene.tasks.outcomes == ["clear"]
    assert scene.lines() == []


def test_a_subject_that_is_unknown_or_erased_is_not_asked_about(scene: Scene):
    with pytest.raises(SubjectUnknown):
        verify.begin(
            scene.desk,
            scene.vault,
            tenant="acme",
            subject="cus_2",
            attempt=1,
            applicant=applicant(),
            task_token="t",
            now=scene.clock.now,
        )
    scene.erase(keep_until=None)
    with pytest.raises(SubjectErased):
        scene.begin()
    assert scene.provider.asked == []


def open_the_breaker(scene: Scene) -> None:
    for attempt in range(1, THRESHOLD + 1):
        scene.provider.trouble = ["request"] * 3
        scene.begin(attempt=attempt)


def test_after_failures_in_a_row_the_provider_is_left_alone_and_nothing_is_lost(scene: Scene):
    open_the_breaker(scene)
    calls = scene.clock.pauses
    check = scene.begin(attempt=9)
    assert (check.status, check.reference) == ("started", None)
    assert scene.provider.asked == []
    assert scene.clock.pauses == calls

    swept = scene.sweep(later=2 * 60_000)
    assert swept.done == {"asked": THRESHOLD + 1}
    assert swept.is_open == ()


def test_while_it_is_left_alone_the_sweep_calls_nobody_and_says_so(scene: Scene):
    open_the_breaker(scene)
    scene.clock.now += SHORTEST - 1
    desk = scene.desk
    first = desk.checks.get(scene.id())
    scene.begin(attempt=9)
    assert scene.provider.asked == []
    assert first.check.reference is None
    swept = scene.sweep()
    assert swept.is_open == ("simulator",)
    assert scene.provider.looked == []


def test_one_alone_probes(scene: Scene, monkeypatch):
    open_the_breaker(scene)
    scene.clock.now += SHORTEST
    inner = scene.provider.start

    def start(*question):
        monkeypatch.setattr(scene.provider, "start", inner)
        assert scene.begin(attempt=8).reference is None
        return inner(*question)

    monkeypatch.setattr(scene.provider, "start", start)
    assert scene.begin(attempt=7).reference is not None
    assert scene.provider.asked == [scene.id(7)]
    assert scene.begin(attempt=8).reference is not None


def test_a_probe_that_fails_keeps_it_open_for_longer(scene: Scene):
    open_the_breaker(scene)
    scene.clock.now += SHORTEST
    scene.provider.trouble = ["request"] * 3
    assert scene.begin(attempt=7).reference is None
    scene.clock.now += 2 * SHORTEST - 1
    assert scene.begin(attempt=8).reference is None
    scene.clock.now += 1
    assert scene.begin(attempt=8).reference is not None


def test_of_two_who_would_probe_one_does(scene: Scene):
    open_the_breaker(scene)
    scene.clock.now += SHORTEST
    desk = scene.desk
    before = desk.checks.breaker("simulator")
    rival = replace(before, probe_until=scene.clock.now + 1)

    def probe() -> None:
        write = desk.checks.turn("simulator", before, rival, now=scene.clock.now)
        scene.dynamodb.client.update_item(**write.request)

    scene.dynamodb.watch({4: let_in(probe)})  # after: find, record, get, the breaker's state
    assert scene.begin(attempt=7).reference is None
    assert scene.dynamodb.calls[4] == "update_item"
    assert scene.provider.asked == []


def test_a_success_forgets_the_failures_before_it(scene: Scene):
    for attempt in range(1, THRESHOLD):
        scene.provider.trouble = ["request"] * 3
        scene.begin(attempt=attempt)
    assert scene.desk.checks.breaker("simulator").failures == THRESHOLD - 1
    scene.begin(attempt=8)
    assert scene.desk.checks.breaker("simulator").failures == 0


def test_a_call_that_goes_well_costs_the_breaker_one_read(scene: Scene):
    scene.dynamodb.watch()
    scene.begin()
    assert scene.dynamodb.calls == [
        "get_item",  # is it there?
        "transact_write_items",  # the check and its line
        "get_item",
        "get_item",  # the breaker
        "get_item",
        "update_item",  # the reference
        "get_item",
    ]


def test_an_attestation_is_only_opened_for_its_tenant_and_only_when_there_is_one(scene: Scene):
    scene.begin()
    with pytest.raises(AttestationMissing):
        scene.attestation()
    scene.call_back()
    assert scene.attestation().outcome == "clear"
    with pytest.raises(CheckNotFound):
        scene.attestation(tenant="globex")
    for wrong in (2, 3):
        with pytest.raises(CheckNotFound):
            scene.attestation(wrong)
    with pytest.raises(CheckNotFound):
        verify.attestation(scene.desk, scene.vault, "acme", "no id")


def test_an_attestation_that_is_not_the_one_received_is_told(scene: Scene):
    scene.begin()
    scene.begin(attempt=2)
    scene.call_back()
    scene.call_back(2)
    client = scene.dynamodb.client

    def key(attempt: int) -> dict:
        return {"pk": {"S": scene.id(attempt)}, "sk": {"S": "attestation"}}

    other = client.get_item(TableName="Identity", Key=key(2))["Item"]
    client.put_item(TableName="Identity", Item=other | key(1))
    with pytest.raises(SealBroken):  # sealed for the other check
        scene.attestation()

    subject = scene.vault.subject("acme", "cus_1")
    name = f"identity.attestation:{scene.id(1).lower()}"
    forged = subject.seal(name, scene.attestation(2).document.encode(), kept=True)
    client.put_item(TableName="Identity", Item=other | key(1) | {"sealed": {"B": forged}})
    with pytest.raises(AttestationBroken):
        scene.attestation()


@pytest.mark.parametrize("lost", ["turn", "note"])
def test_where_everybody_is_always_first_it_says_so(scene: Scene, monkeypatch, lost):
    def stale(*_, **__):
        raise Stale

    if lost == "turn":
        scene.provider.trouble = ["request"] * 3
        monkeypatch.setattr("remit.identity.gate.commit", stale)
        assert scene.begin().reference is None  # a failure that is not counted does no harm
        return
    monkeypatch.setattr("remit.identity.settle.commit", stale)
    with pytest.raises(Contended):
        scene.begin()
    monkeypatch.setattr("remit.identity.verify.commit", stale)
    with pytest.raises(Contended):
        scene.begin(attempt=2)


def test_when_the_database_does_not_answer_that_is_told_and_the_next_try_goes_on(scene: Scene):
    for call in range(7):
        scene.dynamodb.watch({call: lose_reply})
        try:
            scene.begin(attempt=call + 1)
        except Unavailable:
            scene.dynamodb.watch()
            assert scene.begin(attempt=call + 1).reference is not None
    scene.dynamodb.watch({0: kill_before})
    with pytest.raises(Killed):
        scene.begin(attempt=20)


def test_a_token_that_came_while_the_one_before_was_told_is_told_itself(scene: Scene):
    scene.begin()
    tell = scene.tasks.__call__

    def told(token, result):
        if token == TOKEN:
            desk = replace(scene.desk, resume=lambda *_: pytest.fail("not yet"))
            kept = desk.checks.get(scene.id())
            sealed = seals.seal_task(scene.vault.subject("acme", "cus_1"), scene.id(), "second")
            new = replace(kept.check, token_hash=seals.token_hash("second"))
            commit(desk.checks.table.client, desk.checks.change(kept, new, task=sealed))
        tell(token, result)

    desk = replace(scene.desk, resume=told)
    body = answer(scene.id(), reference=scene.check().reference)
    headers = signed(body, KEY)
    args = {"provider": "simulator", "headers": headers, "body": body, "now": scene.clock.now}
    verify.receive(desk, scene.vault, **args)
    assert not scene.check().is_settled
    assert scene.sweep(later=120_000).done == {"told": 1}
    assert [token for token, _ in scene.tasks.told] == [TOKEN, "second"]
    assert scene.check().is_settled
