"""Open a customer's account, with a number of its own. Never opens two for one command."""

from http import HTTPStatus
from typing import Protocol

from remit.kernel.canonical import canonical_json
from remit.kernel.ids import derive
from remit.ledger.model import Account
from remit.ledger.numbers import free_number, iban_of, reserve
from remit.ledger.schema import NewAccount
from remit.ledger.store import Ledger
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.item import Item
from remit.store.table import Table
from remit.store.write import Write


class Owners(Protocol):
    """Who knows the customers that accounts are opened for."""

    def gain(self, command: Command, customer_id: str, account: Account, numbered: Item) -> Write:
        """The write by which the customer has `account`. Raises what refuses it."""


def open_account(
    ledger: Ledger,
    idempotency: Table,
    command: Command,
    request: NewAccount,
    *,
    bank: str,
    owners: Owners,
) -> Answer:
    """Open the account that `request` asks for and answer 201 with it, once per key.

    `bank` is what `numbers` says; an account of a bank without IBANs has no number. A customer has
    it from the same commit on, if `owners` lets it.
    """

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
        numbered, writes = opened(ledger, account, details, bank=bank)
        if request.customer_id is not None:
            writes.append(owners.gain(command, request.customer_id, account, numbered))
        body = canonical_json(account_view(account, numbered))
        return Answer(status=HTTPStatus.CREATED, body=body), writes

    return answer_once(idempotency, command, act)


def opened(
    ledger: Ledger, account: Account, details: Item, *, bank: str
) -> tuple[Item, list[Write]]:
    """The account's opening record, and the writes that open it under a number that is free.

    Should another take that number first, the commit fails with `Stale`: ask again.
    """
    number = free_number(ledger.table, bank, account.id)
    if number is None:
        return details, ledger.open(account, details)
    numbered = details | number.as_item()
    stamp: Item = {"tenant": account.tenant, "account": account.id, "at": account.at}
    who: Item = {"by": details["by"], "why": details["why"]}
    return numbered, [*ledger.open(account, numbered), reserve(ledger.table, number, stamp | who)]


def account_view(account: Account, details: Item) -> dict[str, object]:
    """The account as clients see it (`schema.AccountView`); `details` is its opening record."""
    return {
        "id": account.id,
        "customer_id": details.get("customer"),
        "name": details.get("name"),
        "currency": account.currency,
        "balance": balance_view(account),
        "iban": iban_of(account.id, details),
    }


def balance_view(account: Account) -> dict[str, int]:
    """The balances in minor units (`schema.BalanceView`)."""
    return {
        "available": account.available,
        "pending": account.pending,
        "posted": account.posted,
    }
