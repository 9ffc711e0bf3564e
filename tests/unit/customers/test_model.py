"""The customer's roads, and what its checks mean together."""

from itertools import product
from typing import get_args

import pytest

from remit.customers.model import (
    IDENTITY_REASONS,
    REASONS,
    ROADS,
    STATUSES,
    Step,
    Tier,
    assess,
    kept_until,
)
from remit.identity.model import Outcome
from remit.kernel.clock import DAY
from tests.unit.customers.made import NOW, customer


def test_every_state_has_its_roads_and_the_last_two_none():
    assert set(ROADS) == set(STATUSES)
    assert ROADS["rejected"] == ROADS["abandoned"] == ()


@pytest.mark.parametrize(("start", "to"), list(product(STATUSES, STATUSES)))
def test_only_the_roads_that_are_there_can_be_taken(start, to):
    one = customer(start)
    step = Step(status=to, at=NOW, by="ada")
    if to in ROADS[start]:
        assert one.after(step).history == (*one.history, step)
        assert one.after(step).status == to
    else:
        with pytest.raises(ValueError, match="no road leads"):
            one.after(step)


def test_nobody_becomes_active_by_way_of_rejection_or_abandonment():
    assert [one for one in STATUSES if "active" in ROADS[one]] == ["in_review", "needs_attention"]


def test_every_outcome_of_an_identity_check_has_a_reason_that_is_explained():
    assert set(IDENTITY_REASONS) == set(get_args(Outcome)) - {"clear"}
    assert set(IDENTITY_REASONS.values()) <= set(REASONS)


@pytest.mark.parametrize(
    ("identity", "screening", "tier"),
    list(product(get_args(Outcome), ("clear", "hit"), get_args(Tier))),
)
def test_only_who_is_clear_in_everything_is_clear(identity, screening, tier):
    found = assess(identity, screening, tier)
    is_clear = (identity, screening) == ("clear", "clear") and tier != "high"
    assert (found.verdict == "clear") == is_clear == (found.reasons == ())
    assert (found.verdict == "rejected") == (identity in ("expired", "mismatch"))
    assert ("SCREENING_HIT" in found.reasons) == (screening == "hit")
    assert ("RISK_HIGH" in found.reasons) == (tier == "high")


def test_evidence_is_kept_for_five_years_from_the_end():
    assert 5 * 365 * DAY < kept_until(NOW) - NOW < 5 * 366 * DAY
