"""POST /payee-lookups: whose is a mobile number, an e-mail address or an FPS id?"""

from remit.payees.look_up import look_up
from remit.payees.schema import LookupRequest, LookupView
from remit.runtime import payees
from remit.runtime.api import Api, Request
from remit.runtime.observability import count
from remit.store.idempotency import Answer

api = Api("payees")


@api.post(
    "/payee-lookups",
    action="payees.look_up",
    body=LookupRequest,
    answers={201: LookupView},
)
def ask(request: Request[LookupRequest]) -> Answer:
    """Look a payee up by a proxy, so that the payer can confirm the masked name.

    A payment with `creditor: {lookup: id}` then goes to exactly who was confirmed, until the lookup
    expires after five minutes. Limited as verifications of payee are.
    """
    with payees.limited():
        answer = look_up(payees.lookup_desk(), request.command, request.body)
    count("PayeeLookedUp", int(not answer.replayed))
    return answer


handler = api.handler
