"""Accept a payment that leaves the house: choose its rail, hold it to the scheme, seal its parties.

Loaded only for such a payment: what it needs takes long to import.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from remit.kernel.clock import rfc3339
from remit.kernel.money import Money
from remit.kernel.value import value
from remit.ledger.numbers import holder_of, iban_of
from remit.ledger.refusals import AccountNotFound, CurrencyMismatch
from remit.ledger.store import Ledger
from remit.payees.confirmed import confirmed
from remit.payees.store import PayeeStore
from remit.payments import initiate
from remit.payments.model import BOOK, Payment, RailNotAvailable, RailRulesBroken, Step
from remit.payments.orders import OrderStore, Parties, outgoing
from remit.payments.schema import ConfirmedCreditor, OutsideCreditor, PaymentRequest
from remit.rails import capability
from remit.rails.iso20022.initiation import PostalAddress
from remit.rails.iso20022.references import uetr
from remit.rails.outgoing import Side, broken
from remit.store.idempotency import Command
from remit.store.item import text
from remit.store.write import Write
from remit.vault.model import Kind, SubjectUnknown

if TYPE_CHECKING:
    from remit.vault.seal import Subject, Vault

_HONG_KONG = "HK"
"""Where FPS reaches: a clearing code names a bank there."""

_FIELDS: Mapping[str, str] = {
    "Dbtr": "/debtor_account",
    "DbtrAcct": "/debtor_account",
    "CdtrAgt": "/creditor/bic",
    "CdtrAcct": "/creditor/iban",
    "Cdtr/Nm": "/creditor/name",
    "Cdtr/PstlAdr": "/creditor/address",
    "Cdtr/PstlAdr/AdrLine": "/creditor/address/lines",
    "Cdtr/PstlAdr/Ctry": "/creditor/address/country",
    "Cdtr/PstlAdr/TwnNm": "/creditor/address/town",
    "IntrBkSttlmAmt": "/amount",
    "PmtId/EndToEndId": "/end_to_end_id",
    "RmtInf": "/remittance",
    "Nm and Ustrd": "/creditor/name",
}
"""Which field of a request an element of the message comes from: the longest that fits."""


@value
class Outside:
    """What payments that leave the house need: the vault, our BIC, and the rails we are on.

    `screen` says what entry of a list a name is like. `holder` is the name of a customer, by tenant
    and id. `lookups` has what payers have confirmed. In a `sandbox` a bank whose BIC nobody names
    is given one, so that it can be paid.
    """

    vault: Callable[[], "Vault"]
    orders: OrderStore
    bic: str
    connected: frozenset[str]
    screen: Callable[[str, str], str | None]
    holder: Callable[[str, str], str]
    lookups: Callable[[], PayeeStore]
    sandbox: bool = False


@value
class Target:
    """Whom a payment goes to: as the rail is told, how they are named, and what stands for them.

    `number` is tokenised as a `kind`. `field` is what of a request a fault of theirs points to,
    None where each element has a field of its own.
    """

    side: Side
    addressing: capability.Addressing
    kind: Kind
    number: str
    country: str
    field: str | None = None


def accepted(
    desk: "initiate.Desk",
    command: Command,
    request: PaymentRequest,
    creditor: OutsideCreditor | ConfirmedCreditor,
) -> tuple[Payment, list[Write]]:
    """The payment to an IBAN or to whom the payer confirmed, and what is written beside it.

    Inside the house if the IBAN is ours. Raises `RailNotAvailable`, `RailRulesBroken`,
    `LookupUnknown`, `LookupExpired`, or as a payment inside the house does.
    """
    ours = None
    if isinstance(creditor, OutsideCreditor):
        ours = holder_of(desk.ledger.table, creditor.iban)
        if ours and ours[0] == command.tenant and request.rail in (None, BOOK):
            inside = initiate.accepted(desk.ledger, command, request, ours[1])
            return replace(inside, because="the creditor's account is with us"), []
    outside = desk.outside()
    target = _target(outside, command, request, creditor)
    payment, parties = _made(outside, desk.ledger, command, request, target)
    vault = outside.vault()
    subject, writes = _subject(vault, payment)
    token, tokenised = vault.tokenise(
        subject, target.kind, target.number, at=command.now, by=command.actor
    )
    payment = replace(payment, creditor_account=token.id, creditor_masked=token.masked)
    order = outside.orders.create(payment, subject, parties, is_ours=ours is not None)
    return payment, [*writes, *tokenised, order]


def _made(
    outside: Outside,
    ledger: Ledger,
    command: Command,
    request: PaymentRequest,
    target: Target,
) -> tuple[Payment, Parties]:
    debtor = _debtor(outside, ledger, command, request)
    chosen = _route(outside, command, request, target.addressing)
    identifier = initiate.payment_id(command)
    payment = Payment(
        id=identifier,
        tenant=command.tenant,
        debtor_account=request.debtor_account,
        creditor_account="",
        amount=request.amount,
        currency=request.currency,
        created_at=command.now,
        created_by=command.actor,
        history=(Step(status="received", at=command.now, by=command.actor),),
        remittance=request.remittance,
        end_to_end_id=request.end_to_end_id,
        reference=request.reference,
        rail=chosen.rail or BOOK,
        because=chosen.because,
        uetr=uetr(identifier),
        creditor_country=target.country,
        creditor_bic=target.side.bic,
        listed=outside.screen(command.tenant, target.side.name),
    )
    parties = Parties(debtor=debtor, creditor=target.side)
    _check(payment, parties, target.field, command.now)
    return payment, parties


def _debtor(outside: Outside, ledger: Ledger, command: Command, request: PaymentRequest) -> Side:
    account = ledger.account(command.tenant, request.debtor_account)
    if account.currency != request.currency:
        raise CurrencyMismatch
    opening = ledger.chain(command.tenant, account.id).record(0)
    if opening is None:
        raise AccountNotFound  # a house account: nobody pays from it
    iban = iban_of(account.id, opening)
    if iban is None:
        raise RailNotAvailable("the debtor's account has no IBAN")
    name = (
        text(opening, "name")
        if "name" in opening
        else outside.holder(command.tenant, text(opening, "customer"))
    )
    return Side(name=name, iban=iban, bic=outside.bic)


def _target(
    outside: Outside,
    command: Command,
    request: PaymentRequest,
    creditor: OutsideCreditor | ConfirmedCreditor,
) -> Target:
    if isinstance(creditor, OutsideCreditor):
        return Target(
            side=_creditor(outside, creditor),
            addressing="iban",
            kind="iban",
            number=creditor.iban,
            country=creditor.iban[:2],
        )
    found = confirmed(
        outside.lookups(), outside.vault(), command.tenant, creditor.lookup, now=command.now
    )
    if found.currency != request.currency:
        raise CurrencyMismatch
    whose = found.resolved
    side = Side(
        name=whose.masked_name, number=whose.account, clearing=whose.bank, proxy=found.proxy
    )
    return Target(
        side=side,
        addressing=found.proxy.type,
        kind="account_number",
        number=f"{whose.bank}{whose.account}",
        country=_HONG_KONG,
        field="/creditor/lookup",
    )


def _creditor(outside: Outside, creditor: OutsideCreditor) -> Side:
    given, address = creditor.address, None
    if given is not None:
        address = PostalAddress(**given.model_dump() | {"lines": tuple(given.lines or ())})
    made_up = f"SBOX{creditor.iban[:2]}2X" if outside.sandbox else None
    return Side(
        name=creditor.name, iban=creditor.iban, bic=creditor.bic or made_up, address=address
    )


def _route(
    outside: Outside,
    command: Command,
    request: PaymentRequest,
    addressing: capability.Addressing,
) -> capability.Route:
    rails = tuple(
        each for each in capability.RAILS if each.rail == BOOK or each.rail in outside.connected
    )
    if request.rail is not None and request.rail not in {each.rail for each in rails}:
        raise RailNotAvailable(f"{request.rail} is not connected")
    found = capability.route(
        amount=Money(amount=request.amount, currency=request.currency),
        addressing=addressing,
        at=command.now,
        wanted=request.rail,
        rails=rails,
    )
    if found.rail is None:
        against = [each for each in found.passed_over if each.code != "not_wanted"]
        raise RailNotAvailable("; ".join(f"{each.rail}: {each.why}" for each in against))
    return found


def _check(payment: Payment, parties: Parties, creditor: str | None, now: int) -> None:
    told = outgoing(payment, parties, accepted_at=now)
    found = broken(told, on=date.fromisoformat(rfc3339(now)[:10]))
    if found:
        errors = [
            {
                "pointer": _pointer(each.element, creditor),
                "detail": f"{_element(each.element)}: {each.what}",
            }
            for each in found
        ]
        raise RailRulesBroken(f"{payment.rail} would reject it", errors=errors)


def _element(place: str) -> str:
    """The element within the transfer."""
    return place.partition("/")[2]


def _pointer(place: str, creditor: str | None) -> str:
    element = _element(place).partition("[")[0]
    steps = element.split("/")
    known = ["/".join(steps[:count]) for count in range(len(steps), 0, -1)]
    found = next((_FIELDS[each] for each in known if each in _FIELDS), "")
    return creditor if creditor and found.startswith("/creditor/") else found


def _subject(vault: "Vault", payment: Payment) -> tuple["Subject", list[Write]]:
    """The subject under which the payment's parties are sealed; made with the first payment."""
    try:
        return vault.subject(payment.tenant, payment.debtor_account), []
    except SubjectUnknown:
        return vault.new_subject(
            payment.tenant,
            payment.debtor_account,
            at=payment.created_at,
            by=payment.created_by,
        )
