"""What seldom happens in onboarding: endless rivals, erased customers, broken evidence, no bank."""

import json

import pytest

from remit.customers import abandon, await_decision, open_accounts, rescreen, runs, score, screen
from remit.customers.look import EvidenceBroken, many
from remit.customers.rescreen import Slice
from remit.customers.schema import CustomersQuery
from remit.customers.store import shard_of
from remit.customers.sweep import watched
from remit.kernel.errors import Contended
from remit.kernel.page import InvalidCursor, cursor
from remit.store.commit import Stale
from remit.vault.model import SubjectErased
from tests.integration.cloud import lose_reply
from tests.integration.customers.office import BUSINESS, PERSON
from tests.integration.customers.scenes import (
    active,
    applied,
    disturbed,
    held,
    names,
    until_done,
    view,
)


@pytest.fixture
def rivals(monkeypatch):
    """Somebody else always comes first."""

    def stale(*_):
        raise Stale

    return lambda module: monkeypatch.setattr(module, "commit", stale)


def test_every_step_gives_up_on_endless_rivals_and_may_be_made_again(office, rivals, monkeypatch):
    customer = applied(office)
    office.screen(customer)
    office.score(customer)
    waiting = held(office)
    reopened = active(office, PERSON | {"name": "Anna Kovács"})
    office.listed = {"Zsófia": "e1@9", "Anna": "e2@9"}
    office.lists = {"ofac": "000009-zz"}
    part = Slice(source="ofac", version="v", shard=shard_of(reopened))
    steps = {
        screen: lambda: office.screen(customer),
        await_decision: lambda: office.wait(waiting, "another"),
        abandon: lambda: office.abandon(waiting),
        rescreen: lambda: rescreen.rescreen(
            office.customers, office.vault, office._screen, part, now=office.now
        ),
    }
    for module, step in steps.items():
        with monkeypatch.context() as patched:
            patched.setattr(module, "commit", _stale)
            with pytest.raises(Contended):
                step()
    office.lists = {"ofac": "000001-aa"}
    with monkeypatch.context() as patched:
        patched.setattr(open_accounts, "commit", _stale)
        with pytest.raises(Contended):
            office.open_accounts(customer)
    fresh = applied(office, PERSON | {"name": "Éva Szabó"})
    office.screen(fresh)
    rivals(score)
    with pytest.raises(Contended):
        office.score(fresh)


def _stale(*_):
    raise Stale


def test_a_list_that_comes_between_two_parties_has_everybody_screened_anew(office, monkeypatch):
    customer = applied(office, BUSINESS)
    calls = []
    plain = office._screen

    def screened(*who):
        calls.append(who)
        if len(calls) == 2:
            office.lists = {"ofac": "000002-bb"}
        return plain(*who)

    monkeypatch.setattr(office, "_screen", screened)
    assert office.screen(customer) == "screened"
    assert len(calls) == 6
    assert names(office, customer).count("screening") == 1


def test_nobody_is_screened_who_has_come_to_an_end(office):
    customer = held(office)
    office.decide(customer, "reject")
    assert office.screen(customer) == "rejected"
    assert office.wait(customer, "late") == "rejected"
    assert office.resumed[-1] == ("late", "rejected")


def test_who_waits_already_with_that_token_waits_still(office):
    customer = held(office)
    before = office.world()
    assert office.wait(customer) == "waiting"
    assert office.world() == before
    assert office.wait(customer, "another") == "waiting"
    office.decide(customer)
    assert office.resumed == [("another", "approved")]


def test_who_needs_attention_for_the_document_alone_is_approved_without_dispositions(office):
    office.outcome = "unreadable"
    customer = applied(office)
    office.run(customer)
    office.decide(customer)
    assert office.world()["Screening"] == []
    assert office.open_accounts(customer) == "active"


def test_an_account_that_was_closed_is_not_frozen(office):
    customer = active(office)
    first, second = office.customer(customer).accounts
    office.close_account(first.id)
    office.listed = {"Zsófia": "e1@2"}
    office.rescreen()
    office.decide(customer, "reject")
    rules = [office.ledger.account("acme", one.id).rules for one in (first, second)]
    assert [(one.closed, one.frozen) for one in rules] == [(True, "none"), (False, "both")]


def test_accounts_of_a_bank_without_ibans_have_none(office):
    office.bank = "none"
    customer = active(office)
    assert [one.iban for one in view(office, customer).accounts] == [None, None]


