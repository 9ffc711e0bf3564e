"""Change what an account allows: a floor, a limit, a freeze, its closing."""

from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Any

from remit.kernel.canonical import canonical_json
from remit.ledger.chart import house_account
from remit.ledger.model import Rules, ruled
from remit.ledger.refusals import AccountNotFound
from remit.ledger.schema import NewRules
from remit.ledger.store import Ledger
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write


def change_rules(
    ledger: Ledger, idempotency: Table, command: Command, account_id: str, request: NewRules
) -> Answer:
    """Append the account's new rules to its chain and answer 200 with them, once per key.

    What the request does not name stays as it is. Postings that were decided before see that the
    chain has grown, and are decided again. Refuses as `model.ruled` does.
    """
    asked: dict[str, Any] = {
        name: getattr(request, name) for name in request.model_fields_set - {"reason"}
    }

    def act() -> tuple[Answer, list[Write]]:
        if house_account(account_id) is not None:
            raise AccountNotFound
        before = ledger.account(command.tenant, account_id)
        after = ruled(before, replace(before.rules, **asked), at=command.now)
        body = canonical_json({"account": account_id} | _shown(after.rules))
        why = f"rules {request.reason}"
        return Answer(status=HTTPStatus.OK, body=body), [
            ledger.record(after, by=command.actor, why=why)
        ]

    return answer_once(idempotency, command, act)


def _shown(rules: Rules) -> dict[str, Any]:
    """The rules as `schema.RulesView`: what shards hold for a whole is the house's."""
    return {name: content for name, content in asdict(rules).items() if name != "aside"}
