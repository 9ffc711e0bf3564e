"""Accept a payment: once per key, with the answer, and set its machine going."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from remit.kernel.canonical import canonical_json
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.ledger.refusals import CurrencyMismatch, SameAccount
from remit.ledger.store import Ledger
from remit.payments.model import BOOK, Payment, RailNotAvailable, Step
from remit.payments.schema import OwnCreditor, PaymentRequest
from remit.payments.store import PaymentStore
from remit.payments.views import payment_view
from remit.store.idempotency import Answer, Command, answer_once, settle
from remit.store.table import Table
from remit.store.write import Write

if TYPE_CHECKING:
    from remit.payments.outside import Outside

Pause = Callable[[], bool]
"""Waits a moment and tells whether there is time for another look."""

_AT_REST = ("in_review", "unknown")
"""Where a payment may stay for longer than any client waits."""


@value
class Desk:
    """Where payments are accepted: the stores they touch, and how a machine is started.

    `start` takes tenant and payment id. It may fail silently: whoever sweeps the payments finds
    one whose start was lost. `outside` makes what only payments that leave the house need, which
    takes long to load.
    """

    payments: PaymentStore
    ledger: Ledger
    idempotency: Table
    start: Callable[[str, str], None]
    outside: "Callable[[], Outside]"


def initiate(
    desk: Desk, command: Command, request: PaymentRequest, *, hold_until: int | None = None
) -> Answer:
    """Accept the payment and answer 202 with it, or refuse it: the same answer for one key, ever.

    Refuses an account that is not there or in another currency, a payment to oneself, and what no
    rail carries as it is. With `hold_until` the answer is held for `await_end`.
    """

    def act() -> tuple[Answer, list[Write]]:
        payment, beside = _accepted(desk, command, request)
        answer = Answer(status=HTTPStatus.ACCEPTED, body=canonical_json(payment_view(payment)))
        return answer, [desk.payments.create(payment), *beside]

    answer = answer_once(desk.idempotency, command, act, hold_until=hold_until)
    if answer.status == HTTPStatus.ACCEPTED and not answer.replayed:
        desk.start(command.tenant, payment_id(command))
    return answer


def await_end(
    desk: Desk, command: Command, answer: Answer, *, hold_until: int, pause: Pause
) -> Answer:
    """Wait until the payment comes to rest or `pause` says no, and make that the key's answer."""
    if answer.status != HTTPStatus.ACCEPTED or answer.replayed:
        return answer
    while pause():
        payment = desk.payments.get(command.tenant, payment_id(command))
        if payment.is_final or payment.status in _AT_REST:
            answer = Answer(status=HTTPStatus.ACCEPTED, body=canonical_json(payment_view(payment)))
            break
    return settle(desk.idempotency, command, answer, hold_until=hold_until)


def payment_id(command: Command) -> str:
    """The id of the payment that `command` makes."""
    return derive("pay", command.id)


def accepted(ledger: Ledger, command: Command, request: PaymentRequest, creditor: str) -> Payment:
    """The payment inside the house, to account `creditor`, that `request` makes.

    Raises the refusals that `initiate` names.
    """
    debtor = request.debtor_account
    if debtor == creditor:
        raise SameAccount
    for account_id in (debtor, creditor):
        if ledger.account(command.tenant, account_id).currency != request.currency:
            raise CurrencyMismatch
    return Payment(
        id=payment_id(command),
        tenant=command.tenant,
        debtor_account=debtor,
        creditor_account=creditor,
        amount=request.amount,
        currency=request.currency,
        created_at=command.now,
        created_by=command.actor,
        history=(Step(status="received", at=command.now, by=command.actor),),
        remittance=request.remittance,
        end_to_end_id=request.end_to_end_id,
        reference=request.reference,
    )


def _accepted(desk: Desk, command: Command, request: PaymentRequest) -> tuple[Payment, list[Write]]:
    """The payment, and what is written beside it."""
    if not isinstance(request.creditor, OwnCreditor):
        from remit.payments import outside

        return outside.accepted(desk, command, request, request.creditor)
    if request.rail not in (None, BOOK):
        raise RailNotAvailable(f"{request.rail} reaches no account of ours: leave the rail out")
    return accepted(desk.ledger, command, request, request.creditor.account), []
