"""Nothing accepted is forgotten: every payment and file is looked at again after a while.

The payments table's stream tells of each acceptance and each release. That costs the payment
itself nothing, and unlike the start of a machine it cannot be lost.
"""

from collections.abc import Iterable
from typing import Literal

from remit.kernel.errors import Fault
from remit.kernel.value import value
from remit.payments.store import PaymentStore
from remit.store.item import Item, text

_ON_ITS_WAY = ("received", "screening")


class NotSettled(Fault):
    """The payment is still on its way: look again later."""

    title = "The payment is still on its way"


@value
class Watched:
    """Something that was accepted and must come to an end."""

    kind: Literal["payment", "file"]
    tenant: str
    id: str


def watched(items: Iterable[Item]) -> list[Watched]:
    """Those of the changed `items` that have just set out, and so must be looked at again."""
    found = []
    for item in items:
        kind = item["sk"]
        if kind in ("payment", "file") and item.get("status") in _ON_ITS_WAY:
            tenant, _, identifier = text(item, "pk").partition("#")
            found.append(Watched(kind=kind, tenant=tenant, id=identifier))  # type: ignore[arg-type]
    return found


def is_on_its_way(payments: PaymentStore, tenant: str, payment_id: str) -> bool:
    """Whether the machine still has to do something for the payment.

    One in review waits for a person, which may take days. Raises `PaymentNotFound`.
    """
    return payments.get(tenant, payment_id).status in _ON_ITS_WAY
