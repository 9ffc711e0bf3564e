"""POST /accounts: open an account."""

from remit.customers.own import Owners
from remit.ledger.open import open_account
from remit.ledger.schema import AccountView, NewAccount
from remit.ledger.store import Ledger
from remit.runtime import clients, settings
from remit.runtime.api import Api, Request
from remit.runtime.customers import customers
from remit.store.idempotency import Answer
from remit.store.table import Table

api = Api("ledger")


@api.post("/accounts", action="accounts.open", body=NewAccount, answers={201: AccountView})
def open_one(request: Request[NewAccount]) -> Answer:
    """Open an account in one currency, for a customer who is active or for nobody in particular."""
    client = clients.dynamodb()
    ledger = Ledger.of(client, settings.required("LEDGER_TABLE"))
    idempotency = Table(client=client, name=settings.required("IDEMPOTENCY_TABLE"))
    bank = settings.required("BANK")
    owners = Owners(customers=customers())
    return open_account(
        ledger, idempotency, request.command, request.body, bank=bank, owners=owners
    )


handler = api.handler
