"""GET /vault/tokens/{id}: a token with its masked form."""

from remit.kernel.canonical import canonical_json
from remit.runtime.api import Api, Reply, Request
from remit.runtime.vault import vault
from remit.vault.read import token_view
from remit.vault.schema import TokenView

api = Api("vault")


@api.get("/vault/tokens/{id}", action="vault.read", answers={200: TokenView})
def token(request: Request[None]) -> Reply:
    """A token: whose it is, of which kind, and what of its value may be shown."""
    found = vault().token(request.caller.tenant, request.path["id"])
    return Reply(status=200, body=canonical_json(token_view(found)))


handler = api.handler
