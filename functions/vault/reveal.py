"""POST /vault/tokens/{id}/reveal: what stands behind a token, for an operator with a reason."""

from http import HTTPStatus

from remit.runtime import clients, observability, settings
from remit.runtime.api import Api, Request
from remit.runtime.vault import vault
from remit.store.idempotency import Answer
from remit.store.table import Table
from remit.vault.reveal import reveal_once
from remit.vault.schema import RevealRequest, RevealView

api = Api("vault")


@api.post(
    "/vault/tokens/{id}/reveal",
    action="vault.reveal",
    body=RevealRequest,
    answers={200: RevealView},
)
def reveal(request: Request[RevealRequest]) -> Answer:
    """Reveal a token's value. Who, when and why is recorded before it is answered.

    At most 60 an hour for each person. The value is not stored with the key: a repetition opens the
    token again, for the same person alone, and is recorded as well.
    """
    answer = reveal_once(
        vault().keys,
        Table(client=clients.dynamodb(), name=settings.required("IDEMPOTENCY_TABLE")),
        request.command,
        request.path["id"],
        reason=request.body.reason,
    )
    observability.count("TokenRevealed", int(answer.status == HTTPStatus.OK))
    return answer


handler = api.handler
