"""Who is at the other end of each rail: the scheme, the other bank, and the bank of settlement.

All of them are invented, and so are their codes.
"""

from collections.abc import Mapping
from typing import Literal

from remit.kernel.value import value
from remit.rails.capability import BY_NAME, SCHEMES
from remit.rails.iso20022.parts import Account, Agent, Code, Identification

RailName = Literal["sct_inst", "fps_hk"]

SCT_INST: RailName = "sct_inst"
FPS_HK: RailName = "fps_hk"
RAILS: tuple[RailName, ...] = (SCT_INST, FPS_HK)


@value
class Banks:
    """The scheme, the bank of whoever pays us, and that payer's account."""

    scheme: Agent
    other: Agent
    debtor_account: str


BANKS: Mapping[str, Banks] = {
    SCT_INST: Banks(
        scheme=Agent(bic="SCHMBE22XXX"),
        other=Agent(bic="OTHRFRPPXXX"),
        debtor_account="FR1420041010050500013M02606",
    ),
    FPS_HK: Banks(
        scheme=Agent(bic="SCHMHKHHXXX"),
        other=Agent(bic="OTHRHKHHXXX", clearing_system=Code(code="HKNCC"), member="998"),
        debtor_account="998123456780",
    ),
}

_SERVICER = Agent(bic="STLMBE22XXX")
_EUROPE = Account(iban="BE68539007547034")
_HONG_KONG = {
    currency: Account(other=Identification(id=number, scheme=Code(code="BBAN")))
    for currency, number in (("HKD", "997000000001"), ("CNY", "997000000002"))
}


def settlement_account(currency: str) -> tuple[Account, Agent]:
    """Our account of a currency at the settlement bank, and that bank."""
    account = _HONG_KONG.get(currency, _EUROPE)
    named = Account(
        iban=account.iban, other=account.other, currency=currency, name="Settlement account"
    )
    return named, _SERVICER


def rail_of(currency: str) -> RailName | None:
    """The rail that carries a currency; None where none does."""
    return next((rail for rail in RAILS if currency in BY_NAME[rail].amounts), None)


def is_gross(rail: str) -> bool:
    """Whether a rail pays each payment by itself, so that what is paid to us is with us at once."""
    return SCHEMES[rail].capability.settlement == "gross"


def named(rail: str, number: str) -> Account:
    """An account as the rail names it: by IBAN, or by its domestic number."""
    if "iban" in BY_NAME[rail].addressing:
        return Account(iban=number)
    return Account(other=Identification(id=number, scheme=Code(code="BBAN")))
