"""Which account each of our nostros is at the bank, as data: one for each currency of a tenant.

A statement is held against the nostro that its account is. One of any other account is refused,
since its lines would be held against money that is not there.
"""

from collections.abc import Sequence
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Rejection
from remit.reconciliation.model import Statement
from remit.reconciliation.schema import NewNostro
from remit.reconciliation.store import ReconciliationStore
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import Item
from remit.store.table import Table
from remit.store.write import Write


class NostroUnknown(Rejection):
    """The statement is of an account that is no nostro of the tenant's, or none is declared."""

    status = 422
    title = "The statement is of no account of ours"


def declare_nostro(
    store: ReconciliationStore, idempotency: Table, command: Command, asked: NewNostro
) -> Answer:
    """Say which account the currency's nostro is, and answer 200 with it, once per key.

    It takes the place of the one before, whose statements are not taken in from then on.
    """
    account = written(asked.account)

    def act() -> tuple[Answer, Sequence[Write]]:
        body = canonical_json({"currency": asked.currency, "account": account})
        before = store.nostros(command.tenant)
        after = before | {asked.currency: account}
        stamp: Item = {"at": command.now, "by": command.actor, "why": "nostro declared"}
        writes = [store.put_nostros(command.tenant, before, after, stamp)]
        return Answer(status=HTTPStatus.OK, body=body), writes if after != before else []

    return answer_once(idempotency, command, act)


def check_account(store: ReconciliationStore, tenant: str, statement: Statement) -> None:
    """Raise `NostroUnknown` for a statement that is not of the nostro of its currency."""
    declared = store.nostros(tenant)
    if declared.get(statement.currency) == written(statement.account):
        return
    names = ", ".join(f"{currency} {name}" for currency, name in sorted(declared.items()))
    raise NostroUnknown(
        f"statement {statement.id} is of {statement.currency} {statement.account};"
        f" declared are: {names or 'none'}"
    )


def written(account: str) -> str:
    """An account number as it is compared: an IBAN may be written with spaces, and small."""
    return account.replace(" ", "").upper()
