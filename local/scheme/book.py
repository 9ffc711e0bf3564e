"""The scheme's memory, and its clock: what the running service has instead of a database."""

import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from local.scheme.statement import statement
from remit.kernel.clock import SECOND
from remit.kernel.errors import InvalidMoney
from remit.kernel.money import Money
from remit.rails.capability import BY_NAME
from remit.rails.iso20022.references import uetr
from remit.sandbox import messages, scheme
from remit.sandbox.banks import RAILS, SCT_INST, RailName, rail_of
from remit.sandbox.model import Delivery, Entry, Payment, Taken
from remit.sandbox.rules import Knobs

_MOST_SECONDS = 400 * 86_400


class NotPossible(ValueError):
    """What the scheme is asked to do cannot be done; the message says why."""


@dataclass
class Book:
    """Everything that has been, in memory. It is `scheme.take`'s `Memory`."""

    ours: str
    knobs: Knobs = field(default_factory=Knobs)
    ahead: int = 0
    digests: dict[tuple[str, str, str], str] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    run: str = field(default_factory=lambda: secrets.token_hex(8))
    made: int = 0

    def now(self) -> int:
        """The scheme's time in milliseconds."""
        return time.time_ns() // 1_000_000 + self.ahead

    def move(self, seconds: object) -> None:
        """Put the clock forward. Raises `NotPossible`: back it never goes."""
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise NotPossible("advance_seconds is a number of seconds")
        if not 0 <= seconds <= _MOST_SECONDS:
            raise NotPossible(f"the clock goes forward, {_MOST_SECONDS} seconds at most")
        self.ahead += round(seconds * SECOND)

    def digest(self, rail: str, message: str, message_id: str) -> str | None:
        """See `Memory`."""
        return self.digests.get((rail, message, message_id))

    def payment(self, uetr: str) -> Payment | None:
        """See `Memory`."""
        return self.payments.get(uetr)

    def take(self, content: bytes, rail: RailName = SCT_INST) -> Taken:
        """Take a message, and remember all of it at once."""
        taken = scheme.take(
            content, rail=rail, memory=self, knobs=self.knobs, now=self.now(), ours=self.ours
        )
        self.digests[rail, taken.message, taken.message_id] = taken.digest
        self.payments |= {each.uetr: each for each in taken.payments}
        self.entries += taken.entries
        return taken

    def pay(self, wanted: Mapping[str, Any]) -> tuple[Payment, list[Delivery]]:
        """Another bank pays one of ours. Raises `NotPossible` for what no message can say."""
        self.made += 1
        try:
            payment, delivery = scheme.pay(self._order(wanted), cause=self.run, now=self.now())
        except (InvalidMoney, ValueError) as wrong:
            raise NotPossible(str(wrong)) from None
        if payment.uetr in self.payments:
            raise NotPossible("that payment is known")
        self.payments[payment.uetr] = payment
        return payment, [delivery] * self.knobs.times

    def ask_back(self, identifier: object, reason: object) -> tuple[Payment, list[Delivery]]:
        """Another bank asks back what it has paid. Raises `NotPossible`."""
        payment = self.payments.get(str(identifier))
        if payment is None or not payment.theirs:
            raise NotPossible("no other bank has paid that")
        try:
            payment, delivery = scheme.ask_back(payment, str(reason), now=self.now())
        except ValueError as wrong:
            raise NotPossible(str(wrong)) from None
        self.payments[payment.uetr] = payment
        return payment, [delivery] * self.knobs.times

    def statement(self, on: date, currency: str) -> bytes:
        """The settlement bank's statement of a day."""
        return statement(
            self.entries,
            on=on,
            currency=currency,
            opening=self.knobs.opening,
            breaks=self.knobs.breaks,
            now=self.now(),
        )

    def _order(self, wanted: Mapping[str, Any]) -> messages.Order:
        texts = dict(_texts(wanted))
        amount = Money(amount=wanted["amount"], currency=wanted.get("currency", "EUR"))
        if amount.amount < 1:
            raise ValueError("the amount is an integer of minor units, above 0")
        rail = _rail(texts.pop("rail", None), amount.currency)
        told: dict[str, Any] = {"bic": self.ours}
        told["uetr"] = uetr("scheme", self.run, str(self.made))
        told["account"] = _number(rail, texts.pop("iban", None), texts.pop("account", None))
        return messages.Order(**told | texts, rail=rail, amount=amount)


_NAMES = (
    "iban", "account", "name", "debtor_name", "debtor_account", "end_to_end_id", "remittance",
    "uetr", "bic", "rail",
)  # fmt: skip
_REQUIRED = ("name", "amount")
_ALLOWED = {*_NAMES, "amount", "currency"}
_IBAN_HEAD = 4


def _texts(wanted: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    unknown, missing = set(wanted) - _ALLOWED, set(_REQUIRED) - set(wanted)
    if unknown or missing:
        raise ValueError(f"a payment has {', '.join(sorted(_ALLOWED))}")
    for name in _NAMES:
        if name in wanted:
            if not isinstance(wanted[name], str):
                raise ValueError(f"{name} is a text")
            yield name, wanted[name]


def _rail(wanted: str | None, currency: str) -> RailName:
    """The rail that is asked for, or the one that carries the currency."""
    found = rail_of(currency)
    if found is None or wanted not in (None, found):
        carried = "; ".join(
            f"{each} carries {', '.join(BY_NAME[each].currencies)}" for each in RAILS
        )
        raise ValueError(f"{wanted or 'no rail'} does not carry {currency}: {carried}")
    return found


def _number(rail: RailName, iban: str | None, account: str | None) -> str:
    """The account as the rail names it; where that is by number, an IBAN of ours has one in it."""
    by_iban = "iban" in BY_NAME[rail].addressing
    if account is not None and iban is None and not by_iban:
        return account
    if iban is None or account is not None:
        raise ValueError(
            f"on {rail} an account has {'an iban' if by_iban else 'an account or iban'}"
        )
    return iban if by_iban else iban[_IBAN_HEAD:]
