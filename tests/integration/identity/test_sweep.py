"""The sweep: unasked, unanswered, untold; bounded, resumable, alone and in company."""

from dataclasses import replace

import pytest

from remit.identity import marks, settle
from remit.identity import sweep as sweeping
from remit.identity.breaker import THRESHOLD
from remit.identity.ports import ProviderRefused
from remit.identity.store import due_key
from remit.kernel.clock import DAY, HOUR, MINUTE
from remit.kernel.errors import Contended, Unavailable
from remit.store.commit import Stale
from tests.integration.cloud import Killed, kill_after, kill_before, let_in, lose_request
from tests.integration.identity.scenes import TOKEN, Scene


def test_with_nothing_to_do_it_remembers_how_far_it_came(scene: Scene):
    this_minute = scene.clock.now // MINUTE * MINUTE
    assert scene.sweep().reached == this_minute
    assert scene.sweep(later=MINUTE).reached == this_minute + MINUTE
    assert marks.reached(scene.desk.checks, default=0) == this_minute + MINUTE


def test_a_fresh_check_is_left_alone_for_a_minute(scene: Scene):
    scene.begin()
    assert scene.sweep().done == {}
    assert scene.sweep(later=MINUTE - 1).done == {}
    assert scene.sweep(later=1).done == {"answered": 1}


def test_an_answer_that_was_not_sent_is_fetched(scene: Scene):
    scene.begin("X02")
    assert scene.sweep(later=MINUTE).done == {"answered": 1}
    check = scene.check()
    assert (check.outcome, check.reason) == ("mismatch", "name_differs")
    assert scene.tasks.told == [(TOKEN, {"status": "mismatch", "check": check.id})]
    assert scene.attestation().how == "poll"
    assert scene.lines() == []
    assert scene.call_back() == "repeated"


def test_a_slow_answer_is_asked_for_again_and_again(scene: Scene):
    scene.begin("X03")
    assert scene.sweep(later=MINUTE).done == {"waits": 1}
    assert scene.sweep().done == {}
    assert scene.sweep(later=MINUTE).done == {"answered": 1}


def test_after_its_time_a_check_is_given_up_and_nobody_is_asked_any_more(scene: Scene):
    scene.patience = 12 * MINUTE
    scene.begin("X04")
    looked = 0
    while scene.check().status == "started":
        swept = scene.sweep(later=MINUTE)
        looked += 1
        assert looked <= 14
    assert swept.done == {"given_up": 1}
    assert scene.check().reason == "no_answer"
    assert scene.tasks.outcomes == ["timed_out"]
    assert scene.lines() == []
    assert 4 <= len(scene.provider.looked) <= 8
    assert scene.sweep(later=HOUR).done == {}


def test_an_answer_that_is_there_when_time_is_up_counts(scene: Scene):
    scene.begin()
    assert scene.sweep(later=scene.patience + MINUTE).done == {"answered": 1}
    assert scene.tasks.outcomes == ["clear"]


def test_a_question_that_was_never_put_is_not_put_when_time_is_up(scene: Scene):
    scene.provider.trouble = ["request"] * 3
    scene.begin()
    assert scene.sweep(later=scene.patience).done == {"given_up": 1}
    assert scene.provider.asked == []
    assert scene.tasks.outcomes == ["timed_out"]


def test_a_provider_that_forgot_the_question_is_asked_again(scene: Scene):
    scene.begin()
    reference = scene.check().reference
    scene.provider.book.questions.clear()
    assert scene.sweep(later=MINUTE).done == {"waits": 1}
    assert scene.provider.asked == [scene.id()] * 2
    assert scene.check().reference == reference
    assert scene.sweep(later=MINUTE).done == {"answered": 1}


def test_a_provider_that_refuses_to_say_is_an_outcome(scene: Scene, monkeypatch):
    def gone(_):
        raise ProviderRefused("provider_410")

    scene.begin()
    monkeypatch.setattr(scene.provider, "result", gone)
    assert scene.sweep(later=MINUTE).done == {"answered": 1}
    assert (scene.check().outcome, scene.check().reason) == ("failed", "provider_410")
    assert scene.tasks.outcomes == ["failed"]


