"""Applications and what becomes of them, step by step, twice, and with calls lost on the way."""

import json

import pytest

from remit.customers.capsule import broken
from remit.customers.look import many, one
from remit.customers.model import (
    CoolingDown,
    CustomerNotFound,
    NotScored,
    NotToBeDecided,
)
from remit.customers.rules import ApplicationInvalid
from remit.customers.schema import CustomersQuery
from remit.customers.score import NotChecked
from remit.customers.sweep import look_after, watched
from remit.kernel.clock import DAY
from remit.kernel.iban import is_iban
from tests.integration.cloud import let_in
from tests.integration.customers.office import BUSINESS, CANARIES, PERSON
from tests.integration.customers.scenes import (
    applied,
    disturbed,
    held,
    names,
    section,
    status,
    view,
)

# The road without a person.


def test_a_person_who_is_clear_gets_an_account_per_currency(office):
    customer = applied(office)
    assert office.started == [("acme", customer)]
    assert view(office, customer).status == "in_review"
    office.verify(customer)
    assert office.asked[0].document_number == "SPECI2014"
    assert office.run(customer) == "active"

    shown = view(office, customer)
    assert [account.currency for account in shown.accounts] == ["EUR", "JPY"]
    assert all(is_iban(account.iban) for account in shown.accounts)
    assert {check.check: check.outcome for check in shown.checks} == {
        "identity": "clear",
        "screening": "clear",
        "risk": "clear",
    }
    assert (shown.risk.tier, shown.risk.score) == ("low", 25)
    for account in shown.accounts:
        assert office.ledger.account("acme", account.id).currency == account.currency


def test_every_step_made_again_changes_nothing(office):
    customer = applied(office)
    for step in (office.screen, office.score, office.open_accounts):
        first, before = step(customer), None
        before = office.world()
        assert step(customer) in (first, "active")
        assert office.world() == before


@pytest.mark.parametrize(
    ("outcome", "listed", "expected", "reason"),
    [
        ("expired", {}, "rejected", "DOCUMENT_EXPIRED"),
        ("mismatch", {}, "rejected", "IDENTITY_MISMATCH"),
        ("unreadable", {}, "needs_attention", "IDENTITY_UNREADABLE"),
        ("timed_out", {}, "needs_attention", "IDENTITY_TIMED_OUT"),
        ("failed", {}, "needs_attention", "IDENTITY_FAILED"),
        ("clear", {"Zsófia": "e1@1"}, "needs_attention", "SCREENING_HIT"),
        ("expired", {"Zsófia": "e1@1"}, "rejected", "DOCUMENT_EXPIRED"),
    ],
)
def test_what_is_not_clear_leads_to_a_person_or_ends(office, outcome, listed, expected, reason):
    office.outcome, office.listed = outcome, listed
    customer = applied(office)
    assert office.run(customer) == expected
    assert office.customer(customer).history[-1].reason == reason
    assert office.customer(customer).accounts == ()


def test_an_owner_who_is_listed_holds_the_business(office):
    office.listed = {"Béla Nagy": "e7@1"}
    customer = applied(office, BUSINESS)
    assert office.run(customer) == "needs_attention"
    parties = section(office, customer, "screening")["parties"]
    assert [one["part"] for one in parties] == ["applicant", "owner/0", "director/0"]
    assert [one["screening"]["outcome"] for one in parties] == ["clear", "hit", "clear"]


def test_a_country_of_high_risk_needs_a_person(office):
    customer = applied(office, PERSON | {"nationality": "KP"})
    assert office.run(customer) == "needs_attention"
    assert office.customer(customer).history[-1].reason == "RISK_HIGH"


def test_nobody_is_scored_before_the_checks(office):
    customer = applied(office)
    with pytest.raises(NotChecked):
        office.score(customer)


def test_no_account_is_opened_without_screening_score_or_decision(office):
    customer = applied(office)
    assert office.open_accounts(customer) == "outdated"
    office.screen(customer)
    assert office.open_accounts(customer) == "outdated"
    office.listed = {"Zsófia": "e1@1"}
    office.lists = {"ofac": "000009-cc"}
    office.screen(customer)
    assert office.score(customer) == "needs_attention"
    assert office.open_accounts(customer) == "needs_attention"
    assert office.customer(customer).accounts == ()


