"""POST /statements, /statement-mappings: how a CSV is read, /nostro-accounts: whose they are."""

from functools import partial

from remit.reconciliation.accept import StatementDesk, accept_statements
from remit.reconciliation.mapping import put_mapping
from remit.reconciliation.nostros import declare_nostro
from remit.reconciliation.schema import (
    AcceptedStatements,
    MappingView,
    NewMapping,
    NewNostro,
    NostroView,
    StatementTerms,
)
from remit.runtime import objects, reconciliation, settings
from remit.runtime.api import Api, Request
from remit.store.idempotency import Answer

api = Api("reconciliation")
_ACTION, _TERMS = "statements.submit", StatementTerms


@api.upload("/statements", action=_ACTION, query=_TERMS, answers={202: AcceptedStatements})
def accept(request: Request[None, StatementTerms]) -> Answer:
    """Take in a camt.053.001.02 or .08, or a CSV by a mapping; each statement is reconciled."""
    desk = StatementDesk(
        store=reconciliation.store(),
        idempotency=reconciliation.idempotency(),
        keep=objects.Bucket(settings.required("FILES_BUCKET")).put,
        start=partial(reconciliation.begin, request_id=request.request_id),
    )
    terms, is_csv = request.query, request.is_csv
    return accept_statements(desk, request.command, request.raw, terms, is_csv=is_csv)


@api.post("/statement-mappings", action=_ACTION, body=NewMapping, answers={201: MappingView})
def declare(request: Request[NewMapping]) -> Answer:
    """Declare how the CSV of one account is read. A mapping never changes."""
    store, idempotency = reconciliation.store(), reconciliation.idempotency()
    return put_mapping(store, idempotency, request.command, request.body)


@api.post("/nostro-accounts", action=_ACTION, body=NewNostro, answers={200: NostroView})
def declare_account(request: Request[NewNostro]) -> Answer:
    """Say which account a currency's nostro is; statements of any other are refused."""
    store, idempotency = reconciliation.store(), reconciliation.idempotency()
    return declare_nostro(store, idempotency, request.command, request.body)


handler = api.handler
