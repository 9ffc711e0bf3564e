"""A payment to one of our accounts, as another bank's credit transfer tells it. Pure."""

from dataclasses import asdict

from remit.kernel.bic import whole
from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.money import Money
from remit.kernel.value import value


@value
class Arrived:
    """A credit transfer as its scheme tells it. `accepted_at` (milliseconds) starts its clock.

    `message_id` is that of the message it came in; the ids are the other bank's. `creditor_number`
    is the account's domestic one, where the scheme names accounts by it.
    """

    message_id: str
    end_to_end_id: str
    amount: Money
    debtor_bank: str | None
    debtor_name: str | None
    debtor_account: str | None
    creditor_name: str | None
    creditor_iban: str | None
    transaction_id: str | None = None
    uetr: str | None = None
    accepted_at: int | None = None
    others: tuple[str, ...] = ()
    remittance: str | None = None
    creditor_number: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """By what its scheme knows it: its UETR, and its bank with its transaction id."""
        return names_of(self.uetr, self.debtor_bank, self.transaction_id)

    @property
    def people(self) -> tuple[str, ...]:
        """The name of everybody who pays or is paid by it."""
        return tuple(name for name in (self.debtor_name, self.creditor_name, *self.others) if name)

    @property
    def digest(self) -> str:
        """The same for the same wish, whatever message it comes in."""
        told = asdict(self)
        for name in ("message_id", "accepted_at", "uetr", "transaction_id"):
            del told[name]
        if self.creditor_number is None:
            del told["creditor_number"]  # so that what came before there was one is still the same
        return fingerprint(canonical_json(told).encode())


def names_of(uetr: str | None, bank: str | None, transaction_id: str | None) -> tuple[str, ...]:
    """By what a scheme knows a transfer. A transaction id is its bank's own, a UETR everybody's."""
    names = [uetr] if uetr else []
    if transaction_id and bank:
        names.append(f"{whole(bank)} {transaction_id}")
    return tuple(names)
