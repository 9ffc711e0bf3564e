"""What became of a transfer: its hold and end, and its reversals, from either end."""

from remit.kernel.clock import rfc3339
from remit.ledger.phases import Recorded
from remit.ledger.store import Ledger


def transfer(ledger: Ledger, tenant: str, transfer_id: str) -> dict[str, object]:
    """The transfer as it stands (`schema.TransferView`). Raises `TransferNotFound`."""
    return view(ledger.recorded(tenant, transfer_id))


def view(found: Recorded) -> dict[str, object]:
    """What stands of a transfer, as clients see it (`schema.TransferView`)."""
    one = found.transfer
    pending = "pending" if found.expires_at is not None else "posted"
    return {
        "id": one.id,
        "currency": one.currency,
        "legs": [
            {"account": leg.account_id, "side": leg.side, "amount": leg.amount} for leg in one.legs
        ],
        "kind": one.kind,
        "reference": one.reference,
        "created_at": rfc3339(one.at),
        "status": found.resolution.outcome if found.resolution else pending,
        "expires_at": rfc3339(found.expires_at) if found.expires_at is not None else None,
        "posted": found.posted,
        "reverses": one.reverses,
        "reversed": found.reversed,
        "reversals": found.reversals,
    }
