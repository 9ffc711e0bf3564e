"""Where messages go out to rails: the stores and the lines that every sending use case needs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from remit.kernel.value import value
from remit.ledger.store import Ledger
from remit.payments.orders import OrderStore
from remit.payments.store import PaymentStore
from remit.rails.link import Line

if TYPE_CHECKING:
    from remit.vault.seal import Vault


@value
class RailDesk:
    """What sending needs. `lines` has the line to each rail that is connected."""

    payments: PaymentStore
    orders: OrderStore
    ledger: Ledger
    vault: "Vault"
    lines: Mapping[str, Line]
