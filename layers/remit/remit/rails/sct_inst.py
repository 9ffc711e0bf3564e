"""SCT Inst: instant credit transfers in euros (EPC004-16; interbank guidelines EPC122-16, 2025)."""

from datetime import date
from typing import TYPE_CHECKING

from remit.kernel.iban import is_iban
from remit.rails.address import AddressRule
from remit.rails.iso20022.parts import Account, Code, PaymentType, Remittance
from remit.rails.rail import Capability, Recalls, Rule, Scheme
from remit.rails.rules import IDS, latin, short

if TYPE_CHECKING:
    from remit.rails.iso20022.pacs008 import CreditTransfer

_CAPABILITY = Capability(
    rail="sct_inst",  # EPC004-16, the rulebook of 2025; its limit of EUR 100,000 ended that year
    amounts={"EUR": (1, 99_999_999_999)},
    addressing=("iban",),
    calendar="TARGET",
    hours=None,
    deadline_seconds=10,
    enquire_seconds=25,
    finality="immediate",
    settlement="net",
    returns=True,
    recalls=Recalls(
        days=14,  # 10 business days
        days_by_reason={"FRAD": 395, "AM09": 395, "AC03": 395, "CUST": 395},  # 13 months
        answer_business_days=15,
    ),
    latin_only=True,
    cost_rank=1,
)


def _levels(transfer: "CreditTransfer") -> tuple[str, ...]:
    return tuple(level.code for level in (transfer.type or PaymentType()).service_levels)


def _instrument(transfer: "CreditTransfer") -> Code | None:
    return (transfer.type or PaymentType()).local_instrument


def _has_iban(account: Account | None) -> bool:
    return account is not None and account.iban is not None and is_iban(account.iban)


def _remittance(transfer: "CreditTransfer") -> bool:
    remittance = transfer.remittance
    if remittance is None:
        return True
    return len(remittance.lines) + len(remittance.structured) <= 1


_RULES: tuple[Rule, ...] = (
    *IDS,
    Rule(
        element="PmtTpInf/SvcLvl/Cd",
        code="CH13",
        what="the service level is SEPA",
        holds=lambda transfer: _levels(transfer) == ("SEPA",),
    ),
    Rule(
        element="PmtTpInf/LclInstrm/Cd",
        code="CH13",
        what="the local instrument is INST",
        holds=lambda transfer: _instrument(transfer) == Code(code="INST"),
    ),
    Rule(
        element="AccptncDtTm",
        code="DT01",
        what="the time of acceptance, from which the ten seconds run",
        holds=lambda transfer: transfer.accepted_at is not None,
    ),
    Rule(
        element="ChrgBr",
        code="CH12",
        what="each side bears its own charges (SLEV)",
        holds=lambda transfer: transfer.charge_bearer == "SLEV",
    ),
    Rule(
        element="Dbtr/Nm",
        code="BE08",
        what="a name of at most 70 characters",
        holds=lambda transfer: short(transfer.debtor.name, 70),
    ),
    Rule(
        element="DbtrAcct/Id/IBAN",
        code="AC02",
        what="an IBAN with the right length and check digits",
        holds=lambda transfer: _has_iban(transfer.debtor_account),
    ),
    Rule(
        element="DbtrAgt/FinInstnId/BICFI",
        code="RC03",
        what="the bank's BIC",
        holds=lambda transfer: transfer.debtor_agent.bic is not None,
    ),
    Rule(
        element="CdtrAgt/FinInstnId/BICFI",
        code="RC04",
        what="the bank's BIC",
        holds=lambda transfer: transfer.creditor_agent.bic is not None,
    ),
    Rule(
        element="Cdtr/Nm",
        code="BE22",
        what="a name of at most 70 characters",
        holds=lambda transfer: short(transfer.creditor.name, 70),
    ),
    Rule(
        element="CdtrAcct/Id/IBAN",
        code="AC03",
        what="an IBAN with the right length and check digits",
        holds=lambda transfer: _has_iban(transfer.creditor_account),
    ),
    Rule(
        element="RmtInf",
        code="CH16",
        what="one unstructured line or one structured reference",
        holds=_remittance,
    ),
    latin("Dbtr/Nm", lambda transfer: (transfer.debtor.name or "",)),
    latin("Cdtr/Nm", lambda transfer: (transfer.creditor.name or "",)),
    latin("RmtInf/Ustrd", lambda transfer: (transfer.remittance or Remittance()).lines),
)

SCT_INST = Scheme(
    capability=_CAPABILITY,
    rules=_RULES,
    address=AddressRule(since=date(2026, 11, 15)),  # EPC153-22
    # The beneficiary bank's ACCP is the payment's end (EPC122-16, DS-03).
    accepted=frozenset({"ACSC", "ACCC", "ACCP"}),
    type=PaymentType(service_levels=(Code(code="SEPA"),), local_instrument=Code(code="INST")),
)
