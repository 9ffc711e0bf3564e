"""GET /accounts/{id}, its entries, and the trial balance."""

from remit.kernel.canonical import canonical_json
from remit.ledger import statement
from remit.ledger.entries import entries_or_balance
from remit.ledger.schema import AccountView, EntriesQuery, StatementView, TrialBalance
from remit.ledger.store import Ledger
from remit.ledger.trial import trial_balance
from remit.runtime import clients, settings
from remit.runtime.api import Api, Reply, Request

api = Api("ledger")


def _ledger() -> Ledger:
    return Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE"))


@api.get("/accounts/{id}", action="accounts.read", answers={200: AccountView})
def account(request: Request) -> Reply:
    """An account with its balances."""
    view = statement.account(_ledger(), request.caller.tenant, request.path["id"])
    return Reply(status=200, body=canonical_json(view))


@api.get(
    "/accounts/{id}/entries",
    action="accounts.read",
    query=EntriesQuery,
    answers={200: StatementView},
)
def entries(request: Request[None, EntriesQuery]) -> Reply:
    """The statement by booking or value; with `at` or `value_at` the balance at that moment."""
    tenant, account_id = request.caller.tenant, request.path["id"]
    view = entries_or_balance(_ledger(), tenant, account_id, request.query)
    return Reply(status=200, body=canonical_json(view))


@api.get("/ledger/trial-balance", action="ledger.read", answers={200: TrialBalance})
def trial(request: Request) -> Reply:
    """The sums of all debits and credits, per currency."""
    # One reading more must fit in after the last look at the clock.
    until = request.now + (request.deadline - request.now) // 2
    view = trial_balance(_ledger(), request.caller.tenant, until=until)
    return Reply(status=200, body=canonical_json(view))


handler = api.handler
