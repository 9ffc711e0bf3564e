"""FPS: Hong Kong's Faster Payment System, which finds payees by account, mobile, e-mail or FPS id.

HKICL's guidelines are for members; the rules here are what is publicly known of them.
"""

import re
from datetime import date
from typing import TYPE_CHECKING

from remit.rails.address import AddressRule
from remit.rails.proxy import FORMS
from remit.rails.rail import Capability, Rule, Scheme
from remit.rails.rules import IDS, short

if TYPE_CHECKING:
    from remit.rails.iso20022.pacs008 import CreditTransfer

_CAPABILITY = Capability(
    rail="fps_hk",
    amounts={"HKD": (1, 1_000_000_000), "CNY": (1, 1_000_000_000)},
    addressing=("bank_account", "mobile", "email", "fps_id"),
    calendar="HK",
    hours=None,
    deadline_seconds=10,
    enquire_seconds=25,
    finality="immediate",
    settlement="gross",
    returns=True,
    recalls=None,
    latin_only=False,
    cost_rank=1,
)
_BANK_ACCOUNT = re.compile(r"[0-9]{6,34}", re.ASCII)


def _addressed(transfer: "CreditTransfer") -> bool:
    """Whether the creditor is named in one of FPS's ways."""
    account = transfer.creditor_account
    if account is None or account.other is None or account.iban is not None:
        return False
    scheme = account.other.scheme
    if scheme is None or scheme.code == "BBAN":
        return _BANK_ACCOUNT.fullmatch(account.other.id) is not None
    pattern = FORMS.get(scheme.code)
    return pattern is not None and pattern.fullmatch(account.other.id) is not None


def _found(transfer: "CreditTransfer") -> bool:
    """Whether the creditor's bank is named, which a proxy spares."""
    account = transfer.creditor_account
    proxied = account and account.other and account.other.scheme
    bank = transfer.creditor_agent
    return bool(bank.member or bank.bic or (proxied and proxied.code in FORMS))


_RULES: tuple[Rule, ...] = (
    *IDS,
    Rule(
        element="ChrgBr",
        code="CH12",
        what="each side bears its own charges (SLEV)",
        holds=lambda transfer: transfer.charge_bearer == "SLEV",
    ),
    Rule(
        element="Dbtr/Nm",
        code="BE08",
        what="a name of at most 140 characters",
        holds=lambda transfer: short(transfer.debtor.name, 140),
    ),
    Rule(
        element="DbtrAcct/Id/Othr/Id",
        code="AC02",
        what="the account's number",
        holds=lambda transfer: bool(transfer.debtor_account and transfer.debtor_account.other),
    ),
    Rule(
        element="CdtrAgt/FinInstnId",
        code="RC04",
        what="the bank's clearing code or BIC, unless a proxy names the payee",
        holds=_found,
    ),
    Rule(
        element="CdtrAcct/Id/Othr",
        code="AC03",
        what="an account's number, a mobile number (MOBN), an e-mail (EMAL) or an FPS id (SVID)",
        holds=_addressed,
    ),
)

FPS_HK = Scheme(
    capability=_CAPABILITY,
    rules=_RULES,
    address=AddressRule(since=date(2026, 11, 15), mixed=True),  # the day of CBPR+
    accepted=frozenset({"ACSC", "ACCC"}),
    clearing="HKNCC",
)
