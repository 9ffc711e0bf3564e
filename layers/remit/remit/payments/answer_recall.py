"""Answer what another bank asks back: give the money back, or refuse, once and by a person.

The answer is kept first, with the money it moves, and sent by whoever looks after what was kept.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.page import InvalidCursor, Position, cursor, position
from remit.ledger import headroom
from remit.ledger.model import Transfer, between
from remit.ledger.store import Ledger
from remit.payments.credit import in_transit, transfer_id
from remit.payments.incoming_model import GIVE_BACK, Incoming, IncomingStep, NotCredited
from remit.payments.incoming_recalls import AskedBack, AskedBackStore, RecallAnswered
from remit.payments.incoming_store import IncomingStore
from remit.payments.schema_incoming import RecallAnswer, RecallReturn, RecallsQuery
from remit.rails.facts import GIVEN_BACK
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import text
from remit.store.table import Page, Table
from remit.store.write import Write

_LISTED = "due"
_PLACE = re.compile(r"(answered#)?[0-9]{13}#rcl_[0-9A-Z]{26}", re.ASCII)


def answer_recall(
    recalls: AskedBackStore,
    incoming: IncomingStore,
    ledger: Ledger,
    idempotency: Table,
    command: Command,
    recall_id: str,
    request: RecallAnswer,
) -> Answer:
    """Answer the recall and show it (`schema.AskedBackView`), once per key.

    To return it takes the money from the account, in the same commit. Refuses with
    `RecallAnswered` for whoever comes second, `NotCredited`, or what the ledger says of the
    account, such as `InsufficientFunds`. Raises `RecallNotFound`.
    """

    def act() -> tuple[Answer, list[Write]]:
        asked = recalls.get(command.tenant, recall_id)
        if asked.status != "open":
            raise RecallAnswered
        after = _answered(asked, command, request)
        writes = recalls.answer(asked, after)
        if after.status == "returned":
            payment = incoming.get(asked.tenant, asked.incoming)
            writes += _moves(ledger, incoming, payment, command)
        return Answer(status=HTTPStatus.OK, body=canonical_json(recall_view(after))), writes

    return answer_once(idempotency, command, act)


def look(recalls: AskedBackStore, tenant: str, asked: RecallsQuery) -> dict[str, object]:
    """A page of the recalls that other banks have sent: first those that are open, by their clocks.

    `schema.AskedBacksView`. Raises `InvalidCursor`.
    """
    scope = f"recalls {asked.direction}"
    start = _start(position(scope, asked.cursor))
    found, page = recalls.many(tenant, limit=asked.limit, start=start)
    return {
        "items": [recall_view(one) for one in found],
        "next_cursor": cursor(scope, _position(page)),
    }


def recall_view(asked: AskedBack) -> dict[str, object]:
    """The recall as `schema.AskedBackView`."""
    return {
        "id": asked.id,
        "incoming_payment_id": asked.incoming,
        "rail": asked.rail,
        "status": asked.status,
        "reason": asked.reason,
        "received_at": rfc3339(asked.at),
        "answer_due_at": rfc3339(asked.due_at),
        "answer_reason": asked.answer,
        "answered_at": rfc3339(asked.answered_at) if asked.answered_at is not None else None,
        "answered_by": asked.answered_by,
    }


def _answered(asked: AskedBack, command: Command, request: RecallAnswer) -> AskedBack:
    decision = request.root
    return replace(
        asked,
        status="returned" if isinstance(decision, RecallReturn) else "refused",
        answer=GIVEN_BACK if isinstance(decision, RecallReturn) else decision.reason,
        answered_at=command.now,
        answered_by=command.actor,
    )


def _moves(
    ledger: Ledger, store: IncomingStore, incoming: Incoming, command: Command
) -> list[Write]:
    if incoming.status != "credited":
        raise NotCredited(f"the payment is {incoming.status}")
    transfer = Transfer(
        id=transfer_id(incoming, GIVE_BACK),
        tenant=incoming.tenant,
        currency=incoming.currency,
        legs=between(incoming.account, in_transit(incoming), incoming.amount),
        kind=GIVE_BACK,
        reference=incoming.id,
        by=command.actor,
        at=command.now,
        reverses=transfer_id(incoming),
    )
    step = IncomingStep(status="returned", at=command.now, by=command.actor, reason=GIVEN_BACK)
    # It is owed to the other bank, not accepted: the net debit cap does not hold it up.
    return [store.take(incoming, step), *headroom.owed(ledger, "in_transit", [transfer])]


def _position(page: Page) -> dict[str, Position] | None:
    return {_LISTED: text(page.next_key, "sk")} if page.next_key else None


def _start(found: Mapping[str, Position] | None) -> str | None:
    if found is None:
        return None
    sk = found.get(_LISTED)
    if not isinstance(sk, str) or _PLACE.fullmatch(sk) is None:
        raise InvalidCursor
    return sk
