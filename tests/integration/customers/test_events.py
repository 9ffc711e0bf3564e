"""The events of onboarding: each can be given at any time, and together they tell a story."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import ROOT, event, lambda_context
from tests.integration.cloud import handler

FOLDER = ROOT / "events"
CASES = sorted(
    str(path.relative_to(FOLDER).with_suffix("")) for path in (FOLDER / "customers").rglob("*.json")
)
TASKS = {
    "customers/verify", "customers/screen", "customers/score", "customers/await_decision",
    "customers/open_accounts", "customers/abandon",
}  # fmt: skip


def name(case: str) -> str:
    return str(Path(case).parent)


def answer(case: str) -> Any:
    """What a function answers to an event: a status, the failed messages, or a task's outcome."""
    given = event(case)
    answered = handler(name(case))(given, lambda_context(60_000))
    if "httpMethod" in given:
        return answered["statusCode"]
    return len(answered["batchItemFailures"]) if "Records" in given else answered["status"]


@pytest.mark.parametrize("case", CASES)
def test_every_event_is_answered_cleanly_where_nothing_is(deployed, case):
    if name(case) in TASKS:
        with pytest.raises(Exception, match="No such customer"):
            answer(case)
    else:
        found = answer(case)
        assert found in (0, 1) or 200 <= found < 500


STORY = [
    ("customers/apply/person", 202),
    ("customers/apply/business", 202),
    ("customers/apply/incomplete_address", 400),
    ("customers/apply/not_of_age", 400),
    ("customers/apply/wrong_zone", 400),
    ("customers/sweep/happy", 0),
    ("customers/resume/happy", 0),
    ("customers/verify/happy", "started"),
    ("customers/screen/happy", "screened"),
    ("customers/decide/forbidden", 403),
    ("customers/decide/approve", 409),
    ("customers/decide/reject", 409),
    ("customers/read/one", 200),
    ("customers/read/list", 200),
    ("customers/read/run", 404),
    ("customers/evidence/happy", 200),
    ("customers/evidence/forbidden", 403),
    ("customers/decide/tier", 409),
    ("customers/erase/request", 409),
    ("customers/erase/approve", 409),
    ("customers/rescreen/version", 0),
]


def test_in_their_order_the_events_tell_a_story(deployed):
    assert [(case, answer(case)) for case, _ in STORY] == STORY
