"""What a customer asks for in a pain.001, as values. Says which items cannot be used, and why."""

from datetime import date
from decimal import Decimal

from remit.kernel.canonical import fingerprint
from remit.kernel.money import Money
from remit.kernel.value import value

NOT_PROVIDED = "NOTPROVIDED"
"""What a customer writes who gives no end-to-end id (EPC132-08, AT-T014)."""


@value
class FileHeader:
    """The group header. `created_at` is as written: ISO 20022 lets it lack an offset."""

    message: str
    message_id: str
    created_at: str
    item_count: int
    control_sum: Decimal | None
    initiating_party: str | None


@value
class AccountNumber:
    """An IBAN, in capitals, or an id in the bank's own scheme (`Othr/Id`); one of the two."""

    iban: str | None = None
    other: str | None = None


@value
class PostalAddress:
    """The structured parts that rails ask for, and the free lines."""

    street_name: str | None = None
    building_number: str | None = None
    post_code: str | None = None
    town: str | None = None
    country: str | None = None
    lines: tuple[str, ...] = ()
    department: str | None = None
    sub_department: str | None = None
    building_name: str | None = None
    floor: str | None = None
    post_box: str | None = None
    room: str | None = None
    town_location: str | None = None
    district: str | None = None
    subdivision: str | None = None


@value
class Reason:
    """A code of ISO 20022's ExternalStatusReason1Code, and what it says here."""

    code: str
    detail: str


DEBTOR_ACCOUNT = Reason(code="AC02", detail="The debtor account is not a valid account number")
CREDITOR_ACCOUNT = Reason(code="AC03", detail="The creditor account is missing or not valid")
METHOD = Reason(code="AG02", detail="Only transfers (PmtMtd TRF or TRA) are carried out")
ZERO = Reason(code="AM01", detail="The amount is zero")
TOO_MUCH = Reason(code="AM02", detail="The amount is above the largest that can be paid")
CURRENCY = Reason(code="AM03", detail="The currency is not an active ISO 4217 currency")
DECIMALS = Reason(code="AM12", detail="The amount has more decimals than its currency")
EQUIVALENT = Reason(code="AM12", detail="An equivalent amount (EqvtAmt) is not supported")
REPEATED = Reason(code="DU04", detail="The end-to-end id was used before in this payment block")


@value
class CreditTransfer:
    """What is to be paid to whom."""

    amount: Money
    creditor_name: str | None
    creditor_account: AccountNumber
    creditor_agent: str | None
    creditor_address: PostalAddress | None
    remittance: tuple[str, ...]
    creditor_reference: str | None


@value
class Item:
    """One credit transfer of a file; its `outcome` is a `Reason` when it cannot be paid.

    `key` is unique in the file and the same whenever the file is read again. `position` counts
    from 1 through the file. `instructed` and `currency` are as written.
    """

    key: str
    position: int
    payment_information_id: str
    end_to_end_id: str
    instruction_id: str | None
    uetr: str | None
    instructed: Decimal
    currency: str
    outcome: CreditTransfer | Reason


@value
class PaymentInformation:
    """One block of a file: a debtor, a day, and what is to be paid."""

    id: str
    execution_date: date
    debtor_name: str | None
    debtor_account: AccountNumber | None
    debtor_agent: str | None
    item_count: int | None
    control_sum: Decimal | None
    items: tuple[Item, ...]


@value
class Initiation:
    """A whole file whose control figures hold."""

    header: FileHeader
    payment_informations: tuple[PaymentInformation, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the file's order."""
        return tuple(item for block in self.payment_informations for item in block.items)


def item_key(
    *,
    message_id: str,
    payment_information_id: str,
    end_to_end_id: str,
    position: int | None = None,
) -> str:
    """The idempotency key of an item: 72 visible ASCII characters, the same for the same ids.

    Items whose end-to-end id tells nothing apart need their `position`: `ValueError` without it
    for NOTPROVIDED.
    """
    if end_to_end_id == NOT_PROVIDED and position is None:
        raise ValueError("an item without an end-to-end id is known by its position")
    cause = (message_id, payment_information_id, end_to_end_id)
    place = () if position is None else (str(position),)
    return "pain001-" + fingerprint(*(part.encode() for part in (*cause, *place)))