def test_an_iban_that_is_taken_is_not_given_again(office):
    customer = applied(office)
    office.screen(customer)
    office.score(customer)
    before = list(office.database.items("Ledger"))
    assert before == []
    office.open_accounts(customer)
    numbers = [one for one in office.world()["Ledger"] if str(one["pk"]).startswith("number#")]
    assert len(numbers) == 2
    assert {one["account"] for one in numbers} == {
        one.id for one in office.customer(customer).accounts
    }


def test_evidence_that_is_not_what_the_record_stands_for_is_not_given_out(office):
    customer = active(office)
    key = {"pk": {"S": f"acme#{customer}"}, "sk": {"S": "section#risk#000004"}}
    assert office.client.client.get_item(TableName="Customers", Key=key)["Item"]
    office.client.client.delete_item(TableName="Customers", Key=key)
    with pytest.raises(EvidenceBroken):
        office.evidence(customer)


def test_a_cursor_that_is_not_ours_is_refused(office):
    applied(office)
    for after in ("x", 7):
        made = cursor("customers None", {"after": after})
        with pytest.raises(InvalidCursor):
            many(office.customers, "acme", CustomersQuery(cursor=made))
    assert many(office.customers, "nobody", CustomersQuery())["items"] == []


def test_a_customer_whose_key_was_destroyed_is_neither_screened_nor_verified(office):
    customer = active(office)
    office.vault.erase(
        "acme", customer, at=office.now, requested_by="a", approved_by="b", reason="x",
        keep_until=None,
    )  # fmt: skip
    office.listed = {"Zsófia": "e1@2"}
    before = office.customer(customer)
    office.rescreen()
    assert office.customer(customer) == before
    with pytest.raises(SubjectErased):
        office.verify(customer)


def test_the_verification_of_a_customer_whose_application_is_gone_says_so(office):
    customer = active(office)
    for one in office.customer(customer).accounts:
        office.close_account(one.id)
    office.ask_erasure(customer)
    office.approve_erasure(customer)
    with pytest.raises(SubjectErased):
        office.verify(customer)


def test_a_run_of_many_slices_is_added_up_page_by_page(office, monkeypatch):
    monkeypatch.setattr(runs, "_PAGE", 3)
    active(office)
    office.rescreen()
    assert runs.run(office.customers, "acme", "000002-bb").seen == 1


def test_a_dossier_of_many_records_is_read_page_by_page(office, monkeypatch):
    monkeypatch.setattr("remit.customers.store._MOST_RECORDS", 2)
    customer = active(office)
    assert view(office, customer).status == "active"
    assert names(office, customer)[0] == "application"


def test_a_key_that_was_forgotten_makes_no_second_customer(office):
    customer = applied(office, key="old")
    for item in list(office.database.items("Idempotency")):
        office.client.client.delete_item(TableName="Idempotency", Key={"pk": item["pk"]})
    before = office.world()["Customers"]
    with pytest.raises(Exception, match="belongs to another request"):
        office.apply(key="old")
    assert office.world()["Customers"] == before
    assert customer


def test_an_answer_of_an_application_has_nothing_personal(office):
    answer = office.apply(BUSINESS)
    shown = json.loads(answer.body)
    assert set(shown) == {
        "id", "type", "status", "currencies", "accounts", "checks", "risk", "created_at",
        "erased_at", "evidence_hash", "history",
    }  # fmt: skip


def test_setting_a_tier_comes_out_the_same_whatever_is_lost(office):
    customer = active(office)
    disturbed(office, lambda: office.override(customer, "high", key="o").body)


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_deciding_on_one_who_was_active_comes_out_the_same_whatever_is_lost(office, decision):
    customer = active(office)
    office.listed = {"Zsófia": "e1@2"}
    office.rescreen()
    disturbed(office, lambda: office.decide(customer, decision, key="d").body)


def test_rejecting_before_the_first_account_comes_out_the_same_whatever_is_lost(office):
    customer = held(office)
    disturbed(office, lambda: office.decide(customer, "reject", key="d").body)
    assert {token for token, _ in office.resumed} == {"token-2"}


def test_asking_for_verification_again_asks_about_the_same_person(office):
    customer = applied(office)
    office.client.watch()
    office.verify(customer)
    for call in range(len(office.client.calls)):
        office.client.watch({call: lose_reply})
        until_done(lambda: office.verify(customer))
    office.client.watch()
    assert len({repr(one) + one.document_number for one in office.asked}) == 1


def test_a_customer_who_is_being_erased_is_not_looked_after_any_more(office):
    customer = held(office)
    office.decide(customer, "reject")
    assert [one.id for one in watched(office.world()["Customers"])] == [customer]
    office.ask_erasure(customer)
    office.approve_erasure(customer)
    assert watched(office.world()["Customers"]) == []