def test_a_provider_that_does_not_answer_is_asked_another_time(scene: Scene):
    scene.begin()
    scene.provider.trouble = ["reply"]
    assert scene.sweep(later=MINUTE).done == {"waits": 1}
    assert scene.sweep(later=MINUTE).done == {"answered": 1}


def test_polls_count_for_the_breaker_and_a_herd_waits(scene: Scene):
    for attempt in range(1, THRESHOLD + 4):
        scene.begin(attempt=attempt)
    scene.provider.trouble = ["request"] * 99
    swept = scene.sweep(later=MINUTE)
    assert swept.done == {"waits": THRESHOLD + 3}
    assert swept.is_open == ("simulator",)
    assert len(scene.provider.trouble) == 99 - THRESHOLD
    scene.provider.trouble = []
    assert scene.sweep(later=2 * MINUTE).done == {"answered": THRESHOLD + 3}


def test_a_machine_that_was_not_told_is_told(scene: Scene):
    scene.begin()
    scene.tasks.trouble = ["reply"]
    with pytest.raises(Exception, match="could not be resumed"):
        scene.call_back()
    swept = scene.sweep(later=MINUTE)
    assert swept.done == {"told": 1}
    assert scene.tasks.outcomes == ["clear", "clear"]
    assert scene.check().is_settled
    assert scene.sweep(later=MINUTE).done == {}


def test_one_that_cannot_be_told_does_not_keep_the_others(scene: Scene):
    for attempt in (1, 2, 3):
        scene.begin(attempt=attempt)
    scene.tasks.trouble = ["request"]
    swept = scene.sweep(later=MINUTE)
    assert len(swept.left) == 1
    assert swept.left[0].endswith(" ResumeLost")
    assert sum(swept.done.values()) == 2
    assert scene.sweep(later=2 * MINUTE).done == {"told": 1}
    assert sorted(scene.tasks.outcomes) == ["clear"] * 3


def test_one_that_cannot_be_read_is_met_by_every_run_and_others_go_on(scene: Scene):
    scene.begin()
    scene.begin(attempt=2)
    key = {"pk": {"S": scene.id()}, "sk": {"S": "check"}}
    client = scene.dynamodb.client
    item = client.get_item(TableName="Identity", Key=key)["Item"]
    client.put_item(TableName="Identity", Item=item | {"deadline": {"S": "soon"}})
    first = scene.sweep(later=MINUTE)
    assert first.left == (f"{scene.id()} TypeError",)
    assert first.done == {"answered": 1}
    scene.clock.now += 3 * HOUR
    later = scene.sweep()
    assert later.left == first.left
    assert later.reached <= first.reached + MINUTE
    client.put_item(TableName="Identity", Item=item)
    assert scene.sweep().done == {"answered": 1}
    assert scene.sweep().reached == scene.clock.now // MINUTE * MINUTE


def test_a_run_takes_up_only_so_many(scene: Scene, monkeypatch):
    monkeypatch.setattr(sweeping, "MOST", 2)
    monkeypatch.setattr(sweeping, "_BATCH", 2)
    for attempt in range(1, 6):
        scene.begin(attempt=attempt)
    scene.clock.now += 2 * MINUTE
    found = [scene.sweep() for _ in range(4)]
    assert [one.done.get("answered", 0) for one in found] == [2, 2, 1, 0]
    this_minute = scene.clock.now // MINUTE * MINUTE
    assert [one.reached < this_minute for one in found] == [True, True, False, False]


def test_a_run_ends_when_its_time_is_up(scene: Scene):
    for attempt in (1, 2):
        scene.begin(attempt=attempt)
    scene.clock.now += 2 * MINUTE
    assert scene.sweep(until=scene.clock.now).done == {}
    inner = scene.provider.result

    def slow(check_id):
        scene.clock.now += 10_000
        return inner(check_id)

    scene.provider.result = slow
    assert scene.sweep(until=scene.clock.now + 5_000).done == {"answered": 1}
    assert scene.sweep().done == {"answered": 1}


