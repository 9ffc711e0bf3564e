"""Amounts of money as strict integers of minor units. Never a float, never a guess at decimals."""

import re
from collections.abc import Sequence

from remit.kernel.errors import InvalidMoney
from remit.kernel.value import value

MAX_AMOUNT = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8259 §6)."""

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
        CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
        GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
        LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
        NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
        SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST
        XAD XCD XCG YER ZAR ZMW ZWG""",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENT = {code: digits for digits, codes in _DECIMALS.items() for code in codes.split()}
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,5}))?", re.ASCII)

CURRENCIES = tuple(sorted(_EXPONENT))
"""Every active ISO 4217 currency that has minor units."""


def exponent(currency: str) -> int:
    """The number of decimals of `currency` (ISO 4217: JPY 0, EUR 2, BHD 3).

    Raises `InvalidMoney` for a code that is not an active currency.
    """
    try:
        return _EXPONENT[currency]
    except (KeyError, TypeError):
        raise InvalidMoney("currency is not an active ISO 4217 code") from None


def checked_amount(amount: object) -> int:
    """`amount` itself, an integer of minor units from 0 to 2^53-1; else `InvalidMoney`."""
    if type(amount) is not int:
        raise InvalidMoney("amount must be an integer number of minor units")
    if not 0 <= amount <= MAX_AMOUNT:
        raise InvalidMoney(f"amount must be between 0 and {MAX_AMOUNT} minor units")
    return amount


@value
class Money:
    """An amount in minor units (cents for EUR) of one currency. Refuses anything else."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        checked_amount(self.amount)
        exponent(self.currency)

    @classmethod
    def parse(cls, text: str, *, currency: str) -> "Money":
        """Read an ISO 20022 decimal such as `12.5`, exactly, in `currency`.

        Zeros beyond the currency's decimals are accepted; any other digit there is `InvalidMoney`.
        """
        digits = exponent(currency)
        found = _DECIMAL.fullmatch(text)
        if found is None:
            raise InvalidMoney("amount must be a plain decimal number")
        whole, fraction = found[1], (found[2] or "").rstrip("0")
        if len(fraction) > digits:
            raise InvalidMoney(f"{currency} has {digits} decimals")
        return cls(amount=int(whole + fraction.ljust(digits, "0")), currency=currency)

    def decimal(self) -> str:
        """The amount as ISO 20022 writes it, with all the currency's decimals: `12.50`."""
        digits = exponent(self.currency)
        if digits == 0:
            return str(self.amount)
        text = str(self.amount).rjust(digits + 1, "0")
        return f"{text[:-digits]}.{text[-digits:]}"

    def allocate(self, weights: Sequence[int]) -> tuple["Money", ...]:
        """Divide by `weights` so that the parts sum to the whole.

        Each part gets its share rounded down; what is left goes, one minor unit each, to the
        parts with the largest remainders (the earliest first among equals).
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise InvalidMoney("weights must not be negative, and one must be positive")
        shares = [divmod(self.amount * weight, total) for weight in weights]
        parts = [share for share, _ in shares]
        by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
        for i in by_remainder[: self.amount - sum(parts)]:
            parts[i] += 1
        return tuple(Money(amount=part, currency=self.currency) for part in parts)
