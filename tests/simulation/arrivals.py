"""Payments of other banks to our accounts, as they are sent, and what their scheme made of each."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from remit.kernel.money import Money
from remit.ledger.numbers import iban_of
from remit.rails.iso20022.references import uetr as named
from remit.rails.outgoing import Outgoing, Side, transfer
from remit.store.item import decode_item
from tests.simulation.applicants import NAMES
from tests.simulation.privacy import CREDITOR, IBAN
from tests.simulation.scheme_messages import BANK

if TYPE_CHECKING:
    from tests.simulation.world import World

NOBODYS = "DE89370400440532013000"


@dataclass
class Arrival:
    """A payment of another bank; `answers` are the statuses that we have sent for it.

    `decision` is what its scheme takes it to be: accepted once it has heard our yes in time, and
    rejected by our no, by its own time-out, or by whatever else makes it disown our yes. `asked`
    counts how often its bank has asked it back, and `back` is what we have answered to that.
    """

    uetr: str
    account: str | None
    amount: int
    is_listed: bool = False
    answers: list[str] = field(default_factory=list)
    decision: str = ""
    asked: int = 0
    back: str = ""


def build(
    world: "World", name: str, tenant: str, account: str | None, amount: int, *, is_listed: bool
) -> tuple[Arrival, bytes]:
    """The payment and its message; to an account that nobody has, where `account` is None."""
    to = _iban(world, tenant, account) if account else NOBODYS
    arrival = Arrival(
        named("arrival", tenant, name), account and f"{tenant}#{account}", amount, is_listed
    )
    told = Outgoing(
        rail="sct_inst",
        uetr=arrival.uetr,
        amount=Money(amount=amount, currency="EUR"),
        accepted_at=world.true_time(),
        debtor=Side(name=NAMES["listed"] if is_listed else CREDITOR, iban=IBAN, bic=BANK),
        creditor=Side(name="A Customer", iban=to, bic="REMIDEFFXXX"),
    )
    return arrival, transfer(told)


def _iban(world: "World", tenant: str, account: str) -> str:
    key = {"pk": {"S": f"{tenant}#{account}"}, "sk": {"S": "000000000000"}}
    asked: Any = {"TableName": "LedgerTable", "Key": key, "ConsistentRead": True}
    opening = world.database.call("get_item", asked)["Item"]
    return iban_of(account, decode_item(opening)) or NOBODYS
