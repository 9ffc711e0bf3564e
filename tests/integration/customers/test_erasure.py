"""Two people erase a customer: once, whatever is lost, and only when nothing is left to be done."""

import json

import pytest

from remit.customers.capsule import broken
from remit.customers.erase import request_erasure
from remit.customers.look import one
from remit.customers.model import CustomerNotFound
from remit.kernel.clock import DAY
from remit.vault.certificate import verified
from remit.vault.model import SealBroken, SubjectErased
from tests.fakes import FakeSigner
from tests.integration.cloud import let_in
from tests.integration.customers.office import CANARIES, PERSON
from tests.integration.customers.scenes import active, applied, disturbed, held, status

YEARS_5 = 5 * (365 * DAY + DAY // 4)


def left(office):
    """A customer who had accounts, which are closed."""
    customer = active(office)
    for account in office.customer(customer).accounts:
        office.close_account(account.id)
    return customer


def code(answer):
    return answer.status, json.loads(answer.body)["code"]


def certificate(answer):
    assert answer.status == 200, answer.body
    return json.loads(answer.body)["certificate"]


def test_two_people_erase_a_customer_and_get_a_signed_certificate(office):
    customer = left(office)
    office.now += 30 * DAY
    assert status(office.ask_erasure(customer)) == (202, "requested")
    told = certificate(office.approve_erasure(customer))

    content = verified(told["jws"], FakeSigner().public_key)
    assert content["subject"] == customer
    assert (told["requested_by"], told["approved_by"]) == ("ada", "ben")
    assert told["destroyed"] == ["subject_key"]
    shown = one(office.customers, "acme", customer)
    assert shown["erased_at"] == told["destroyed_at"]
    assert shown["status"] == "active"


def test_what_the_law_keeps_is_kept_from_the_end_of_the_relationship_and_no_longer(office):
    customer = left(office)
    ended = office.now
    office.now += 400 * DAY
    office.ask_erasure(customer)
    office.approve_erasure(customer)

    dossier = office.customers.dossier("acme", customer)
    assert dossier.application is None
    with pytest.raises(SubjectErased):
        office.vault.subject("acme", customer)
    due = [item for item in office.world()["Vault"] if item["pk"] == "due"]
    assert ended + YEARS_5 in [item["due_at"] for item in due]
    document = office.evidence(customer)
    assert list(broken(document)) == []
    assert document["sections"][-1]["name"] == "erasure"


def test_who_left_long_ago_is_erased_with_everything(office):
    customer = left(office)
    before = office.customers.dossier("acme", customer)
    office.now += 6 * 366 * DAY
    office.ask_erasure(customer)
    told = certificate(office.approve_erasure(customer))
    assert sorted(told["destroyed"]) == ["retention_key", "subject_key"]
    with pytest.raises(SubjectErased):
        office.evidence(customer)
    assert office.customer(customer).erased_at == office.now
    assert before.sections


def test_nothing_that_was_sealed_under_the_key_opens_afterwards_backups_included(office):
    customer = left(office)
    backup = office.customers.dossier("acme", customer).application
    subject = office.vault.subject("acme", customer)
    assert subject.open_json("application", backup) == PERSON
    office.ask_erasure(customer)
    office.approve_erasure(customer)
    with pytest.raises(SubjectErased):
        office.vault.retained("acme", customer).open_json("application", backup)
    with pytest.raises(SealBroken):
        office.vault.retained("acme", customer).open_json("application", backup, kept=True)


def test_one_person_alone_erases_nobody(office):
    customer = left(office)
    assert code(office.approve_erasure(customer)) == (409, "erasure_not_requested")
    office.ask_erasure(customer)
    assert code(office.approve_erasure(customer, actor="ada")) == (403, "same_person")
    assert office.customer(customer).erasing_at is None
    certificate(office.approve_erasure(customer))


@pytest.mark.parametrize("how", ["in review", "needs attention", "account open"])
def test_nobody_is_erased_who_is_still_served(office, how):
    customer = {"in review": applied, "needs attention": held, "account open": active}[how](office)
    assert code(office.ask_erasure(customer)) == (409, "erasure_not_allowed")
    assert office.customers.dossier("acme", customer).erasure is None


def test_the_rules_hold_when_it_is_carried_out_and_not_only_when_it_is_asked(office):
    customer = left(office)
    office.ask_erasure(customer)
    office.listed = {"Zsófia": "e1@1"}
    office.rescreen()
    assert code(office.approve_erasure(customer)) == (409, "erasure_not_allowed")
    assert office.vault.subject("acme", customer)


def test_who_is_rejected_or_abandoned_can_be_erased(office):
    rejected, abandoned = held(office), held(office)
    office.decide(rejected, "reject")
    office.abandon(abandoned)
    for customer in (rejected, abandoned):
        office.ask_erasure(customer)
        certificate(office.approve_erasure(customer))


def test_asking_comes_out_the_same_whatever_is_lost(office):
    customer = left(office)
    disturbed(office, lambda: office.ask_erasure(customer, key="ask").body)


def test_erasing_comes_out_the_same_whatever_is_lost(office):
    customer = left(office)
    office.ask_erasure(customer)
    answers = set()

    def approve():
        told = certificate(office.approve_erasure(customer, key="go"))
        answers.add(told["id"])
        # A signature is made with chance; what it signs is not.
        return {name: told[name] for name in told if name != "jws"}

    disturbed(office, approve)
    assert len(answers) == 1


@pytest.mark.parametrize("call", range(12))
def test_two_who_approve_at_once_get_the_same_certificate(office, call):
    customer = left(office)
    office.ask_erasure(customer)
    rival = let_in(lambda: office.approve_erasure(customer, key="cara", actor="cara"))
    office.client.watch({call: rival})
    mine = certificate(office.approve_erasure(customer, key="ben"))
    office.client.watch()
    theirs = certificate(office.approve_erasure(customer, key="cara", actor="cara"))
    assert mine == theirs
    assert len([one for one in office.customers.dossier("acme", customer).sections
                if one.name == "erasure"]) == 1  # fmt: skip


@pytest.mark.parametrize("call", range(12))
def test_a_list_that_changes_meanwhile_stops_it_or_comes_too_late(office, call):
    customer = left(office)
    office.ask_erasure(customer)

    def rescreen():
        office.listed = {"Zsófia": "e1@1"}
        office.rescreen()

    office.client.watch({call: let_in(rescreen)})
    answer = office.approve_erasure(customer)
    office.client.watch()
    after = office.customer(customer)
    if answer.status == 200:
        assert after.status == "active"
        assert after.erased_at is not None
    else:
        assert (after.status, after.erasing_at) == ("needs_attention", None)
        assert office.vault.subject("acme", customer)


def test_asking_again_changes_nothing_and_tells_how_it_stands(office):
    customer = left(office)
    first = office.ask_erasure(customer)
    before = office.world()["Customers"]
    assert office.ask_erasure(customer, actor="cara").body == first.body
    assert office.world()["Customers"] == before
    office.approve_erasure(customer)
    assert status(office.ask_erasure(customer)) == (202, "erased")


def test_an_erased_customer_cannot_be_set_another_tier_or_screened(office):
    customer = left(office)
    office.ask_erasure(customer)
    office.approve_erasure(customer)
    assert office.override(customer, "high").status == SubjectErased.status
    office.listed = {"Zsófia": "e1@1"}
    before = office.customer(customer)
    office.rescreen()
    assert office.customer(customer) == before


def test_another_tenants_customer_is_not_there_to_be_erased(office):
    customer = left(office)
    command = office.command(None, customer, tenant="globex")
    with pytest.raises(CustomerNotFound):
        request_erasure(office.erasure(), command, customer, "no")


def test_nothing_personal_is_left_in_the_clear(office):
    customer = left(office)
    office.ask_erasure(customer)
    office.approve_erasure(customer)
    for canary in CANARIES:
        assert canary not in office.everything()
