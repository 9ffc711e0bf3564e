"""The kinds of content that ISO 20022's elements have, each read and written by the same rule.

A rule broken is told without quoting what broke it: a message's texts are personal data.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from lxml import etree

from remit.kernel.errors import InvalidMoney
from remit.kernel.money import MAX_AMOUNT, Money, exponent
from remit.kernel.value import value
from remit.rails.iso20022.branch import Branch

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})" + _ZONE, re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?" + _ZONE, re.ASCII
)
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_MOST_DIGITS = 18
_MOST_COUNT_DIGITS = 15


class Kind(Protocol):
    """How one kind of content stands in an element."""

    def read(self, branch: Branch) -> Any:
        """The content of `branch`; `InvalidMessage` when it is not of this kind."""

    def write(self, element: etree._Element, content: Any) -> None:
        """Put `content` into `element`; `ValueError` when it is not of this kind."""


def place(element: etree._Element) -> str:
    """Where an element that is being built stands: `/Document/PmtRtr/TxInf/OrgnlTxId`."""
    lineage = (element, *element.iterancestors())
    return "/" + "/".join(etree.QName(each).localname for each in reversed(lineage))


@value
class Text:
    """A text of at most `limit` characters, and of the form `pattern` where there is one."""

    limit: int
    pattern: str = ""
    form: str = "the value has not the form that the schema asks for"

    def fault(self, text: str) -> str | None:
        """What is wrong with `text`."""
        if not text:
            return "the value is empty"
        if len(text) > self.limit:
            return f"the value is longer than {self.limit} characters"
        if _FORBIDDEN.search(text):
            return "the value has a character that XML has not"
        if self.pattern and re.fullmatch(self.pattern, text, re.ASCII) is None:
            return self.form
        return None

    def read(self, branch: Branch) -> str:
        """The text as it stands, blanks and all."""
        text = branch.words()
        fault = self.fault(text)
        if fault:
            raise branch.invalid(fault)
        return text

    def write(self, element: etree._Element, content: str) -> None:
        """Put the text as it is."""
        fault = self.fault(content)
        if fault:
            raise ValueError(f"{place(element)}: {fault}")
        element.text = content


@value
class Plain:
    """A value written as one word, such as a number, a day or a flag."""

    parse: Callable[[str], Any]
    form: Callable[[Any], str]
    what: str

    def read(self, branch: Branch) -> Any:
        """The value."""
        try:
            return self.parse(branch.words().strip(" \t\r\n"))
        except ValueError:
            raise branch.invalid(self.what) from None

    def write(self, element: etree._Element, content: Any) -> None:
        """Put the value, when reading it would give it back."""
        text = self.form(content)
        try:
            same = self.parse(text) == content
        except ValueError:
            same = False
        if not same:
            raise ValueError(f"{place(element)}: {self.what}")
        element.text = text


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError
    return found


def _number(digits: int, decimals: int) -> Plain:
    """A decimal of at most `digits`, of which at most `decimals` after the point."""

    def parse(text: str) -> Decimal:
        _matched(_DECIMAL, text)
        found = Decimal(text).normalize()
        _, significant, exponent_ = found.as_tuple()
        after = max(0, -int(exponent_))
        if after > decimals or max(len(significant), after) + max(0, int(exponent_)) > digits:
            raise ValueError
        return found

    what = f"this is no number of {digits} digits and {decimals} decimals"
    return Plain(parse=parse, form=lambda each: format(each, "f"), what=what)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_COUNT_DIGITS):
        raise ValueError
    return int(text)


def _day(text: str) -> date:
    return date.fromisoformat(_matched(_DAY, text)[1])


def _moment(text: str) -> str:
    datetime.fromisoformat(_matched(_MOMENT, text)[1])
    return text


def _flag(text: str) -> bool:
    if text not in _FLAGS:
        raise ValueError
    return _FLAGS[text]


COUNT = Plain(parse=_count, form=str, what="this is no number of at most 15 digits")
NUMBER = _number(_MOST_DIGITS, 17)
RATE = _number(11, 10)
INTEGER = Plain(
    parse=lambda text: int(_number(_MOST_DIGITS, 0).parse(text)),
    form=str,
    what="this is no whole number",
)
DAY = Plain(parse=_day, form=date.isoformat, what="this is no day")
MOMENT = Plain(parse=_moment, form=str, what="this is no time")
"""A time as written: ISO 20022 lets it lack an offset."""
FLAG = Plain(
    parse=_flag, form=lambda each: str(each).lower(), what="this is neither true nor false"
)


@value
class Choice:
    """One word of a few, as another value: `CdtDbtInd` as whether it is a credit."""

    words: Mapping[str, Any]

    def read(self, branch: Branch) -> Any:
        """What the word means."""
        text = branch.words()
        if text not in self.words:
            raise branch.invalid("the value is not one of the schema's codes")
        return self.words[text]

    def write(self, element: etree._Element, content: Any) -> None:
        """Put the word that means `content`."""
        words = [word for word, meant in self.words.items() if meant == content]
        if not words:
            raise ValueError(f"{place(element)}: the value is not one of the schema's codes")
        element.text = words[0]


def words(*codes: str) -> Choice:
    """One of `codes`, as it stands."""
    return Choice(words={code: code for code in codes})


CREDIT = Choice(words={"CRDT": True, "DBIT": False})


class Amount:
    """Money: a decimal and its currency, in minor units, never with a digit rounded away."""

    def read(self, branch: Branch) -> Money:
        """The amount, exactly."""
        currency = branch.attributes.pop("Ccy", "")
        number: Decimal = NUMBER.read(branch)
        try:
            digits = exponent(currency)
        except InvalidMoney:
            raise branch.invalid("the currency is not an active ISO 4217 currency") from None
        minor = number.scaleb(digits)
        if minor < 0:
            raise branch.invalid("the amount is negative")
        if minor > MAX_AMOUNT:
            raise branch.invalid("the amount is above the largest that is kept exactly")
        if minor != int(minor):
            what = f"the amount has more decimals than {currency}, which has {digits}"
            raise branch.invalid(what, reason="AM12")
        return Money(amount=int(minor), currency=currency)

    def write(self, element: etree._Element, content: Money) -> None:
        """Put the amount with all its currency's decimals."""
        element.text = content.decimal()
        element.set("Ccy", content.currency)


AMOUNT = Amount()
MAX35 = Text(limit=35)
MAX105 = Text(limit=105)
MAX140 = Text(limit=140)
MAX500 = Text(limit=500)
CODE4 = Text(limit=4)
CURRENCY = Text(limit=3, pattern="[A-Z]{3}")
COUNTRY = Text(limit=2, pattern="[A-Z]{2}")
BIC = Text(limit=11, pattern="[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", form="this is no BIC")
OLD_BIC = Text(limit=11, pattern="[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?", form=BIC.form)
LEI = Text(limit=20, pattern="[A-Z0-9]{18}[0-9]{2}", form="this is no LEI")
IBAN = Text(limit=34, pattern="[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}", form="this is no IBAN")
UETR = Text(
    limit=36,
    pattern="[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}",
    form="this is no UUID of version 4",
)
