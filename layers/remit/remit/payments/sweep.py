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

_SETS_OUT = ("received", "screening")
_ON_ITS_WAY = (*_SETS_OUT, "reserved")
_SETTLES = ("completed", "returned")


class NotSettled(Fault):
    """The payment is still on its way: look again later."""

    title = "The payment is still on its way"


@value
class Watched:
    """Something that was accepted and must come to an end."""

    kind: Literal["payment", "file", "rail", "recall", "member"]
    tenant: str
    id: str


def watched(items: Iterable[Item]) -> list[Watched]:
    """Those of the changed `items` that have just set out, and so must be looked at again.

    A payment sets out anew, as `rail`, when it is given to its rail, and when it is recalled; as a
    `member` of a settlement window when its rail has accepted it, and when some of it comes back.
    """
    return [
        Watched(kind=kind, tenant=tenant, id=identifier)
        for item in items
        if (kind := _kind(item)) is not None
        for tenant, _, identifier in [text(item, "pk").partition("#")]
    ]


def _kind(item: Item) -> Literal["payment", "file", "rail", "recall", "member"] | None:
    kind, status = item["sk"], item.get("status")
    if kind == "file" and status in _SETS_OUT:
        return "file"
    if kind == "recall" and status == "requested":
        return "recall"
    if kind != "payment":
        return None
    if status == "submitted":
        return "rail"
    if status in _SETTLES and "rail" in item:
        return "member"
    return "payment" if status in _SETS_OUT else None


def is_on_its_way(payments: PaymentStore, tenant: str, payment_id: str) -> bool:
    """Whether the machine still has to do something for the payment.

    One in review waits for a person, which may take days. Raises `PaymentNotFound`.
    """
    return payments.get(tenant, payment_id).status in _ON_ITS_WAY
