"""Open a customer's account. Never opens two for one command."""

from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.ids import derive
from remit.ledger.model import Account
from remit.ledger.schema import NewAccount
from remit.ledger.store import Ledger
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import Item
from remit.store.table import Table
from remit.store.write import Write


def open_account(
    ledger: Ledger, idempotency: Table, command: Command, request: NewAccount
) -> Answer:
    """Open the account that `request` asks for and answer 201 with it, once per key."""

    def act() -> tuple[Answer, list[Write]]:
        account = Account(
            tenant=command.tenant,
            id=derive("acc", command.id),
            currency=request.currency,
            at=command.now,
        )
        details: Item = {"name": request.name, "by": command.actor, "why": "account opened"}
        if request.customer_id is not None:
            details["customer"] = request.customer_id
        body = canonical_json(account_view(account, details))
        return Answer(status=HTTPStatus.CREATED, body=body), ledger.open(account, details)

    return answer_once(idempotency, command, act)


def account_view(account: Account, details: Item) -> dict[str, object]:
    """The account as clients see it (`schema.AccountView`); `details` is its opening record."""
    return {
        "id": account.id,
        "customer_id": details.get("customer"),
        "name": details.get("name"),
        "currency": account.currency,
        "balance": balance_view(account),
        "iban": None,
    }


def balance_view(account: Account) -> dict[str, int]:
    """The balances in minor units (`schema.BalanceView`)."""
    return {
        "available": account.available,
        "pending": account.pending,
        "posted": account.posted,
    }
