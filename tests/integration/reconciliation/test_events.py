"""The events in `events/reconciliation` tell a statement's story in their order."""

from typing import Any

from tests.builders import event, lambda_context
from tests.integration.cloud import Cloud, handler
from tests.integration.reconciliation.scenes import nostro_balance

STORY = [
    ("accept/nostro", 200),
    ("accept/happy", 202),
    ("read/break", 404),
    ("read_statement/happy", "read"),
    ("match_entries/happy", "matched"),
    ("raise_breaks/happy", "raised"),
    ("report/happy", "reported"),
    ("read/happy", 200),
    ("read/list", 200),
    ("read/breaks", 200),
    ("read/break", 200),
    ("rerun/happy", 201),
    ("handle/assign", 200),
    ("handle/happy", 202),
    ("approve/happy", 200),
    ("accept/csv", 422),
    ("accept/mapping", 201),
    ("accept/csv", 202),
    ("sweep/happy", "swept"),
]


def answer(case: str) -> Any:
    answered = handler(f"reconciliation/{case.partition('/')[0]}")(
        event(f"reconciliation/{case}"), lambda_context(60_000)
    )
    return answered.get("statusCode") or answered["status"]


def test_in_their_order_the_events_tell_the_story_of_a_statement(cloud: Cloud, monkeypatch):
    # Which adjustment is approved derives from its accounts, of which there are eight shards.
    monkeypatch.setattr("remit.ledger.chart.SHARDS_FROM", (("0001-01-01", 8),))
    assert [(case, answer(case)) for case, _ in STORY] == STORY
    assert nostro_balance(cloud, shards=8) == -12_50
