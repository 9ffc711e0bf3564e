"""POST /rails/{rail}/payee-verifications: another bank asks about our customer, by the scheme."""

from remit.kernel.canonical import canonical_json
from remit.payees.answer import answer
from remit.payees.schema import SchemeAnswer
from remit.runtime import payees
from remit.runtime.api import Api, Reply, Request
from remit.runtime.observability import count
from remit.runtime.reply import JSON

api = Api("payees")


@api.post(
    "/rails/{rail}/payee-verifications",
    action=None,
    raw=JSON,
    signed=True,
    idempotent=False,
    answers={200: SchemeAnswer},
)
def take(request: Request) -> Reply:
    """Answer a scheme's verification of payee, signed as Standard Webhooks are.

    How often is limited for each bank that asks and each IBAN, and wrong names count more.
    """
    with payees.limited():
        found = answer(
            payees.answer_desk(),
            rail=request.path["rail"],
            headers=request.headers,
            body=request.raw,
            now=request.now,
        )
    count("BankAnswered")
    return Reply(status=200, body=canonical_json(dict(found.content)))


handler = api.handler
