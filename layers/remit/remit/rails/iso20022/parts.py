"""What ISO 20022's messages between banks share: parties, agents, accounts, references, reasons."""

from datetime import date
from decimal import Decimal

from remit.kernel.money import Money
from remit.kernel.value import value
from remit.rails.iso20022.initiation import PostalAddress


@value
class Code:
    """A code of one of ISO 20022's external lists, or a `proprietary` one. Any code is kept."""

    code: str
    proprietary: bool = False


@value
class Identification:
    """An id in a scheme of its own."""

    id: str
    scheme: Code | None = None
    issuer: str | None = None


@value
class Agent:
    """A bank or other institution: by BIC, or as `member` of a clearing system."""

    bic: str | None = None
    clearing_system: Code | None = None
    member: str | None = None
    lei: str | None = None
    name: str | None = None
    address: PostalAddress | None = None
    other: Identification | None = None
    branch: str | None = None


@value
class Party:
    """A person or an organisation."""

    name: str | None = None
    address: PostalAddress | None = None
    bic: str | None = None
    lei: str | None = None
    organisation_ids: tuple[Identification, ...] = ()
    private_ids: tuple[Identification, ...] = ()
    country: str | None = None


@value
class Account:
    """An account: an IBAN or an id in another scheme, and a proxy where one addresses it."""

    iban: str | None = None
    other: Identification | None = None
    type: Code | None = None
    currency: str | None = None
    name: str | None = None
    proxy_type: Code | None = None
    proxy: str | None = None


@value
class PaymentType:
    """How the money is to travel."""

    priority: str | None = None
    service_levels: tuple[Code, ...] = ()
    local_instrument: Code | None = None
    category_purpose: Code | None = None


@value
class PaymentIds:
    """The ids of one credit transfer. `uetr` is a UUID of version 4."""

    end_to_end_id: str
    instruction_id: str | None = None
    transaction_id: str | None = None
    uetr: str | None = None
    clearing_reference: str | None = None


@value
class Settlement:
    """How the banks settle: `method` CLRG (through a clearing system), INDA, INGA or COVE."""

    method: str = "CLRG"
    account: Account | None = None
    clearing_system: Code | None = None


@value
class Charge:
    """What an agent has taken."""

    amount: Money
    agent: Agent


@value
class Structured:
    """A structured remittance: a creditor's reference, and texts that go with it."""

    type: Code | None = None
    issuer: str | None = None
    reference: str | None = None
    additional: tuple[str, ...] = ()


@value
class Remittance:
    """What the payment is for."""

    lines: tuple[str, ...] = ()
    structured: tuple[Structured, ...] = ()


@value
class Reason:
    """Why something was rejected, returned, asked back or refused, as its sender says."""

    code: Code | None = None
    originator: Party | None = None
    additional: tuple[str, ...] = ()


@value
class OriginalMessage:
    """The message that another one answers."""

    message_id: str
    message: str
    created_at: str | None = None


@value
class OriginalIds:
    """The ids of the credit transfer that a message is about, as far as they are given."""

    instruction_id: str | None = None
    end_to_end_id: str | None = None
    transaction_id: str | None = None
    uetr: str | None = None
    clearing_reference: str | None = None


@value
class Original:
    """Facts of the credit transfer that a message is about (`OrgnlTxRef`)."""

    amount: Money | None = None
    settlement_date: date | None = None
    settlement: Settlement | None = None
    type: PaymentType | None = None
    remittance: Remittance | None = None
    ultimate_debtor: Party | Agent | None = None
    debtor: Party | Agent | None = None
    debtor_account: Account | None = None
    debtor_agent: Agent | None = None
    creditor_agent: Agent | None = None
    creditor: Party | Agent | None = None
    creditor_account: Account | None = None
    ultimate_creditor: Party | Agent | None = None


@value
class GroupHeader:
    """The header of a message that carries credit transfers. `created_at` is as written."""

    message_id: str
    created_at: str
    count: int
    settlement: Settlement
    control_sum: Decimal | None = None
    total: Money | None = None
    settlement_date: date | None = None
    type: PaymentType | None = None
    whole: bool | None = None
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None


@value
class ReportHeader:
    """The header of a message that tells or asks about others. `created_at` is as written."""

    message_id: str
    created_at: str
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None


@value
class Assignment:
    """Who hands a case to whom."""

    id: str
    assigner: Party | Agent
    assignee: Party | Agent
    created_at: str


@value
class Case:
    """A case of an investigation."""

    id: str
    creator: Party | Agent
    reopened: bool | None = None
