"""Settlement as the function's settings describe it."""

from collections.abc import Mapping

from remit.kernel.bic import whole
from remit.kernel.canonical import fingerprint
from remit.kernel.errors import InvalidMoney
from remit.kernel.money import exponent
from remit.ledger.store import Ledger
from remit.runtime import clients, machine, settings
from remit.runtime.settings import SettingMissing
from remit.settlement.desk import Desk
from remit.settlement.store import SettlementStore

NO_LINES = "none"


def store() -> SettlementStore:
    """Where windows are kept."""
    return SettlementStore.of(clients.dynamodb(), settings.required("SETTLEMENT_TABLE"))


def ours() -> str:
    """Our BIC, in its form of 11 characters: what members and positions name us by."""
    return whole(settings.required("BIC"))


def desk() -> Desk:
    """Where windows are settled."""
    return Desk(
        store=store(),
        ledger=Ledger.of(clients.dynamodb(), settings.required("LEDGER_TABLE")),
        ours=ours(),
        agent=whole(settings.required("SETTLEMENT_BIC")),
        lines=credit_lines(settings.required("SETTLEMENT_LINES")),
    )


def credit_lines(text: str) -> Mapping[str, int]:
    """The lines that `EUR=100000,HKD=5` says, in minor units; nothing for `none`.

    Raises `SettingMissing` for what says none.
    """
    if text == NO_LINES:
        return {}
    try:
        pairs = [entry.split("=") for entry in text.split(",")]
        found = {currency: int(amount) for currency, amount in pairs}
        for currency in found:
            exponent(currency)
    except (InvalidMoney, ValueError):
        raise SettingMissing("SETTLEMENT_LINES is none, or such as EUR=100000,HKD=5") from None
    return found


def begin(tenant: str, window_id: str, *, again: str = "") -> bool:
    """Start the machine of a tenant's window, under a name that it has but once.

    `again` names a further run. Two at once are harmless: each goes on from what is stored.
    """
    name = f"{window_id}-{fingerprint(tenant.encode(), again.encode())[:24]}"
    content = {"id": window_id, "tenant": tenant, "request_id": name}
    return machine.begin(settings.required("SETTLEMENT_MACHINE_ARN"), name=name, content=content)
