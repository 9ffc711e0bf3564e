"""Monitoring: only who resembles something new is reopened, once, whatever is lost on the way."""

import pytest

from remit.customers import rescreen as monitoring
from remit.customers.rescreen import Slice, rescreen, slices
from remit.customers.runs import RunNotFound, run, run_view
from remit.customers.schema import RunView
from remit.customers.store import SHARDS, shard_of
from tests.integration.cloud import let_in
from tests.integration.customers.office import BUSINESS, PERSON
from tests.integration.customers.scenes import (
    active,
    applied,
    disturbed,
    held,
    names,
    section,
    until_done,
)

OTHER = PERSON | {"name": "Anna Kovács"}
CHANGED = {"Zsófia": "e1@2"}
VERSION = "000002-bb"


def work(office, part):
    return rescreen(office.customers, office.vault, office._screen, part, now=office.now)


def shard(customer):
    return Slice(source="ofac", version=VERSION, shard=shard_of(customer))


def told(office, tenant="acme", version=VERSION):
    return run(office.customers, tenant, version)


def test_only_who_resembles_something_new_needs_attention_then(office):
    hit, other = active(office), active(office, OTHER)
    untouched = office.customer(other)
    office.listed, office.now = CHANGED, office.now + 1_000
    office.rescreen()

    reopened = office.customer(hit)
    assert (reopened.status, reopened.history[-1].reason) == ("needs_attention", "LIST_CHANGED")
    assert office.customer(other) == untouched
    found = section(office, hit, "reopened")["parties"]
    assert found[0]["screening"]["hits"][0]["entry_hash"] == "e1@2"
    report = told(office)
    assert (report.seen, report.hit, report.reopened, report.slices) == (2, 1, 1, SHARDS)
    shown = RunView.model_validate(run_view(report))
    assert (shown.source, shown.version) == ("ofac", VERSION)
    assert shown.finished_at is not None


def test_an_owner_who_is_new_on_a_list_reopens_the_business(office):
    business = active(office, BUSINESS)
    office.listed = {"Béla Nagy": "e7@2"}
    office.rescreen()
    assert office.customer(business).status == "needs_attention"
    parts = {one["part"]: one["screening"]["outcome"] for one in section(
        office, business, "reopened")["parties"]}  # fmt: skip
    assert parts == {"applicant": "clear", "owner/0": "hit", "director/0": "clear"}


def test_who_was_reopened_is_active_again_when_a_person_approves(office):
    customer = active(office)
    office.listed = CHANGED
    office.rescreen()
    assert office.decide(customer).status == 200
    assert office.customer(customer).status == "active"
    office.rescreen(version="000003-cc")
    assert office.customer(customer).status == "active"


def test_who_was_reopened_and_is_rejected_has_every_account_frozen(office):
    customer = active(office)
    office.listed = CHANGED
    office.rescreen()
    assert office.decide(customer, "reject").status == 200
    accounts = office.customer(customer).accounts
    frozen = [office.ledger.account("acme", one.id).rules.frozen for one in accounts]
    assert (office.customer(customer).status, frozen) == ("rejected", ["both", "both"])


def test_an_entry_that_is_on_the_table_already_is_not_raised_again(office):
    customer = held(office)
    before = office.customer(customer)
    office.rescreen()
    assert office.customer(customer) == before
    assert (told(office).hit, told(office).reopened) == (1, 0)


def test_an_entry_that_has_changed_since_takes_a_decision_back(office):
    customer = held(office)
    office.decide(customer)
    office.listed = CHANGED
    office.rescreen()
    after = office.customer(customer)
    assert (after.status, after.decided) == ("needs_attention", None)
    assert office.open_accounts(customer) == "needs_attention"
    assert after.accounts == ()
    assert office.decide(customer).status == 200
    assert office.open_accounts(customer) == "active"


@pytest.mark.parametrize("so_far", ["applied", "screened", "scored"])
def test_who_is_on_the_way_is_screened_anew_before_its_accounts_are_opened(office, so_far):
    customer = applied(office)
    if so_far != "applied":
        office.screen(customer)
    if so_far == "scored":
        assert office.score(customer) == "clear"
    office.listed = CHANGED
    office.rescreen()
    assert office.customer(customer).status == "in_review"
    assert office.open_accounts(customer) == "outdated"
    office.screen(customer)
    assert office.score(customer) == "needs_attention"
    assert office.customer(customer).accounts == ()


