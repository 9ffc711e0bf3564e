"""Deciding whether a bearer comes in: a good token, and a tenant in good standing."""

from remit.access import store
from remit.access.model import Caller
from remit.access.token import Verifier
from remit.kernel.value import value
from remit.store.table import Table


@value
class Admission:
    """Who asked to come in. `usage_key` is the tenant's; None when the tenant may not come in."""

    caller: Caller
    usage_key: str | None

    def shown(self) -> dict[str, object]:
        """What the log may tell."""
        return {"tenant": self.caller.tenant, "admitted": self.usage_key is not None}


def authorise(token: str, *, verifier: Verifier, access: Table, now: int) -> Admission:
    """Judge the bearer of `token` at `now` (milliseconds).

    Raises `Unauthorized` for a token that is not to be trusted, `Unavailable` when it cannot be
    judged. A tenant that is suspended or unknown is known by name and not admitted.
    """
    caller = verifier.verify(token, now=now)
    tenant = store.load(access, caller.tenant)
    if tenant is None or tenant.status != "active":
        return Admission(caller=caller, usage_key=None)
    return Admission(caller=caller, usage_key=tenant.usage_key)
