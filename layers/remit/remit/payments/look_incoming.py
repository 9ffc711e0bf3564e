"""Looking at payments that came in: one, and those that were rejected for a name. Changes nothing.

A client sees what was credited alone: of a payment that was rejected nothing has reached anybody,
and to tell of a hit on a list would warn whom the list is about.
"""

import re
from collections.abc import Callable

from remit.kernel.clock import rfc3339
from remit.kernel.page import InvalidCursor, PageQuery, cursor, position
from remit.payments.incoming_model import REASONS, Incoming, IncomingNotFound, IncomingStep
from remit.payments.incoming_store import IncomingStore
from remit.payments.model import OTHER_REASON
from remit.payments.model import REASONS as RAILS_REASONS
from remit.rails import transfers
from remit.rails.arrived import Arrived
from remit.rails.heard import MAX_BYTES
from remit.store.item import text
from remit.vault.model import SubjectErased, masked

_SCOPE = "incoming-payments"
_PLACE = re.compile(r"[0-9]{13}#inc_[0-9A-Z]{26}", re.ASCII)


def one(
    store: IncomingStore,
    opened: Callable[[str], bytes],
    tenant: str,
    identifier: str,
    *,
    oversight: bool,
) -> dict[str, object]:
    """The payment with who paid it (`schema.IncomingView`); `opened` gives a message as it came.

    Raises `IncomingNotFound`.
    """
    found = store.get(tenant, identifier)
    decided = found.decided
    if not oversight and (decided is None or decided.status != "credited"):
        raise IncomingNotFound
    view = incoming_view(found, _told(opened, found))
    return view | ({"listed": found.listed} if oversight else {})


def cases(store: IncomingStore, tenant: str, asked: PageQuery) -> dict[str, object]:
    """A page of payments that were rejected for a name, newest first (`schema.IncomingCasesView`).

    It tells of nobody by name. Raises `InvalidCursor`.
    """
    found, page = store.listed(tenant, limit=asked.limit, start=_start(asked.cursor))
    after = {"at": text(page.next_key, "sk")} if page.next_key else None
    return {
        "items": [incoming_view(each, None) | {"listed": each.listed} for each in found],
        "next_cursor": cursor(_SCOPE, after),
    }


def incoming_view(incoming: Incoming, told: Arrived | None) -> dict[str, object]:
    """The payment as `schema.IncomingView`, with what its message says, if that is known."""
    return {
        "id": incoming.id,
        "status": incoming.status,
        "account": incoming.account,
        "amount": incoming.amount,
        "currency": incoming.currency,
        "rail": incoming.rail,
        "debtor": _debtor(told) if told else None,
        "remittance": told.remittance if told else None,
        "end_to_end_id": incoming.end_to_end_id,
        "uetr": incoming.uetr,
        "received_at": rfc3339(incoming.at),
        "answered_at": rfc3339(incoming.answered_at) if incoming.answered_at else None,
        "history": [_step(step) for step in incoming.history],
    }


def _start(given: str | None) -> str | None:
    place = position(_SCOPE, given)
    if place is None:
        return None
    at = place.get("at")
    if not isinstance(at, str) or _PLACE.fullmatch(at) is None:
        raise InvalidCursor
    return at


def _told(opened: Callable[[str], bytes], incoming: Incoming) -> Arrived | None:
    try:
        content = opened(incoming.message)
    except SubjectErased:
        return None
    return transfers.read(content, max_bytes=MAX_BYTES)


def _debtor(told: Arrived) -> dict[str, object]:
    number = told.debtor_account
    return {
        "name": told.debtor_name,
        "account": masked("iban", number) if number else None,
        "bank": told.debtor_bank,
    }


def _step(step: IncomingStep) -> dict[str, object]:
    view: dict[str, object] = {"status": step.status, "at": rfc3339(step.at)}
    if step.reason is None:
        return view
    known = REASONS.get(step.reason) or RAILS_REASONS.get(step.reason, OTHER_REASON)
    return view | {"reason": step.reason, "reason_text": known}