def test_a_list_that_changed_since_is_screened_first(office):
    customer = applied(office)
    office.screen(customer)
    assert office.score(customer) == "clear"
    office.lists = {"ofac": "000002-bb"}
    assert office.open_accounts(customer) == "outdated"
    assert office.screen(customer) == "screened"
    assert office.score(customer) == "clear"
    assert office.open_accounts(customer) == "active"


# Applying.


def test_applying_twice_makes_one_customer(office):
    first = office.apply(key="k")
    before = office.world()
    again = office.apply(key="k")
    assert (again.body, again.replayed) == (first.body, True)
    assert office.world() == before
    assert len(office.started) == 1


def test_an_answer_stands_though_the_same_would_not_be_valid_any_more(office):
    first = office.apply(PERSON | {"birth_date": "1906-11-25"}, key="k")
    assert first.status == 202
    office.now += 2 * 366 * DAY
    again = office.apply(PERSON | {"birth_date": "1906-11-25"}, key="k")
    assert (again.body, again.replayed) == (first.body, True)


def test_applying_comes_out_the_same_whatever_is_lost(office):
    disturbed(office, lambda: office.apply(key="k").body)


def test_what_does_not_go_together_is_named(office):
    with pytest.raises(ApplicationInvalid) as refused:
        office.apply(PERSON | {"birth_date": "2015-01-01", "currencies": ["EUR", "EUR"]})
    assert {one["pointer"] for one in refused.value.errors} == {"/birth_date", "/currencies"}
    assert office.world()["Customers"] == []


def test_another_tenants_customer_is_not_there(office):
    customer = applied(office)
    with pytest.raises(CustomerNotFound):
        one(office.customers, "globex", customer)
    with pytest.raises(CustomerNotFound):
        office.decide("cus_" + "0" * 26)
    with pytest.raises(CustomerNotFound):
        office.decide("nobody")


# Steps with calls lost.


@pytest.mark.parametrize("listed", [{}, {"Zsófia": "e1@1"}])
def test_the_whole_road_comes_out_the_same_whatever_is_lost(office, listed):
    office.listed = listed
    customer = applied(office)
    disturbed(office, lambda: office.screen(customer))
    disturbed(office, lambda: office.score(customer))
    if listed:
        disturbed(office, lambda: office.wait(customer))
        disturbed(office, lambda: office.decide(customer, key="d").body)
    disturbed(office, lambda: office.open_accounts(customer))
    assert office.customer(customer).status == "active"
    assert len(office.customer(customer).accounts) == 2


# A person decides.


def test_an_approval_resumes_the_machine_which_opens_the_accounts(office):
    customer = held(office)
    answer = office.decide(customer)
    assert status(answer) == (200, "needs_attention")
    assert office.resumed == [("token-2", "approved")]
    assert office.open_accounts(customer) == "active"
    shown = view(office, customer)
    assert shown.checks[-1].outcome == "approved"
    assert shown.evidence_hash == office.customer(customer).evidence


def test_a_rejection_ends_it(office):
    customer = held(office)
    assert status(office.decide(customer, "reject")) == (200, "rejected")
    assert office.resumed == [("token-2", "rejected")]
    assert office.open_accounts(customer) == "rejected"


def test_a_decision_that_comes_before_the_machine_waits_is_found_by_it(office):
    office.listed = {"Zsófia": "e1@1"}
    customer = applied(office)
    office.screen(customer)
    office.score(customer)
    office.decide(customer)
    assert office.resumed == []
    assert office.wait(customer, "late") == "approved"
    assert office.resumed == [("late", "approved")]


@pytest.mark.parametrize("call", range(6))
def test_of_two_people_deciding_at_once_one_is_told(office, call):
    customer = held(office)
    rival = let_in(lambda: office.decide(customer, "reject", key="rival", actor="ben"))
    office.client.watch({call: rival})
    mine = office.decide(customer, key="mine")
    office.client.watch()
    theirs = office.decide(customer, "reject", key="rival", actor="ben")
    assert {mine.status, theirs.status} == {200, 409}
    told = json.loads(mine.body if mine.status == 409 else theirs.body)
    assert told["code"] == "not_to_be_decided"
    assert "decided to" in told["detail"]
    decisions = [one for one in names(office, customer) if one == "decision"]
    assert len(decisions) == 1


def test_nobody_decides_on_who_does_not_wait(office):
    customer = applied(office)
    assert office.decide(customer).status == NotToBeDecided.status
    office.run(customer)
    assert office.decide(customer).status == 409


