"""The policy table, row by row, as the contract has it."""

import pytest

from remit.access.model import ROLES
from remit.access.policy import ROLES_BY_ACTION, allows

TABLE = """
accounts.open     -      operator -
accounts.read     client operator auditor
accounts.rule     -      operator -
cases.decide      -      operator -
cases.read        -      operator auditor
customers.apply   client operator -
customers.decide  -      operator -
customers.erase   -      operator -
customers.read    client operator auditor
days.close        -      operator -
decisions.read    -      operator auditor
deposits.make     -      operator -
evidence.read     -      operator auditor
files.read        client operator auditor
files.submit      client operator -
incoming.read     client operator auditor
ledger.read       -      operator auditor
ledger.transfer   -      operator -
onboarding.read   -      operator auditor
payees.mark       -      operator -
payments.cancel   client operator -
payments.initiate client operator -
payments.read     client operator auditor
screening.read    -      operator auditor
screening.search  -      operator -
payments.recall   -      operator -
recalls.answer    -      operator -
recalls.read      -      operator auditor
vault.read        client operator auditor
vault.reveal      -      operator -
windows.operate   -      operator -
windows.read      -      operator auditor
"""
ROWS = {action: set(roles) - {"-"} for action, *roles in map(str.split, TABLE.strip().splitlines())}


@pytest.mark.parametrize("action", sorted(ROWS))
def test_each_role_may_do_what_its_row_says_and_no_more(action):
    for role in (*ROLES, "", "root", "Operator"):
        assert allows(role, action) == (role in ROWS[action])


def test_the_table_has_no_row_that_is_not_known_here():
    assert ROLES_BY_ACTION.keys() == ROWS.keys()


def test_an_auditor_changes_nothing():
    done = {action for action in ROWS if allows("auditor", action)}
    assert all(action.endswith(".read") for action in done)


def test_an_action_that_is_not_in_the_table_is_a_mistake():
    with pytest.raises(KeyError):
        allows("operator", "payments.steal")
