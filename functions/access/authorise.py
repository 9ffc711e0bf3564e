"""The request authoriser of the API: a token in, an IAM policy out."""

from functools import cache
from typing import Any

from remit.access.authorise import Admission, authorise
from remit.access.jwks import Jwks
from remit.access.model import Unauthorized
from remit.access.token import Verifier
from remit.kernel import clock
from remit.runtime import clients, observability, settings
from remit.runtime.authoriser import bearer_token, iam_policy
from remit.store.table import Table


@cache
def verifier() -> Verifier:
    """One per process, since it remembers the issuer's keys."""
    jwks = Jwks(settings.required("JWKS_URL"))
    return Verifier(
        issuer=settings.required("ISSUER"), audience=settings.required("AUDIENCE"), jwks=jwks
    )


def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Admit, deny (403), or raise what API Gateway makes a 401 of: exactly `Unauthorized`."""
    access = Table(client=clients.dynamodb(), name=settings.required("ACCESS_TABLE"))

    def admission() -> Admission:
        token = bearer_token(event)
        return authorise(token, verifier=verifier(), access=access, now=clock.now())

    observability.bind("access", request_id=event["requestContext"]["requestId"])
    try:
        admitted = observability.observed("authorise", admission, shown=Admission.shown)
    except Unauthorized:
        raise Exception("Unauthorized") from None  # noqa: TRY002 - API Gateway goes by this text
    return iam_policy(admitted, event["methodArn"])