def test_two_runs_at_once_look_at_a_check_once(scene: Scene):
    scene.begin("X03")
    scene.clock.now += MINUTE
    calls_before_claim = claim_call(scene)
    scene.dynamodb.watch({calls_before_claim: let_in(scene.sweep)})
    assert scene.sweep().done == {}
    assert len(scene.provider.looked) == 1


def claim_call(scene: Scene) -> int:
    """The number of the call that claims the first check, found by a run that dies there."""
    scene.dynamodb.watch(every={"transact_write_items": kill_before, "update_item": kill_before})
    with pytest.raises(Killed):
        scene.sweep()
    return len(scene.dynamodb.calls) - 1


def settle_by_sweeps(scene: Scene, attempt: int) -> None:
    for _ in range(4):
        scene.sweep(later=MINUTE)
        if scene.check(attempt).is_settled:
            return


@pytest.mark.parametrize("how", [kill_before, kill_after, lose_request])
def test_a_run_that_dies_anywhere_is_made_good_by_later_ones(scene: Scene, monkeypatch, how):
    scene.sweep()
    attempt, call = 0, 0
    while True:
        attempt += 1
        scene.tasks.told.clear()
        scene.provider.trouble = ["request"] * 3
        scene.begin(attempt=attempt)
        scene.clock.now += 2 * MINUTE
        scene.dynamodb.watch({call: how})
        try:
            scene.sweep()
        except (Killed, Unavailable):
            call += 1
        else:
            break
        finally:
            scene.dynamodb.watch()
        settle_by_sweeps(scene, attempt)
        check = scene.check(attempt)
        assert check.is_settled, call
        assert check.outcome == "clear", call
        assert set(scene.tasks.outcomes) == {"clear"}, call
        assert scene.lines() == [], call
        assert scene.attestation(attempt).outcome == "clear"
    assert call >= 15
    assert len(scene.provider.book.questions) >= attempt - 1


@pytest.mark.parametrize("how", [kill_before, kill_after, lose_request])
def test_a_callback_that_dies_anywhere_is_made_good_by_the_sweep(scene: Scene, how):
    scene.sweep()
    call = 0
    while True:
        attempt = call + 1
        scene.begin(attempt=attempt)
        scene.tasks.told.clear()
        scene.dynamodb.watch({call: how})
        try:
            scene.call_back(attempt)
        except (Killed, Unavailable):
            call += 1
        else:
            break
        finally:
            scene.dynamodb.watch()
        settle_by_sweeps(scene, attempt)
        assert scene.check(attempt).is_settled, call
        assert set(scene.tasks.outcomes) == {"clear"}, call
        assert scene.lines() == [], call
        assert scene.call_back(attempt) == "repeated"
    assert call >= 5


@pytest.mark.parametrize("how", [kill_before, kill_after, lose_request])
def test_a_beginning_that_dies_anywhere_is_finished_by_sweep_or_task(scene, how):
    scene.sweep()
    call = 0
    while True:
        attempt = call + 1
        scene.dynamodb.watch({call: how})
        try:
            scene.begin(attempt=attempt)
        except (Killed, Unavailable):
            call += 1
        else:
            break
        finally:
            scene.dynamodb.watch()
        if scene.desk.checks.find(scene.id(attempt)) is None:
            scene.begin(attempt=attempt)  # nothing is on record: its task runs again
        settle_by_sweeps(scene, attempt)
        assert scene.check(attempt).outcome == "clear", call
        assert scene.check(attempt).is_settled, call
        assert scene.lines() == []
    assert call >= 6


