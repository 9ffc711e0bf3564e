"""The two ends of an API Gateway request authoriser: the token in, the IAM policy out."""

from collections.abc import Mapping
from typing import Any

from remit.access.authorise import Admission
from remit.access.model import Unauthorized
from remit.runtime.request import Headers

_SCHEME = "bearer"


def bearer_token(event: Mapping[str, Any]) -> str:
    """The token of the request's one `Authorization: Bearer` field; else `Unauthorized`."""
    fields = Headers(event).all("Authorization")
    scheme, _, token = (fields[0] if len(fields) == 1 else "").partition(" ")
    if scheme.lower() != _SCHEME or not token:
        raise Unauthorized("no bearer token")
    return token


def iam_policy(admission: Admission, method_arn: str) -> dict[str, Any]:
    """What API Gateway enforces and, for some minutes, remembers under this token.

    The policy is about the whole API, not the method asked for, because the same token's next
    request may be for another; what a role may do is decided at each request by `access.policy`.
    """
    api, stage, *_ = method_arn.split("/")
    document: dict[str, Any] = {
        "principalId": admission.caller.subject,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow" if admission.usage_key else "Deny",
                    "Resource": f"{api}/{stage}/*/*",
                }
            ],
        },
        "context": {
            "tenant": admission.caller.tenant,
            "subject": admission.caller.subject,
            "role": admission.caller.role,
        },
    }
    return document | ({"usageIdentifierKey": admission.usage_key} if admission.usage_key else {})
