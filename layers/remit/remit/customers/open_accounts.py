"""The state *Open accounts*: one per currency, and the customer active, in one commit."""

from dataclasses import replace

from remit.customers.await_decision import APPROVED, decision_of
from remit.customers.change import Told, changed, stepped
from remit.customers.model import Customer, Opened
from remit.customers.own import owned
from remit.customers.score import OUTDATED, RISK, is_scored
from remit.customers.screen import SCREENING, Screener, is_screened
from remit.customers.store import CustomerStore, Dossier
from remit.kernel.errors import Contended
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger.model import Account
from remit.ledger.open import opened
from remit.ledger.store import Ledger
from remit.store.commit import ATTEMPTS, Stale, commit, pause
from remit.store.item import Item
from remit.store.write import Write
from remit.vault.seal import Vault

UNCLEAR = "needs_attention"


@value
class Branch:
    """Where accounts are opened: the ledger, and the bank whose numbers they get."""

    ledger: Ledger
    bank: str


def open_accounts(
    customers: CustomerStore,
    vault: Vault,
    screener: Screener,
    branch: Branch,
    *,
    tenant: str,
    customer_id: str,
    now: int,
) -> str:
    """The state that the customer is in: `active` once it has its accounts, and no earlier.

    `outdated` when a list has changed since it was screened, and it must be screened again. No
    account is opened without a clear decision: the machine's own, or a person's. Made again, it
    finds the accounts. Raises `CustomerNotFound` or `Contended`.
    """
    for attempt in range(ATTEMPTS):
        dossier = customers.dossier(tenant, customer_id)
        blocked = _blocked(dossier, screener)
        if blocked is not None:
            return blocked
        try:
            _open(customers, vault, branch, dossier.customer, now)
        except Stale:
            pause(attempt)
        else:
            return "active"
    raise Contended


def account_id(customer: Customer, currency: str) -> str:
    """The id of the customer's one account in a currency."""
    return derive("acc", customer.tenant, customer.id, currency)


def _blocked(dossier: Dossier, screener: Screener) -> str | None:
    """Why the accounts may not be opened now; None when they may."""
    customer, screening = dossier.customer, dossier.newest(SCREENING)
    if customer.status == "needs_attention":
        return None if decision_of(customer) == APPROVED else UNCLEAR
    if customer.status != "in_review":
        return customer.status
    if screening is None or not is_screened(dossier, screener.current()):
        return OUTDATED
    return None if is_scored(dossier.newest(RISK), screening) else OUTDATED


def _open(
    customers: CustomerStore, vault: Vault, branch: Branch, customer: Customer, now: int
) -> None:
    accounts, writes = list[Opened](), list[Write]()
    for currency in customer.currencies:
        account = Account(
            tenant=customer.tenant, id=account_id(customer, currency), currency=currency, at=now
        )
        details: Item = {"customer": customer.id, "by": "onboarding", "why": "account opened"}
        numbered, made = opened(branch.ledger, account, details, bank=branch.bank)
        accounts.append(owned(account, numbered))
        writes += made
    after = stepped(
        replace(customer, accounts=tuple(accounts)),
        "active",
        by="onboarding",
        at=now,
        reason="DECIDED" if customer.decided else None,
    )
    ids = [{"id": one.id, "currency": one.currency} for one in accounts]
    change = changed(
        customers,
        vault.subject(customer.tenant, customer.id),
        customer,
        after,
        Told(name="activation", facts={"accounts": ids}, content={}),
        by="onboarding",
        at=now,
        why="activated",
    )
    commit(customers.table.client, [*change.writes, *writes])
