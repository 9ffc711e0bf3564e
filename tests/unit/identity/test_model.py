"""Checks as values: ids, outcomes, when to look again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.identity import model
from remit.identity.model import check_id, code, judged, next_look
from remit.kernel.clock import MINUTE, SECOND
from tests.unit.identity.made import NOW, applicant, check


def test_the_same_question_is_the_same_check_and_another_attempt_is_another():
    assert check_id("acme", "cus_1", 1) == check_id("acme", "cus_1", 1)
    others = {
        check_id("acme", "cus_1", 1),
        check_id("acme", "cus_1", 2),
        check_id("acme", "cus_11", 1),
        check_id("globex", "cus_1", 1),
    }
    assert len(others) == 4


@pytest.mark.parametrize(
    ("status", "outcome", "given", "told"),
    [
        ("started", None, "clear", "answered"),
        ("answered", "clear", "clear", "repeated"),
        ("answered", "clear", "mismatch", "contradicted"),
        ("answered", "failed", "clear", "contradicted"),
        ("abandoned", "timed_out", "clear", "late"),
        ("abandoned", "failed", "mismatch", "late"),
    ],
)
def test_the_first_answer_counts(status, outcome, given, told):
    assert judged(check(status=status, outcome=outcome), given) == told


def test_a_check_is_settled_when_it_has_an_outcome_and_its_machine_knows():
    answered = model.answered(check(), "clear", None, now=NOW)
    assert not check().is_settled
    assert not answered.is_settled
    assert not check(resumed_at=NOW).is_settled
    assert check(status="answered", resumed_at=NOW).is_settled
    assert check(status="abandoned", resumed_at=NOW).is_settled


def test_who_ends_a_check_has_half_a_minute_to_tell_its_machine():
    for ended in (
        model.answered(check(), "clear", None, now=NOW),
        model.abandoned(check(), "timed_out", "no_answer", now=NOW),
    ):
        assert (ended.answered_at, ended.look_at) == (NOW, NOW + 30 * SECOND)


@given(looks=st.integers(0, 10_000), passed=st.integers(0, 86_400_000 * 2))
def test_the_next_look_is_ahead_bounded_and_never_jumps_over_the_deadline(looks, passed):
    one, now = check(looks=looks), NOW + passed
    at = next_look(one, now=now)
    assert now < at <= now + 15 * MINUTE
    if now < one.deadline:
        assert at <= one.deadline


def test_looks_become_rarer():
    steps = [next_look(check(looks=looks), now=NOW) - NOW for looks in range(7)]
    assert steps == sorted(steps)
    assert 30 * SECOND <= steps[0] < 45 * SECOND
    assert 10 * MINUTE <= steps[-1] < 15 * MINUTE


def test_checks_made_together_are_not_looked_at_together():
    times = {next_look(check(id=check_id("acme", f"cus_{n}", 1)), now=NOW) for n in range(50)}
    assert len(times) > 25


@pytest.mark.parametrize("text", ["document_expired", "a", "x9_", "a" * 64])
def test_a_code_is_kept(text):
    assert code(text) == text


@pytest.mark.parametrize(
    "text", ["", "Ada Example", "Ada", "1st", "_a", "a-b", "a" * 65, "ä", "a\n", 7, None, ["a"]]
)
def test_a_text_that_may_be_about_somebody_is_no_code(text):
    assert code(text) is None


def test_what_is_personal_is_in_no_representation():
    made = applicant("L01X00T47")
    result = model.Result(
        check_id="chk_1",
        reference="r",
        outcome="clear",
        reason=None,
        completed_at=NOW,
        body=b"Ada Example",
    )
    proof = model.Attestation(
        check_id="chk_1",
        provider="p",
        reference="r",
        outcome="clear",
        how="poll",
        received_at=NOW,
        document="Ada Example",
        signature={},
    )
    for shown in (repr(made), str(made), repr(result), repr(proof), repr([made])):
        assert "Ada" not in shown
        assert "L01X00T47" not in shown
