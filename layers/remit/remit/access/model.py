"""The caller: which tenant, who there, in which role. Pure; claims in, caller or refusal out."""

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, cast, get_args

from remit.kernel.errors import Rejection
from remit.kernel.value import value

Role: TypeAlias = Literal["client", "operator", "auditor"]
ROLES: frozenset[str] = frozenset(get_args(Role))

# No `#`: a tenant is the first part of partition keys, and must not reach into another's.
_TENANT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)
_SUBJECT = re.compile(r"[!-~]{1,255}", re.ASCII)


class Unauthorized(Rejection):
    """The request carries no token, or one that is not to be trusted."""

    status = 401
    title = "A valid token is needed"


class Forbidden(Rejection):
    """The token is good, but its bearer may not do this."""

    status = 403
    title = "You may not do this"


@value
class Caller:
    """Who is calling. `subject` is the person or program at the tenant, as the issuer knows it."""

    tenant: str
    subject: str
    role: Role


def caller(claims: Mapping[str, object]) -> Caller:
    """The caller that `tenant`, `sub` and `role` of `claims` describe; else `Unauthorized`."""
    tenant = _matching(claims.get("tenant"), _TENANT)
    subject = _matching(claims.get("sub"), _SUBJECT)
    role = claims.get("role")
    if not isinstance(role, str) or role not in ROLES:
        raise Unauthorized
    return Caller(tenant=tenant, subject=subject, role=cast("Role", role))


def _matching(claim: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(claim, str) or pattern.fullmatch(claim) is None:
        raise Unauthorized
    return claim
