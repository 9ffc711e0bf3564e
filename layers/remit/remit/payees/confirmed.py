"""What a payer has confirmed: the account and masked name behind a proxy, sealed, for some minutes.

It may be used until it expires, and by more than one payment: what was confirmed is whom to pay;
that nothing is paid twice is seen to by the payment's own key. No write of a payment's is spent.
"""

from typing import TYPE_CHECKING, Any, cast

from remit.kernel.errors import NotFound, Refusal
from remit.kernel.value import value
from remit.payees.addressing import Resolved
from remit.payees.store import Asked, Lookup, PayeeStore
from remit.rails.proxy import Proxy, ProxyType

if TYPE_CHECKING:
    from remit.vault.seal import Subject, Vault


class LookupUnknown(NotFound):
    """No payee was looked up under that id, or by another tenant."""

    title = "No such lookup"


class LookupExpired(Refusal):
    """What was confirmed holds for some minutes only: the proxy may be somebody else's by now."""

    title = "The lookup has expired"


@value
class Confirmed:
    """Whom the payer has confirmed, and the proxy that names them, for payments in a currency."""

    proxy: Proxy
    resolved: Resolved
    currency: str


def sealed(subject: "Subject", identifier: str, confirmed: Confirmed) -> bytes:
    """All of a lookup that says who somebody is."""
    proxy, resolved = confirmed.proxy, confirmed.resolved
    content: dict[str, object] = {
        "type": proxy.type,
        "value": proxy.value,
        "account": resolved.account,
        "bank": resolved.bank,
        "bank_name": resolved.bank_name,
        "masked_name": resolved.masked_name,
    }
    return subject.seal_json(_field(identifier), content)


def opened(vault: "Vault", asked: Asked) -> tuple[Proxy, Resolved]:
    """The inverse of `sealed`. Raises `SubjectErased`."""
    if asked.owner is None or asked.sealed is None:
        raise LookupError("a lookup is kept with what it found")
    content = cast(
        dict[str, Any], vault.subject(*asked.owner).open_json(_field(asked.id), asked.sealed)
    )
    proxy = Proxy(type=cast(ProxyType, content.pop("type")), value=content.pop("value"))
    return proxy, Resolved(**content)


def confirmed(
    store: PayeeStore, vault: "Vault", tenant: str, identifier: str, *, now: int
) -> Confirmed:
    """What was confirmed by that lookup, for a payment that is made `now`.

    Raises `LookupUnknown`, `LookupExpired` or `SubjectErased`.
    """
    found: Lookup | None = store.lookup(tenant, identifier)
    if found is None:
        raise LookupUnknown
    if now >= found.expires_at:
        raise LookupExpired("look the payee up again and let the payer confirm it")
    proxy, resolved = opened(vault, found.asked)
    return Confirmed(proxy=proxy, resolved=resolved, currency=found.currency)


def _field(identifier: str) -> str:
    return f"lookup.{identifier.lower()}"
