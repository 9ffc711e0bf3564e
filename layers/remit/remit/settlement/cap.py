"""Net debit caps: how much may be accepted in a currency and not be settled yet.

What is accepted and not settled lies in transit, so the cap is a limit on those accounts, and the
commit that reserves a payment's money holds it at no further cost. What goes back to another bank
is owed, not accepted: it may take what is used above the cap, and then nothing is accepted until
that has come down.
"""

from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Refusal
from remit.ledger import headroom
from remit.ledger.store import Ledger
from remit.settlement.schema import NewCap
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write

HOUSE_ACCOUNT = "in_transit"


class CapBelowUse(Refusal):
    """More than that is on its way already: a cap holds from the first moment on."""

    status = 409
    title = "More than the cap is in transit already"


def set_cap(ledger: Ledger, idempotency: Table, command: Command, request: NewCap) -> Answer:
    """Set or take away the tenant's cap in a currency, and answer 200 with it, once per key.

    Refuses with `CapBelowUse`.
    """

    def act() -> tuple[Answer, list[Write]]:
        shards = headroom.shards(ledger, command.tenant, HOUSE_ACCOUNT, request.currency)
        used = sum(shard.expected for shard in shards)
        if request.cap is not None and used > request.cap:
            raise CapBelowUse
        view = {"currency": request.currency, "cap": request.cap, "used": used}
        writes = headroom.limit(
            ledger, shards, request.cap, by=command.actor, at=command.now, why=request.reason
        )
        return Answer(status=HTTPStatus.OK, body=canonical_json(view)), writes

    return answer_once(idempotency, command, act)


def cap_of(ledger: Ledger, tenant: str, currency: str) -> dict[str, object]:
    """The tenant's cap in a currency, and how much of it is used (`schema.CapView`)."""
    found = headroom.shards(ledger, tenant, HOUSE_ACCOUNT, currency)
    used = sum(shard.expected for shard in found)
    return {"currency": currency, "cap": headroom.whole(found), "used": used}
