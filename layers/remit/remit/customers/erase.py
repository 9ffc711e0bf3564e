"""Erase a customer: one person asks, a second one approves, and the key is destroyed.

Nobody is erased while onboarding goes on, or while an account is open. What the law wants kept
stays under the retention key until `model.kept_until`.

An approval is put on record first, and from then on nothing else happens to the customer; then the
key is destroyed; then that is put on record, with the answer. Should it end in between, approving
again goes on from there: a key is destroyed once, and there is one certificate of it.
"""

from dataclasses import replace
from http import HTTPStatus

from remit.customers.change import Told, changed
from remit.customers.model import (
    Customer,
    ErasureNotAllowed,
    ErasureNotRequested,
    SamePerson,
    kept_until,
)
from remit.customers.store import CustomerStore, Dossier, record_key
from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.value import value
from remit.ledger.model import Account
from remit.ledger.store import Ledger
from remit.store.commit import Stale, commit
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write, absent, delete, put_new
from remit.vault.certificate import certificate_view
from remit.vault.model import Certificate
from remit.vault.seal import Vault

ERASURE = "erasure"


@value
class ErasureDesk:
    """Where customers are erased."""

    customers: CustomerStore
    vault: Vault
    ledger: Ledger
    idempotency: Table


def request_erasure(desk: ErasureDesk, command: Command, customer_id: str, reason: str) -> Answer:
    """Record the wish and answer 202 with it, once per key; a wish that stands stays as it is.

    Refuses with `ErasureNotAllowed`. Raises `CustomerNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        dossier = desk.customers.dossier(command.tenant, customer_id)
        key = record_key(command.tenant, customer_id, ERASURE)
        if dossier.erasure is not None:
            return _answer(HTTPStatus.ACCEPTED, dossier.customer, dossier.erasure, None), []
        _check(dossier.customer, _accounts(desk, dossier.customer))
        wish: Item = {"at": command.now, "by": command.actor, "why": reason}
        write = put_new(desk.customers.table.name, key | wish, exists=lambda _: Stale())
        return _answer(HTTPStatus.ACCEPTED, dossier.customer, wish, None), [write]

    return answer_once(desk.idempotency, command, act)


def approve_erasure(desk: ErasureDesk, command: Command, customer_id: str) -> Answer:
    """Destroy the customer's key and answer with the certificate, once per key.

    Refuses with `ErasureNotRequested`, `SamePerson` or `ErasureNotAllowed`. Raises
    `CustomerNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        dossier = desk.customers.dossier(command.tenant, customer_id)
        wish = dossier.erasure
        if wish is None:
            raise ErasureNotRequested
        if text(wish, "by") == command.actor:
            raise SamePerson
        accounts = _accounts(desk, dossier.customer)
        if dossier.customer.erasing_at is None:
            _check(dossier.customer, accounts)
            dossier = replace(dossier, customer=_approved(desk, command, dossier.customer))
        certificate = _destroy(desk, command, dossier.customer, accounts, wish)
        answer = _answer(HTTPStatus.OK, dossier.customer, wish, certificate)
        if dossier.customer.erased_at is not None:
            return answer, []
        return answer, _erased(desk, command, dossier, certificate)

    return answer_once(desk.idempotency, command, act)


def _accounts(desk: ErasureDesk, customer: Customer) -> list[Account]:
    return [desk.ledger.account(customer.tenant, one.id) for one in customer.accounts]


def _check(customer: Customer, accounts: list[Account]) -> None:
    if customer.status in ("in_review", "needs_attention"):
        raise ErasureNotAllowed(f"the customer is {customer.status}")
    for account in accounts:
        if not account.rules.closed:
            raise ErasureNotAllowed(f"account {account.id} is open")


def _approved(desk: ErasureDesk, command: Command, customer: Customer) -> Customer:
    """The customer with the approval on record; `Stale` when something else came first."""
    after = replace(customer, erasing_at=command.now)
    write = desk.customers.change(
        customer, after, by=command.actor, at=command.now, why="erasure approved"
    )
    commit(desk.customers.table.client, [write])
    return replace(after, revision=customer.revision + 1)


def _destroy(
    desk: ErasureDesk, command: Command, customer: Customer, accounts: list[Account], wish: Item
) -> Certificate:
    ended_at = max(customer.history[-1].at, *(account.at for account in accounts), 0)
    return desk.vault.erase(
        command.tenant,
        customer.id,
        at=command.now,
        requested_by=text(wish, "by"),
        approved_by=command.actor,
        reason=text(wish, "why"),
        keep_until=kept_until(ended_at),
    )


def _erased(
    desk: ErasureDesk, command: Command, dossier: Dossier, certificate: Certificate
) -> list[Write]:
    """What is left behind: that it was done, and no sealed application."""
    before, name = dossier.customer, desk.customers.table.name
    after = replace(before, erased_at=certificate.at)
    by, at = command.actor, command.now
    key = record_key(before.tenant, before.id, "application")
    gone = (
        delete(name, key, missing=lambda _: Stale())
        if dossier.application is not None
        else absent(name, key, found=lambda _: Stale())
    )
    if certificate.keep_until is None:
        # The relationship ended so long ago that nothing is kept, and nothing can be sealed.
        return [desk.customers.change(before, after, by=by, at=at, why="erased"), gone]
    change = changed(
        desk.customers,
        desk.vault.retained(before.tenant, before.id),
        before,
        after,
        Told(name=ERASURE, facts={"certificate": certificate.id}, content={}),
        by=by,
        at=at,
        why="erased",
    )
    return [*change.writes, gone]


def _answer(
    status: HTTPStatus, customer: Customer, wish: Item, certificate: Certificate | None
) -> Answer:
    is_erased = certificate is not None or customer.erased_at is not None
    view = {
        "customer": customer.id,
        "status": "erased" if is_erased else "requested",
        "requested_by": text(wish, "by"),
        "requested_at": rfc3339(integer(wish, "at")),
        "approved_by": certificate.approved_by if certificate else None,
        "certificate": certificate_view(certificate) if certificate else None,
    }
    return Answer(status=status, body=canonical_json(view))