def test_an_erased_subject_is_not_asked_about_and_its_machine_is_told(scene: Scene):
    scene.provider.trouble = ["request"] * 3
    scene.begin()
    scene.erase(keep_until=scene.clock.now + 30 * DAY)
    assert scene.sweep(later=MINUTE).done == {"given_up": 1}
    assert scene.provider.asked == []
    assert scene.check().reason == "subject_erased"
    assert scene.tasks.outcomes == ["failed"]


def test_a_check_whose_token_opens_for_nobody_any_more_is_closed(scene: Scene):
    scene.begin()
    scene.tasks.trouble = ["request"]
    with pytest.raises(Exception, match="could not be resumed"):
        scene.call_back()
    scene.erase(keep_until=None)
    scene.sweep(later=MINUTE)
    assert scene.check().is_settled
    assert scene.check().outcome == "clear"
    assert scene.tasks.told == []
    assert scene.lines() == []


def test_the_table_is_never_scanned(scene: Scene, monkeypatch):
    monkeypatch.setattr(sweeping, "LOOK_BACK", marks.LOOK_BACK)
    scene.begin()
    scene.dynamodb.watch()
    scene.sweep(later=MINUTE)
    assert "scan" not in scene.dynamodb.calls
    assert len(scene.dynamodb.calls) < 100
    scene.dynamodb.watch()
    scene.sweep(later=MINUTE)
    assert scene.dynamodb.calls.count("query") == 19


def test_a_check_that_is_settled_meanwhile_is_left_as_it_is(scene: Scene):
    scene.begin()
    found = scene.desk.checks.get(scene.id())
    scene.call_back()
    after, now = scene.desk.checks.get(scene.id()), scene.clock.now
    assert settle.give_up(scene.desk, scene.id(), "timed_out", "no_answer", now=now) == after
    assert settle.refuse(scene.desk, scene.id(), "provider_422", now=now) == after
    assert settle.close(scene.desk, scene.id(), now=now) == after
    unsettled = replace(found, check=replace(found.check, status="answered", outcome="clear"))
    assert settle.tell(scene.desk, scene.vault, unsettled, now=now) == after
    assert scene.tasks.outcomes == ["clear", "clear"]


def test_a_check_that_is_closed_before_anybody_answered_has_failed(scene: Scene):
    scene.begin()
    closed = settle.close(scene.desk, scene.id(), now=scene.clock.now)
    assert (closed.check.outcome, closed.check.reason) == ("failed", "subject_erased")
    assert closed.check.is_settled
    assert (closed.task, closed.request) == (None, None)
    assert scene.lines() == []


def test_a_subject_that_the_vault_does_not_know_is_told_of_and_not_closed(scene: Scene):
    scene.provider.trouble = ["request"] * 3
    scene.begin()
    key = {name: scene.items("SubjectKeys")[0][name] for name in ("pk", "sk")}
    encoded = {name: {"S": text} for name, text in key.items()}
    scene.dynamodb.client.delete_item(TableName="SubjectKeys", Key=encoded)
    assert scene.sweep(later=MINUTE).left == (f"{scene.id()} SubjectUnknown",)
    assert scene.check().status == "started"


def test_marks_only_go_forward(scene: Scene, monkeypatch):
    checks = scene.desk.checks
    marks.record(checks, 2 * HOUR, now=1)
    marks.record(checks, HOUR, now=2)
    assert marks.reached(checks, default=0) == 2 * HOUR

    def stale(*_):
        raise Stale

    monkeypatch.setattr(marks, "commit", stale)
    with pytest.raises(Contended):
        marks.record(checks, 3 * HOUR, now=3)


def test_a_line_in_a_past_minute_is_found_within_the_look_back(scene: Scene, monkeypatch):
    monkeypatch.setattr(sweeping, "LOOK_BACK", marks.LOOK_BACK)
    scene.sweep()
    scene.begin()
    late = scene.clock.now + 14 * MINUTE
    scene.clock.now = late
    scene.sweep(until=late)  # came far without looking
    marks.record(scene.desk.checks, late // MINUTE * MINUTE, now=late)
    assert scene.sweep().done == {"answered": 1}
    assert due_key(late).startswith("due#2026")
