"""Looking at payments: one, many, and the fraud decision on one. Changes nothing."""

import re
from collections.abc import Mapping

from remit.fraud.store import RiskStore
from remit.kernel.clock import rfc3339
from remit.kernel.errors import Rejection
from remit.kernel.page import InvalidCursor, Position, cursor, position
from remit.payments.check import facts_of
from remit.payments.schema import PaymentsQuery
from remit.payments.store import PaymentStore
from remit.payments.views import payment_view
from remit.store.item import Item, text

_CREATED = re.compile(r"[0-9]{13}#pay_[0-9A-Z]{26}", re.ASCII)


class NotDecided(Rejection):
    """The payment exists, and the fraud check has not decided on it yet."""

    status = 404
    title = "The payment has no fraud decision yet"


def one(payments: PaymentStore, tenant: str, payment_id: str) -> dict[str, object]:
    """The payment (`schema.PaymentView`). Raises `PaymentNotFound`."""
    return payment_view(payments.get(tenant, payment_id))


def many(payments: PaymentStore, tenant: str, asked: PaymentsQuery) -> dict[str, object]:
    """A page of the account's payments, newest first (`schema.PaymentsView`).

    The filter by status applies to each page, so a page may be short, or empty, before the end.
    The list may lag behind by moments. Raises `InvalidCursor`.
    """
    scope = f"payments {asked.account} {asked.status} {asked.created_from}"
    found, next_key = payments.page(
        tenant,
        asked.account,
        created_from=asked.created_from,
        limit=asked.limit,
        start=_start(tenant, asked, position(scope, asked.cursor)),
    )
    wanted = [each for each in found if asked.status in (None, each.status)]
    return {
        "items": [payment_view(payment) for payment in wanted],
        "next_cursor": cursor(scope, _position(next_key)),
    }


def decision(
    payments: PaymentStore, risk: RiskStore, tenant: str, payment_id: str, *, now: int
) -> dict[str, object]:
    """The fraud decision on the payment (`fraud.schema.DecisionView`).

    Raises `PaymentNotFound` or `NotDecided`.
    """
    payment = payments.get(tenant, payment_id)
    # No decision is made on a payment that has moved on, as one that was cancelled early.
    moved = payment.history[1].at if len(payment.history) > 1 else now
    record = risk.decision(facts_of(payment), latest=moved)
    if record is None:
        raise NotDecided
    return {
        "payment_id": payment_id,
        "outcome": record.decision.outcome,
        "score": record.decision.score,
        "reasons": list(record.decision.reasons),
        "rules_version": record.decision.rules,
        "model_version": None,
        "features": dict(record.decision.features),
        "payee_listed": payment.listed,
        "decided_at": rfc3339(record.at),
    }


def _position(key: Item | None) -> dict[str, Position] | None:
    return {"created": text(key, "created_key")} if key else None


def _start(tenant: str, asked: PaymentsQuery, found: Mapping[str, Position] | None) -> Item | None:
    if found is None:
        return None
    key = index_key(tenant, asked.account, found.get("created"))
    if int(text(key, "created_key").partition("#")[0]) < asked.created_from:
        raise InvalidCursor  # DynamoDB takes no key to start from outside what is asked for
    return key


def index_key(tenant: str, account: str, created: Position | None) -> Item:
    """The index key to continue from: it ends in the payment's id, so it tells the whole key.

    Raises `InvalidCursor`.
    """
    if not isinstance(created, str) or _CREATED.fullmatch(created) is None:
        raise InvalidCursor
    return {
        "pk": f"{tenant}#{created.partition('#')[2]}",
        "sk": "payment",
        "account_key": f"{tenant}#{account}",
        "created_key": created,
    }
