"""Payments in DynamoDB.

| pk | sk | what |
|---|---|---|
| `<tenant>#<payment id>` | `payment` | the payment, its status and history |

What goes with payments that leave the house is in `orders` and `recalls`.

Index `by_account`: `<tenant>#<debtor account>`, ordered by time of creation.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from remit.kernel.ids import is_id
from remit.kernel.value import value
from remit.payments.model import BOOK, Back, Payment, PaymentNotFound, Status, Step
from remit.store.commit import Stale
from remit.store.idempotency import KeyReused
from remit.store.item import Item, Plain, integer, text
from remit.store.table import Table
from remit.store.write import Write, put_new, unchanged, update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BY_ACCOUNT = "by_account"
_LAST_MOMENT = 9_999_999_999_999
"""The last that keys can hold, in the year 2286."""
_OPTIONAL = (
    "remittance",
    "end_to_end_id",
    "reference",
    "case_id",
    "because",
    "uetr",
    "creditor_masked",
    "creditor_country",
    "creditor_bic",
    "listed",
)


class PaymentMoved(Stale):
    """The payment is no longer in the state that it was read in; carries it as it is."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(f"the payment is {payment.status}")
        self.payment = payment


@value
class PaymentStore:
    """The payments table."""

    table: Table

    @classmethod
    def of(cls, client: "DynamoDBClient", table_name: str) -> "PaymentStore":
        """The store kept in the table of that name."""
        return cls(table=Table(client=client, name=table_name))

    def get(self, tenant: str, payment_id: str) -> Payment:
        """The payment as last committed. Raises `PaymentNotFound`."""
        item = self.table.get(_key(tenant, payment_id)) if is_id("pay", payment_id) else None
        if item is None:
            raise PaymentNotFound
        return payment_of(item)

    def many(self, tenant: str, payment_ids: Sequence[str]) -> dict[str, Payment]:
        """Up to 100 payments by their ids, in their order; absent ones are left out."""
        if not payment_ids:
            return {}
        items = self.table.get_many([_key(tenant, payment_id) for payment_id in payment_ids])
        return {payment.id: payment for payment in map(payment_of, filter(None, items))}

    def create(self, payment: Payment) -> Write:
        """Put a new payment."""
        return put_new(self.table.name, _item(payment), exists=lambda _: KeyReused())

    def take(self, payment: Payment, step: Step, *, case_id: str | None = None) -> Write:
        """Take the payment a step on from where it was read; `PaymentMoved` if it is elsewhere."""
        if not payment.may_become(step.status):
            raise ValueError(f"no road leads from {payment.status} to {step.status}")
        return self._change(payment, [step], {"case_id": case_id} if case_id else {})

    def give_back(self, payment: Payment, back: Back, step: Step | None) -> Write:
        """Add `back` to what has come back of a completed payment, and take `step` if any.

        `PaymentMoved` if it is elsewhere, or another part has come back meanwhile.
        """
        total = payment.returned + back.amount
        if payment.status != "completed" or not payment.is_outside or total > payment.amount:
            raise ValueError("no more comes back than a rail has carried")
        if (step is not None) != (total == payment.amount):
            raise ValueError("a payment is returned when all of it has come back")
        return self._change(
            payment,
            [step] if step else [],
            {"returned": total, "returns": [_back_item(one) for one in (*payment.returns, back)]},
            only_if={"returned": payment.returned},
        )

    def stays(self, payment: Payment) -> Write:
        """Change nothing, but hold only while the payment is as read; `PaymentMoved` if not."""
        return unchanged(
            self.table.name,
            _key(payment.tenant, payment.id),
            only_if={"status": payment.status, "returned": payment.returned},
            failed=_moved,
        )

    def _change(
        self,
        payment: Payment,
        steps: Sequence[Step],
        set_to: Mapping[str, Plain],
        *,
        only_if: Mapping[str, Plain] | None = None,
    ) -> Write:
        status = steps[-1].status if steps else payment.status
        return update(
            self.table.name,
            _key(payment.tenant, payment.id),
            set_to={"status": status, **set_to},
            append={"history": [_step_item(step) for step in steps]} if steps else None,
            only_if={"status": payment.status, **(only_if or {})},
            failed=_moved,
        )

    def page(
        self, tenant: str, account: str, *, created_from: int, limit: int, start: Item | None
    ) -> tuple[list[Payment], Item | None]:
        """Payments that debit `account`, newest first, and the key to continue from."""
        page = self.table.query_index(
            BY_ACCOUNT,
            attribute="account_key",
            equals=f"{tenant}#{account}",
            sort="created_key",
            least=_created_key(created_from),
            limit=limit,
            start=start,
        )
        ids = [text(item, "pk").rpartition("#")[2] for item in page.items]
        return [*self.many(tenant, ids).values()], page.next_key


def payment_of(item: Item) -> Payment:
    """The payment that `item` holds."""
    optional = {name: text(item, name) for name in _OPTIONAL if name in item}
    tenant, _, payment_id = text(item, "pk").rpartition("#")
    return Payment(
        id=payment_id,
        tenant=tenant,
        debtor_account=text(item, "debtor"),
        creditor_account=text(item, "creditor"),
        amount=integer(item, "amount"),
        currency=text(item, "currency"),
        created_at=integer(item, "at"),
        created_by=text(item, "by"),
        history=tuple(_step_of(cast(Item, step)) for step in cast(list[Plain], item["history"])),
        rail=text(item, "rail") if "rail" in item else BOOK,
        returned=integer(item, "returned") if "returned" in item else 0,
        returns=tuple(_back_of(one) for one in cast("list[Item]", item.get("returns", []))),
        **optional,
    )


def _item(payment: Payment) -> Item:
    optional: Item = {
        name: content for name in _OPTIONAL if (content := getattr(payment, name)) is not None
    }
    if payment.is_outside:
        optional |= {"rail": payment.rail, "returned": payment.returned}
    return optional | {
        **_key(payment.tenant, payment.id),
        "account_key": f"{payment.tenant}#{payment.debtor_account}",
        "created_key": _created_key(payment.created_at) + payment.id,
        "debtor": payment.debtor_account,
        "creditor": payment.creditor_account,
        "amount": payment.amount,
        "currency": payment.currency,
        "at": payment.created_at,
        "by": payment.created_by,
        "why": "payment accepted",
        "status": payment.status,
        "history": [_step_item(step) for step in payment.history],
    }


def _step_item(step: Step) -> Item:
    item: Item = {"status": step.status, "at": step.at, "by": step.by}
    return item | ({"reason": step.reason} if step.reason else {})


def _step_of(item: Item) -> Step:
    return Step(
        status=cast(Status, text(item, "status")),
        at=integer(item, "at"),
        by=text(item, "by"),
        reason=text(item, "reason") if "reason" in item else None,
    )


def _back_item(back: Back) -> Item:
    return {"id": back.id, "amount": back.amount, "at": back.at}


def _back_of(item: Item) -> Back:
    return Back(id=text(item, "id"), amount=integer(item, "amount"), at=integer(item, "at"))


def _moved(item: Item | None) -> Exception:
    return PaymentMoved(payment_of(item)) if item else PaymentNotFound()


def _key(tenant: str, payment_id: str) -> Item:
    return {"pk": f"{tenant}#{payment_id}", "sk": "payment"}


def _created_key(moment: int) -> str:
    return f"{min(max(moment, 0), _LAST_MOMENT):013d}#"
