"""Statements are taken in of the accounts that our nostros are, and of no others."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.reconciliation.scenes import camt, own, send, statement

IBAN = "DE75 5121 0800 1245 1261 99"


def test_a_statement_of_another_account_is_refused_and_says_which_are_ours(cloud: Cloud):
    own(cloud, "NOSTRO-9", "USD")
    answer = send(cloud, camt(statement(id="STM-7", account="NOSTRO-2")))
    assert (answer.status, answer.code) == (422, "nostro_unknown")
    assert answer.body["detail"] == (
        "statement STM-7 is of EUR NOSTRO-2; declared are: EUR NOSTRO-1, USD NOSTRO-9"
    )
    assert cloud.machines.started == []


@pytest.mark.parametrize(
    "other", [{"account": "NOSTRO-1", "currency": "USD"}, {"account": "NOSTRO-10"}]
)
def test_one_statement_of_no_account_of_ours_refuses_its_whole_file(cloud: Cloud, other):
    answer = send(cloud, camt(statement(), statement(id="STM-2", **other)))
    assert answer.code == "nostro_unknown"
    assert cloud.machines.started == []


def test_a_tenant_without_nostros_has_no_statements(cloud: Cloud):
    answer = send(cloud, camt(statement()), tenant="other")
    assert answer.body["detail"] == "statement STM-1 is of EUR NOSTRO-1; declared are: none"


def test_once_it_is_declared_the_same_request_is_taken_in(cloud: Cloud):
    content = camt(statement(account="NOSTRO-2"))
    assert send(cloud, content, key="one").status == 422
    assert own(cloud, "NOSTRO-2").body == {"currency": "EUR", "account": "NOSTRO-2"}
    assert send(cloud, content, key="one").status == 202


def test_an_iban_is_the_same_with_spaces_and_in_small_letters(cloud: Cloud):
    assert own(cloud, IBAN.lower()).body["account"] == IBAN.replace(" ", "")
    answer = send(cloud, camt(statement(account=IBAN.replace(" ", ""))))
    assert answer.status == 202


def test_a_statement_that_was_taken_in_stays_so_when_the_account_changes(cloud: Cloud):
    first = send(cloud, camt(statement()))
    own(cloud, "NOSTRO-2")
    again = send(cloud, camt(statement()))
    assert (again.status, again.body["id"]) == (202, first.body["id"])
    assert send(cloud, camt(statement(id="STM-2"))).code == "nostro_unknown"


def test_who_may_not_send_statements_may_not_say_whose_they_are(cloud: Cloud):
    assert own(cloud, "NOSTRO-2", role="auditor").status == 403
