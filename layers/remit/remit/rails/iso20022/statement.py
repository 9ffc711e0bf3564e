"""An account's statement and its entries, as values.

What banks send and no part here has a place for is kept as `rest`, with the element it came from.
"""

from decimal import Decimal

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.parts import Account, Agent, Code, Party, Reason, Remittance


@value
class BankCode:
    """What kind of entry it is, in ISO 20022's code set and in the bank's own."""

    domain: str | None = None
    family: str | None = None
    sub_family: str | None = None
    proprietary: str | None = None
    issuer: str | None = None


@value
class Exchange:
    """A currency exchange that an amount has been through."""

    source: str
    rate: Decimal
    target: str | None = None
    unit: str | None = None
    contract: str | None = None
    quoted_at: str | None = None


@value
class AmountDetail:
    """An amount and its exchange; `type` for one that only the bank knows."""

    amount: Money
    exchange: Exchange | None = None
    type: str | None = None


@value
class Amounts:
    """The amounts behind an entry's amount."""

    instructed: AmountDetail | None = None
    moved: AmountDetail | None = None
    counter_value: AmountDetail | None = None
    announced: AmountDetail | None = None
    proprietary: tuple[AmountDetail, ...] = ()


@value
class ChargeRecord:
    """One charge. `included` says whether the entry's amount holds it."""

    amount: Money
    total: Money | None = None
    credit: bool | None = None
    included: bool | None = None
    type: str | None = None
    proprietary_type: str | None = None
    issuer: str | None = None
    rate: Decimal | None = None
    bearer: str | None = None
    agent: Agent | None = None


@value
class References:
    """The ids by which an entry's payment is known."""

    message_id: str | None = None
    servicer_reference: str | None = None
    payment_information_id: str | None = None
    instruction_id: str | None = None
    end_to_end_id: str | None = None
    uetr: str | None = None
    transaction_id: str | None = None
    mandate_id: str | None = None
    cheque: str | None = None
    clearing_reference: str | None = None


@value
class Detail:
    """One payment behind an entry."""

    references: References | None = None
    amount: Money | None = None
    credit: bool | None = None
    amounts: Amounts | None = None
    code: BankCode | None = None
    charges_total: Money | None = None
    charges: tuple[ChargeRecord, ...] = ()
    debtor: Party | Agent | None = None
    debtor_account: Account | None = None
    ultimate_debtor: Party | Agent | None = None
    creditor: Party | Agent | None = None
    creditor_account: Account | None = None
    ultimate_creditor: Party | Agent | None = None
    debtor_agent: Agent | None = None
    creditor_agent: Agent | None = None
    purpose: Code | None = None
    remittance: Remittance | None = None
    return_reason: Reason | None = None
    additional: str | None = None
    rest: tuple[Leaf, ...] = ()


@value
class Batch:
    """Payments booked as one entry."""

    message_id: str | None = None
    payment_information_id: str | None = None
    count: int | None = None
    total: Money | None = None
    credit: bool | None = None


@value
class Details:
    """A group of payments behind an entry."""

    batch: Batch | None = None
    payments: tuple[Detail, ...] = ()


@value
class Entry:
    """One line of a statement. `credit` is from the account owner's side; days are as written."""

    amount: Money
    credit: bool
    status: Code
    code: BankCode
    reference: str | None = None
    reversal: bool | None = None
    booked_on: str | None = None
    value_on: str | None = None
    servicer_reference: str | None = None
    amounts: Amounts | None = None
    charges_total: Money | None = None
    charges: tuple[ChargeRecord, ...] = ()
    details: tuple[Details, ...] = ()
    additional: str | None = None
    rest: tuple[Leaf, ...] = ()

    @property
    def signed(self) -> int:
        """The amount in minor units, negative for a debit."""
        return self.amount.amount if self.credit else -self.amount.amount


@value
class Balance:
    """A balance: `type` OPBD, CLBD, PRCD, ITBD, OPAV, CLAV and so on; `on` is as written."""

    type: Code
    amount: Money
    credit: bool
    on: str
    rest: tuple[Leaf, ...] = ()

    @property
    def signed(self) -> int:
        """The amount in minor units, negative for a debit."""
        return self.amount.amount if self.credit else -self.amount.amount


@value
class Summary:
    """How many entries the bank says there are, and their sums."""

    count: int | None = None
    sum: Decimal | None = None
    net: Decimal | None = None
    net_credit: bool | None = None
    credits: int | None = None
    credit_sum: Decimal | None = None
    debits: int | None = None
    debit_sum: Decimal | None = None


@value
class StatementAccount:
    """The account that is reported on."""

    account: Account
    owner: Party | None = None
    servicer: Agent | None = None


@value
class Statement:
    """A statement (camt.053) or a notification (camt.054, which has no balances)."""

    id: str
    account: StatementAccount
    page: str | None = None
    last_page: bool | None = None
    number: int | None = None
    legal_number: int | None = None
    created_at: str | None = None
    from_at: str | None = None
    to_at: str | None = None
    copy: str | None = None
    balances: tuple[Balance, ...] = ()
    summary: Summary | None = None
    entries: tuple[Entry, ...] = ()
    additional: str | None = None
    rest: tuple[Leaf, ...] = ()

    def balance(self, *types: str) -> Balance | None:
        """The balance of the first of `types` that is there."""
        found = {balance.type.code: balance for balance in reversed(self.balances)}
        return next((found[each] for each in types if each in found), None)


@value
class FileHeader:
    """The header of a message with statements; `message` tells which, and its version."""

    message: str
    message_id: str
    created_at: str
    recipient: Party | None = None
    page: str | None = None
    last_page: bool | None = None
    additional: str | None = None
    rest: tuple[Leaf, ...] = ()


@value
class StatementFile:
    """A whole message."""

    header: FileHeader
    statements: tuple[Statement, ...]
    rest: tuple[Leaf, ...] = ()
