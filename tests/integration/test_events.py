"""The events in `events/`: each can be given to its function at any time, and together they tell
a payment's story, since ids derive from keys.
"""

from typing import Any

import pytest

from tests.builders import ROOT, event, lambda_context
from tests.integration.cloud import Cloud, handler
from tests.integration.payments.rail_cloud import Railed, railed

FOLDER = ROOT / "events"
CONTEXTS = ("ledger", "fraud", "payments", "rails", "payees", "settlement")
CASES = sorted(
    str(path.relative_to(FOLDER).with_suffix(""))
    for context in CONTEXTS
    for path in (FOLDER / context).rglob("*.json")
)
FUNCTIONS = [
    f"{context}/{file.stem}"
    for context in CONTEXTS
    for file in sorted((ROOT / "functions" / context).glob("*.py"))
]


TASKS = {
    "check",
    "post",
    "reserve",
    "submit",
    "complete",
    "release",
    "return_funds",
    "close_recall",
    "close",
    "compute",
    "instruct",
    "await_confirmation",
    "await_person",
    "screen",
    "credit",
    "answer",
    "take_back",
}


@pytest.fixture(autouse=True)
def road(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Railed:
    """The cloud is connected to a rail."""
    return railed(cloud, monkeypatch)


def answer(case: str) -> Any:
    """What a function answers to an event: a status, the failed messages, or a task's outcome."""
    given = event(case)
    work = handler(case.rpartition("/")[0])
    answered = work(given, lambda_context(60_000))
    if "httpMethod" in given:
        return answered["statusCode"]
    if "Records" in given:
        return len(answered["batchItemFailures"])
    return answered["status"] if "status" in answered else answered["right"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_an_event_to_begin_with(name):
    assert any((FOLDER / name).glob("*.json"))


@pytest.mark.parametrize("case", CASES)
def test_every_event_is_answered_cleanly_where_nothing_is(cloud: Cloud, case: str):
    context, verb, _ = case.split("/")
    if (context != "payees" and verb in TASKS) or case.startswith("settlement/verify"):
        with pytest.raises(
            Exception, match=r"No such (incoming )?(payment|message|settlement window)"
        ):
            answer(case)
    else:
        found = answer(case)
        assert found in (0, 1, "swept", "reminded") or 200 <= found < 500


def test_no_two_events_share_a_key():
    keys = [event(case).get("headers", {}).get("Idempotency-Key") for case in CASES]
    given = [key for key in keys if key is not None]
    assert len(set(given)) == len(given)


STORY = [
    ("ledger/open/happy", 201),
    ("ledger/open/second", 201),
    ("ledger/open/forbidden", 403),
    ("ledger/deposit/happy", 201),
    ("payments/initiate/happy", 202),
    ("payments/initiate/no_key", 400),
    ("payments/initiate/wrong_types", 400),
    ("payments/initiate/iban_creditor", 202),
    ("payments/initiate/unknown_account", 404),
    ("payments/sweep/happy", 0),
    ("payments/resume/happy", 1),
    ("payments/check/happy", "trusted"),
    ("payments/post/happy", "completed"),
    ("payments/resume/happy", 0),
    ("payments/cancel/happy", 409),
    ("payments/read/happy", 200),
    ("payments/read/decision", 200),
    ("payments/read/list", 200),
    ("payments/initiate/large", 202),
    ("payments/check/large", "in_review"),
    ("fraud/read/happy", 200),
    ("payments/review/happy", 404),
    ("payments/review/forbidden", 403),
    ("fraud/mark/happy", 200),
    ("ledger/read/happy", 200),
    ("ledger/read/entries", 200),
    ("ledger/read/balance_at", 200),
    ("ledger/read/trial_balance", 200),
    ("payments/accept_file/happy", 202),
    ("payments/read_file/happy", 200),
    ("payments/process_file/happy", 0),
    ("payments/read_file/happy", 200),
    ("payments/read_file/as_pain002", 200),
]


def test_in_their_order_the_events_tell_the_story_of_a_payment(cloud: Cloud):
    told = [(case, answer(case)) for case, _ in STORY]
    assert told == STORY
    assert cloud.trial()["balanced"]
