"""The house's list of payees: blocked ones are declined, watched ones go to review."""

from http import HTTPStatus

from remit.fraud.schema import PayeeMark
from remit.fraud.store import RiskStore
from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import Item
from remit.store.table import Table
from remit.store.write import Write


def mark(risk: RiskStore, idempotency: Table, command: Command, request: PayeeMark) -> Answer:
    """Set or lift the mark on a payee and answer with it, once per key."""

    def act() -> tuple[Answer, list[Write]]:
        item: Item = {
            "mark": request.mark,
            "at": command.now,
            "by": command.actor,
            "why": request.reason,
        }
        body = {
            "account": request.account,
            "mark": request.mark,
            "reason": request.reason,
            "by": command.actor,
            "at": rfc3339(command.now),
        }
        writes = [risk.put_mark(command.tenant, request.account, item)]
        return Answer(status=HTTPStatus.OK, body=canonical_json(body)), writes

    return answer_once(idempotency, command, act)