def test_who_is_cleared_is_not_raised_again_until_the_entry_changes(office):
    customer = held(office)
    office.decide(customer)
    office.open_accounts(customer)
    office.rescreen(version="000002-bb")
    assert office.customer(customer).status == "active"
    office.listed = {"Zsófia": "e1@2"}
    office.rescreen(version="000003-cc")
    assert office.customer(customer).status == "needs_attention"


# Time.


def test_nobody_deciding_in_time_abandons(office):
    customer = held(office)
    assert office.abandon(customer) == "abandoned"
    assert office.abandon(customer) == "abandoned"
    assert office.decide(customer).status == 409


def test_a_decision_beats_the_clock_that_came_late(office):
    customer = held(office)
    office.decide(customer)
    assert office.abandon(customer) == "approved"
    assert office.open_accounts(customer) == "active"


@pytest.mark.parametrize("call", range(4))
def test_a_decision_racing_the_clock_leaves_one_outcome(office, call):
    customer = held(office)
    office.client.watch({call: let_in(lambda: office.decide(customer, key="d"))})
    ended = office.abandon(customer)
    office.client.watch()
    decided = office.decide(customer, key="d")
    assert (ended, decided.status) in {("approved", 200), ("abandoned", 409)}


def test_abandoning_comes_out_the_same_whatever_is_lost(office):
    customer = held(office)
    disturbed(office, lambda: office.abandon(customer))


# What was lost is found.


def test_whoever_has_applied_is_watched_until_something_happens(office):
    customer = applied(office)
    items = office.world()["Customers"]
    assert [one.id for one in watched(items)] == [customer]
    place = office.customers, office.vault
    again = []
    look = {"tenant": "acme", "customer_id": customer}
    assert look_after(*place, lambda *who: again.append(who), office.resume, **look)
    assert again == [("acme", customer)]
    office.screen(customer)
    assert not look_after(*place, lambda *who: again.append(who), office.resume, **look)
    assert watched(office.world()["Customers"]) == []


def test_a_decision_that_the_machine_was_not_told_of_is_told_later(office):
    customer = held(office)
    office.decide(customer)
    office.resumed.clear()
    assert [one.id for one in watched(office.world()["Customers"])] == [customer]
    look = {"tenant": "acme", "customer_id": customer}
    assert look_after(office.customers, office.vault, lambda *_: None, office.resume, **look)
    assert office.resumed == [("token-2", "approved")]


# The risk tier by hand.


def test_a_tier_is_set_by_hand_and_not_again_for_a_day(office):
    customer = applied(office)
    assert office.override(customer, "high").status == NotScored.status
    office.run(customer)
    assert json.loads(office.override(customer, "high").body)["risk"]["overridden"] is True
    assert office.override(customer, "low").status == CoolingDown.status
    office.now += DAY
    assert json.loads(office.override(customer, "low").body)["risk"]["tier"] == "low"


# Lists.


def test_customers_are_listed_page_by_page_and_by_status(office):
    ids = {applied(office) for _ in range(5)}
    office.run(min(ids))
    found, cursor = [], None
    while True:
        asked = CustomersQuery(limit=2, cursor=cursor)
        page = many(office.customers, "acme", asked)
        found += [shown["id"] for shown in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(found) == sorted(ids)
    active = many(office.customers, "acme", CustomersQuery(status="active"))
    assert [shown["id"] for shown in active["items"]] == [min(ids)]
    assert many(office.customers, "globex", CustomersQuery())["items"] == []


# Evidence and secrets.


def test_the_evidence_tells_everything_and_is_whole(office):
    customer = held(office)
    office.decide(customer)
    office.open_accounts(customer)
    document = office.evidence(customer)
    assert list(broken(document)) == []
    assert [one["name"] for one in document["sections"]] == [
        "application", "screening", "identity", "risk", "decision", "activation",
    ]  # fmt: skip
    told = json.dumps(document, ensure_ascii=False)
    for canary in ("Zsófia Károlyi", "SPECI2014", "203.0.113.9", "terms", "seen", "0.97"):
        assert canary in told
    assert document["sections"][-1]["hash"] == view(office, customer).evidence_hash


def test_nothing_personal_stands_in_the_clear_anywhere(office, capsys):
    for application in (PERSON, BUSINESS):
        customer = held(office, application)
        office.decide(customer)
        office.open_accounts(customer)
    kept = office.everything()
    for canary in (*CANARIES, "token-2", "Béla", "Kék"):
        assert canary not in kept, canary
    assert "Zsófia" not in capsys.readouterr().out
