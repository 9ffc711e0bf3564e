"""Which window of a tenant an instant belongs to, by the tables in force and early cut-offs."""

from remit.settlement.model import Window
from remit.settlement.store import SettlementStore
from remit.settlement.tables import schedule_of, settled
from remit.settlement.windows import window_at


def window_of(store: SettlementStore, tenant: str, rail: str, currency: str, moment: int) -> Window:
    """The window that `moment` (milliseconds) belongs to. Raises `WindowNotThere`.

    An early cut-off that nobody has made yet may still end it earlier; its id stays what it is.
    """
    early = store.early(tenant, rail, currency, moment)
    return window_at(schedule_of(rail, currency, early), moment)


def open_now(store: SettlementStore, tenant: str, now: int) -> tuple[Window, ...]:
    """The tenant's window of each rail and currency that `now` lies in."""
    return tuple(window_of(store, tenant, rail, currency, now) for rail, currency in settled())
