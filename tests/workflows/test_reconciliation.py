"""The machine as deployed: a statement from the API to its report, on the real engine."""

from dataclasses import replace

from local.cloud import Cloud
from local.demo.nostro import settler
from local.demo.reconciliation import reconcile
from local.demo.story import Story


def test_three_planted_breaks_are_found_and_one_is_adjusted_by_two_people(
    here: Cloud, story: Story, caller
):
    second = replace(story.second, token=here.token("acme", "operator", "another-operator"))
    told: list[str] = []
    reconcile(replace(story, second=second, settle=settler(here), tell=told.append))

    assert sum(line.startswith("break: ") for line in told) == 3


def test_hostile_statements_are_refused_at_the_edge_too(story: Story):
    bomb = b'<!DOCTYPE a [<!ENTITY b "b">]><Document>&b;</Document>'
    kinds = {"application/xml": bomb, "text/csv": b"a\0b", "application/json": b"{}"}
    answers = [
        story.operator.post("/statements", body, media_type=kind) for kind, body in kinds.items()
    ]
    large = story.operator.post("/statements", b"<" * 11_000_000, media_type="application/xml")

    assert [answer.status_code for answer in answers] == [400, 422, 415]
    assert large.status_code == 413
