"""Erase a customer: one person asks, a second one approves, and the key is destroyed.

Nobody is erased while onboarding goes on, or while an account is open. What the law wants kept
stays under the retention key for `KEPT_YEARS`.
"""

from dataclasses import replace
from http import HTTPStatus

from remit.customers.change import Told, changed
from remit.customers.model import (
    KEPT_YEARS,
    Customer,
    ErasureNotAllowed,
    ErasureNotRequested,
    SamePerson,
)
from remit.customers.ports import Vault
from remit.customers.store import CustomerStore, Dossier, record_key
from remit.kernel.canonical import canonical_json
from remit.kernel.clock import DAY, rfc3339
from remit.kernel.value import value
from remit.ledger.store import Ledger
from remit.store.commit import Stale
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write, absent, delete, put_new
from remit.vault.certificate import certificate_view
from remit.vault.model import Certificate

ERASURE = "erasure"
_YEAR = 365 * DAY + DAY // 4


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
            return _answer(HTTPStatus.ACCEPTED, customer_id, dossier.erasure, None), []
        _check(desk, dossier.customer)
        wish: Item = {"at": command.now, "by": command.actor, "why": reason}
        write = put_new(desk.customers.table.name, key | wish, exists=lambda _: Stale())
        return _answer(HTTPStatus.ACCEPTED, customer_id, wish, None), [write]

    return answer_once(desk.idempotency, command, act)


def approve_erasure(desk: ErasureDesk, command: Command, customer_id: str) -> Answer:
    """Destroy the customer's key and answer with the certificate, once per key.

    The key is destroyed first; should this end there, the same again finds the certificate. Refuses
    with `ErasureNotRequested`, `SamePerson` or `ErasureNotAllowed`. Raises `CustomerNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        dossier = desk.customers.dossier(command.tenant, customer_id)
        wish = dossier.erasure
        if wish is None:
            raise ErasureNotRequested
        if text(wish, "by") == command.actor:
            raise SamePerson
        if dossier.customer.erased_at is None:
            _check(desk, dossier.customer)
        certificate = _destroy(desk, command, dossier, wish)
        answer = _answer(HTTPStatus.OK, customer_id, wish, certificate)
        if dossier.customer.erased_at is not None:
            return answer, []
        return answer, _erased(desk, command, dossier, certificate)

    return answer_once(desk.idempotency, command, act)


def _check(desk: ErasureDesk, customer: Customer) -> None:
    if customer.status in ("in_review", "needs_attention"):
        raise ErasureNotAllowed(f"the customer is {customer.status}")
    for one in customer.accounts:
        if not desk.ledger.account(customer.tenant, one.id).rules.closed:
            raise ErasureNotAllowed(f"account {one.id} is open")


def _destroy(desk: ErasureDesk, command: Command, dossier: Dossier, wish: Item) -> Certificate:
    return desk.vault.erase(
        command.tenant,
        dossier.customer.id,
        at=command.now,
        requested_by=text(wish, "by"),
        approved_by=command.actor,
        reason=text(wish, "why"),
        keep_until=command.now + KEPT_YEARS * _YEAR,
    )


def _erased(
    desk: ErasureDesk, command: Command, dossier: Dossier, certificate: Certificate
) -> list[Write]:
    """What is left behind: that it was done, and no sealed application."""
    customer, name = dossier.customer, desk.customers.table.name
    change = changed(
        desk.customers,
        desk.vault.retained(customer.tenant, customer.id),
        customer,
        replace(customer, erased_at=certificate.at),
        Told(name=ERASURE, facts={"certificate": certificate.id}, content={}),
        by=command.actor,
        at=command.now,
        why="erased",
    )
    key = record_key(customer.tenant, customer.id, "application")
    gone = (
        delete(name, key, missing=lambda _: Stale())
        if dossier.application is not None
        else absent(name, key, found=lambda _: Stale())
    )
    return [*change.writes, gone]


def _answer(
    status: HTTPStatus, customer_id: str, wish: Item, certificate: Certificate | None
) -> Answer:
    view = {
        "customer": customer_id,
        "status": "erased" if certificate else "requested",
        "requested_by": text(wish, "by"),
        "requested_at": rfc3339(integer(wish, "at")),
        "approved_by": certificate.approved_by if certificate else None,
        "certificate": certificate_view(certificate) if certificate else None,
    }
    return Answer(status=status, body=canonical_json(view))
