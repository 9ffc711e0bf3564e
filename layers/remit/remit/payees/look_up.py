"""Look up whose a proxy is, so that the payer can confirm the payee before anything is paid."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import MINUTE, rfc3339
from remit.kernel.errors import Refusal
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.payees.addressing import Addressing, ProxyUnknown, Resolved
from remit.payees.confirmed import Confirmed, opened, sealed
from remit.payees.keeping import keep, same, strangers
from remit.payees.meter import Meter, Questioner
from remit.payees.schema import LookupRequest
from remit.payees.store import Asked, Lookup, PayeeStore
from remit.rails.capability import RAILS
from remit.rails.proxy import Proxy
from remit.store.idempotency import Answer, Command
from remit.store.write import Write

if TYPE_CHECKING:
    from remit.vault.seal import Vault

USABLE = 5 * MINUTE
"""For how long a payment may be made to whom the payer has confirmed."""


class ProxyNotSupported(Refusal):
    """No rail that is connected carries the currency and names payees by that kind of proxy."""

    title = "No rail reaches a payee by this proxy"


@value
class LookupDesk:
    """Where proxies are looked up. `addressing` has the service of each rail that is connected."""

    store: PayeeStore
    meter: Meter
    addressing: Mapping[str, Addressing]
    vault: "Callable[[], Vault]"


def look_up(desk: LookupDesk, command: Command, request: LookupRequest) -> Answer:
    """Answer 201 with whose the proxy is (`schema.LookupView`), once per key.

    Raises `ProxyNotSupported`, `ProxyUnknown`, `ProxyRefused`, `LimitReached`, `KeyReused`, or a
    `Fault` after which the same key may be sent again: none of these is stored.
    """
    known, replayed = _answered(desk, command, request)
    same(known.asked, command)
    _, told = opened(desk.vault(), known.asked)
    body = canonical_json(_view(known, told))
    return Answer(status=HTTPStatus.CREATED, body=body, replayed=replayed)


def _answered(desk: LookupDesk, command: Command, request: LookupRequest) -> tuple[Lookup, bool]:
    """The lookup under the command's key, and whether it had been made before."""
    identifier = derive("plk", command.id)

    def find() -> Lookup | None:
        return desk.store.lookup(command.tenant, identifier)

    known = find()
    if known is not None:
        return known, True
    confirmed = Confirmed(
        proxy=Proxy(type=request.proxy.type, value=request.proxy.value),
        resolved=_resolved(desk, command, identifier, request),
        currency=request.currency,
    )
    return keep(desk.store.table.client, find, lambda: _made(desk, command, identifier, confirmed))


def _resolved(
    desk: LookupDesk, command: Command, identifier: str, request: LookupRequest
) -> Resolved:
    """Whose the proxy is, paid for."""
    proxy = Proxy(type=request.proxy.type, value=request.proxy.value)
    service = _service(desk, proxy, request.currency)
    tenant = f"tenant {command.tenant}"
    payee = f"{tenant} {proxy.code} {proxy.value}"
    who = Questioner(requester=tenant, payee=payee, now=command.now)
    desk.meter.ask(who)
    try:
        return service.resolve(identifier, proxy, request.currency, now=command.now)
    except ProxyUnknown:
        desk.meter.guessed(who)
        raise


def _service(desk: LookupDesk, proxy: Proxy, currency: str) -> Addressing:
    """The addressing service of a connected rail that reaches such a payee."""
    for rail in RAILS:
        reaches = currency in rail.amounts and proxy.type in rail.addressing
        if reaches and rail.rail in desk.addressing:
            return desk.addressing[rail.rail]
    raise ProxyNotSupported(f"nobody is paid in {currency} by {proxy.type}")


def _made(
    desk: LookupDesk, command: Command, identifier: str, confirmed: Confirmed
) -> tuple[Lookup, Sequence[Write]]:
    subject, writes = strangers(desk.vault(), command.tenant, at=command.now, by=command.actor)
    asked = Asked(
        id=identifier,
        tenant=command.tenant,
        fingerprint=command.fingerprint,
        at=command.now,
        by=command.actor,
        owner=(subject.tenant, subject.id),
        sealed=sealed(subject, identifier, confirmed),
    )
    made = Lookup(asked=asked, currency=confirmed.currency, expires_at=command.now + USABLE)
    return made, [desk.store.keep_lookup(made), *writes]


def _view(known: Lookup, told: Resolved) -> dict[str, object]:
    return {
        "id": known.asked.id,
        "masked_name": told.masked_name,
        "bank": told.bank_name,
        "expires_at": rfc3339(known.expires_at),
    }
