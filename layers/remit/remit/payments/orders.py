"""What a rail is asked to carry: who pays whom, sealed, in the payments table beside the payment.

| pk | sk | what |
|---|---|---|
| `order#<uetr>` | `order` | whose payment the UETR is, and its sealed parties |

The key leads from what a scheme answers about to the payment. Sealed under the subject that the
debtor account is, as field `payment/<payment id>`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.payments.model import Payment
from remit.rails.iso20022.initiation import PostalAddress
from remit.rails.outgoing import Outgoing, Side, written
from remit.rails.proxy import Proxy
from remit.store.idempotency import KeyReused
from remit.store.item import Item, binary, text
from remit.store.table import Table
from remit.store.write import Write, put_new

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from remit.vault.seal import Subject, Vault


@value
class Parties:
    """Who pays whom, and for what; nothing of it stands anywhere in plain text."""

    debtor: Side
    creditor: Side

    def as_json(self) -> dict[str, object]:
        """The form in which it is sealed."""
        return {"debtor": _side_json(self.debtor), "creditor": _side_json(self.creditor)}

    @classmethod
    def from_json(cls, content: Any) -> "Parties":
        """The inverse of `as_json`."""
        return cls(debtor=_side(content["debtor"]), creditor=_side(content["creditor"]))


@value
class Order:
    """An order as it is kept: whose payment `uetr` is, and the sealed `Parties`."""

    uetr: str
    tenant: str
    payment_id: str
    rail: str
    subject: str
    sealed: bytes
    is_ours: bool = False
    """Whether it pays an account of ours, to which its rail will carry it."""

    def opened(self, vault: "Vault") -> Parties:
        """Who pays whom. Raises `SubjectErased` when the debtor's data has been erased."""
        subject = vault.subject(self.tenant, self.subject)
        return Parties.from_json(subject.open_json(field(self.payment_id), self.sealed))


@value
class OrderStore:
    """The orders in the payments table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "OrderStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def create(
        self, payment: Payment, subject: "Subject", parties: Parties, *, is_ours: bool
    ) -> Write:
        """Put the order of a new payment, sealed, with what is told in other letters."""
        told = outgoing(payment, parties, accepted_at=payment.created_at)
        content = parties.as_json() | {"written": written(told)}
        item: Item = _key(payment.uetr or "") | {
            "tenant": payment.tenant,
            "payment": payment.id,
            "rail": payment.rail,
            "subject": subject.id,
            "sealed": subject.seal_json(field(payment.id), content),
            "at": payment.created_at,
            "by": payment.created_by,
            "why": "payment accepted",
        }
        if is_ours:
            item["is_ours"] = True
        return put_new(self.table.name, item, exists=lambda _: KeyReused())

    def find(self, uetr: str) -> Order | None:
        """The order under that reference; None when it is none of ours."""
        item = self.table.get(_key(uetr))
        return _order(uetr, item) if item else None

    def many(self, uetrs: Sequence[str]) -> list[Order | None]:
        """Up to 100 orders by their references, in their order; None for one that is not there."""
        if not uetrs:
            return []
        items = self.table.get_many([_key(uetr) for uetr in uetrs])
        return [
            _order(uetr, item) if item else None for uetr, item in zip(uetrs, items, strict=True)
        ]

    def of_payment(self, payment: Payment) -> Order:
        """The order of a payment that leaves the house; it was put with it (`LookupError`)."""
        found = self.find(payment.uetr or "")
        if found is None or (found.tenant, found.payment_id) != (payment.tenant, payment.id):
            raise LookupError("the payment has no order")
        return found


def outgoing(payment: Payment, parties: Parties, *, accepted_at: int) -> Outgoing:
    """The payment as its scheme is told of it."""
    return Outgoing(
        rail=payment.rail,
        uetr=payment.uetr or "",
        amount=Money(amount=payment.amount, currency=payment.currency),
        accepted_at=accepted_at,
        debtor=parties.debtor,
        creditor=parties.creditor,
        end_to_end_id=payment.end_to_end_id,
        remittance=payment.remittance,
    )


def field(payment_id: str) -> str:
    """The field as which a payment's parties are sealed."""
    return f"payment.{payment_id.lower()}"


def _order(uetr: str, item: Item) -> Order:
    return Order(
        uetr=uetr,
        tenant=text(item, "tenant"),
        payment_id=text(item, "payment"),
        rail=text(item, "rail"),
        subject=text(item, "subject"),
        sealed=binary(item, "sealed"),
        is_ours="is_ours" in item,
    )


def _side_json(side: Side) -> dict[str, object]:
    content: dict[str, object] = {"name": side.name, "iban": side.iban, "bic": side.bic}
    if side.number is not None:
        content |= {"number": side.number, "clearing": side.clearing}
    if side.proxy is not None:
        content["proxy"] = {"type": side.proxy.type, "value": side.proxy.value}
    if side.address is not None:
        given = {name: getattr(side.address, name) for name in _ADDRESS}
        content["address"] = {name: text for name, text in given.items() if text}
    return content


def _side(content: dict[str, Any]) -> Side:
    address = cast("dict[str, Any] | None", content.get("address"))
    if address is not None:
        address = address | {"lines": tuple(address.get("lines", ()))}
    return Side(
        name=content["name"],
        iban=content["iban"],
        bic=content["bic"],
        address=PostalAddress(**address) if address is not None else None,
        number=content.get("number"),
        clearing=content.get("clearing"),
        proxy=Proxy(**content["proxy"]) if "proxy" in content else None,
    )


_ADDRESS = ("street_name", "building_number", "post_code", "town", "country", "lines")


def _key(uetr: str) -> Item:
    return {"pk": f"order#{uetr}", "sk": "order"}