def test_nobody_gets_to_a_person_who_was_screened_against_lists_of_before(office):
    customer = applied(office)
    office.screen(customer)
    office.outcome = "unreadable"
    office.listed = CHANGED
    office.rescreen()
    assert office.score(customer) == "outdated"
    assert office.customer(customer).status == "in_review"
    office.screen(customer)
    assert office.score(customer) == "needs_attention"
    reasons = office.customer(customer).history[-1].reason
    assert reasons == "IDENTITY_UNREADABLE"
    section = office.customers.dossier("acme", customer).newest("risk")
    assert "SCREENING_HIT" in section.facts["reasons"]


def test_the_machine_that_has_not_set_out_still_does_after_a_run(office):
    customer = applied(office)
    office.listed = CHANGED
    office.rescreen()
    assert office.customer(customer).revision == 0


@pytest.mark.parametrize("call", range(8))
def test_a_list_that_changes_while_accounts_are_opened_is_not_missed(office, call):
    customer = applied(office)
    office.screen(customer)
    office.score(customer)

    changes = []

    def change():
        changes.append(call)
        office.listed = CHANGED
        office.rescreen()

    office.client.watch({call: let_in(change)})
    opened = office.open_accounts(customer)
    office.client.watch()
    status = office.customer(customer).status
    if changes:
        assert (opened, status) == ("outdated", "in_review")
        assert office.customer(customer).accounts == ()
    else:
        assert (opened, status) == ("active", "active")
        change()
        assert office.customer(customer).status == "needs_attention"


def test_nobody_is_touched_who_was_turned_away(office):
    customer = held(office)
    office.decide(customer, "reject")
    before = office.customer(customer)
    office.listed = CHANGED
    office.rescreen()
    assert office.customer(customer) == before
    assert (told(office).seen, told(office).hit) == (1, 0)


# Slices.


def test_a_run_goes_through_everybody_of_every_tenant_slice_by_slice(office, monkeypatch):
    monkeypatch.setattr(monitoring, "SLICE", 2)
    mine = [applied(office, OTHER) for _ in range(9)]
    for _ in range(3):
        office.apply(OTHER, tenant="globex")
    seen = []
    screen = office._screen
    monkeypatch.setattr(office, "_screen", lambda *who: seen.append(who[1]) or screen(*who))
    office.rescreen()
    assert len(seen) == len(set(seen)) == 12
    assert set(mine) < set(seen)
    assert (told(office).seen, told(office, "globex").seen, told(office, "none").seen) == (9, 3, 0)
    assert told(office).finished_at is not None


def test_a_run_is_not_finished_before_its_last_slice(office, monkeypatch):
    monkeypatch.setattr(monitoring, "SLICE", 1)
    customers = [applied(office) for _ in range(12)]
    crowded = max(range(SHARDS), key=[shard_of(one) for one in customers].count)
    waiting = [part for part in slices("ofac", VERSION) if part.shard != crowded]
    while waiting:
        waiting += filter(None, [work(office, waiting.pop())])
    following = work(office, Slice(source="ofac", version=VERSION, shard=crowded))
    assert following is not None
    assert told(office).finished_at is None
    while following:
        following = work(office, following)
    assert told(office).finished_at is not None


def test_a_slice_that_comes_twice_reopens_nobody_twice_and_counts_the_same(office):
    customer = active(office)
    office.listed = CHANGED
    first = work(office, shard(customer))
    before = office.world()
    assert work(office, shard(customer)) == first
    assert office.world() == before
    assert names(office, customer).count("reopened") == 1


def test_a_slice_comes_out_the_same_whatever_is_lost(office):
    customer = active(office)
    office.listed = CHANGED
    disturbed(office, lambda: work(office, shard(customer)))
    assert names(office, customer).count("reopened") == 1
    assert (told(office).hit, told(office).reopened) == (1, 1)


@pytest.mark.parametrize("call", range(8))
def test_two_who_work_on_one_slice_reopen_once(office, call):
    customer = active(office)
    office.listed = CHANGED
    office.client.watch({call: let_in(lambda: work(office, shard(customer)))})
    until_done(lambda: work(office, shard(customer)))
    office.client.watch()
    assert names(office, customer).count("reopened") == 1


@pytest.mark.parametrize("call", range(6))
def test_a_decision_at_the_same_moment_does_not_clear_what_was_not_seen(office, call):
    customer = held(office)
    office.listed = CHANGED
    seen = office.customer(customer).evidence
    office.client.watch({call: let_in(lambda: work(office, shard(customer)))})
    answer = office.decide(customer, evidence_hash=seen)
    office.client.watch()
    after = office.customer(customer)
    assert after.status == "needs_attention"
    if answer.status == 409:
        assert "evidence_changed" in answer.body
    else:
        work(office, shard(customer))
    assert office.customer(customer).decided is None
    assert names(office, customer).count("reopened") == 1


def test_a_version_that_nobody_was_screened_against_has_no_run(office):
    with pytest.raises(RunNotFound):
        told(office)
