"""What a day comes to: the sums of its accounts' counters, and a hash over every account. Pure."""

from dataclasses import fields

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.value import value
from remit.ledger.items import COUNTERS
from remit.ledger.model import Account
from remit.store.item import Item, integer, text


@value
class Sums:
    """The sums over `accounts` so far, in minor units.

    `hash` covers each account's name, number of records and counters, in the order of adding.
    """

    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0
    accounts: int = 0
    hash: str = ""

    @classmethod
    def of(cls, record: Item) -> "Sums":
        """The sums that a day's record holds."""
        figures = {name: integer(record, name) for name in (*COUNTERS, "accounts")}
        return cls(hash=text(record, "hash"), **figures)

    def with_account(self, state: Account) -> "Sums":
        """The sums with one account more, as it stood at the end of the day."""
        figures = {name: getattr(state, name) for name in COUNTERS}
        line = canonical_json([state.id, state.sequence, figures])
        return Sums(
            accounts=self.accounts + 1,
            hash=fingerprint(self.hash.encode(), line.encode()),
            **{name: getattr(self, name) + figures[name] for name in COUNTERS},
        )

    def as_item(self) -> Item:
        """The sums as a day's record holds them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
