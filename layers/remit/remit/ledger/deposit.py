"""Money in from outside: a transfer from the house's external account to a customer's."""

from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.kernel.ids import derive
from remit.ledger.chart import house_account, house_account_id
from remit.ledger.model import Transfer, between
from remit.ledger.refusals import AccountNotFound
from remit.ledger.schema import NewDeposit
from remit.ledger.store import Ledger
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write


def deposit(
    ledger: Ledger, idempotency: Table, command: Command, account_id: str, request: NewDeposit
) -> Answer:
    """Credit `account_id` from outside and answer 201 with the transfer, once per key.

    Refuses as `model.post` does; a refusal is stored.
    """

    def act() -> tuple[Answer, list[Write]]:
        if house_account(account_id) is not None:
            raise AccountNotFound
        transfer_id = derive("tr", command.id)
        source = house_account_id(
            "external", currency=request.currency, cause=transfer_id, at=command.now
        )
        transfer = Transfer(
            id=transfer_id,
            tenant=command.tenant,
            currency=request.currency,
            legs=between(source, account_id, request.amount),
            kind="deposit",
            reference=transfer_id,
            by=command.actor,
            at=command.now,
        )
        return Answer(status=HTTPStatus.CREATED, body=_body(transfer, account_id)), ledger.post(
            transfer
        )

    return answer_once(idempotency, command, act)


def _body(transfer: Transfer, account_id: str) -> str:
    return canonical_json(
        {
            "id": transfer.id,
            "account": account_id,
            "amount": transfer.legs[0].amount,
            "currency": transfer.currency,
            "created_at": rfc3339(transfer.at),
        }
    )
