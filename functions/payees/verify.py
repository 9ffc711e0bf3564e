"""POST /payee-verifications: is the account held by who the payer thinks it is?"""

from remit.payees.schema import VerificationRequest, VerificationView
from remit.payees.verify import verify
from remit.runtime import payees
from remit.runtime.api import Api, Request
from remit.runtime.observability import count
from remit.store.idempotency import Answer

api = Api("payees")


@api.post(
    "/payee-verifications",
    action="payees.verify",
    body=VerificationRequest,
    answers={200: VerificationView},
)
def ask(request: Request[VerificationRequest]) -> Answer:
    """Verify a payee before paying. An IBAN of ours is answered in house, others by the scheme.

    How often one may ask is limited for each tenant and each IBAN, and wrong names count more: 429
    says with `Retry-After` when to ask again. Names are sealed, not stored with the key.
    """
    with payees.limited():
        answer = verify(payees.verify_desk(), request.command, request.body)
    count("PayeeVerified", int(not answer.replayed))
    return answer


handler = api.handler
