"""Account numbers: IBANs that follow from the account's id, so that none is kept anywhere.

| pk | sk | what |
|---|---|---|
| `number#<sha256 of the IBAN>` | `number` | whose it is: tenant and account |

An account's opening record holds the bank and how many draws it took to find a free number; from
these and its id the IBAN is made again. A bank is a country and a bank code, such as `DE50010517`.
"""

import hashlib

from remit.kernel.iban import iban
from remit.kernel.value import value
from remit.store.commit import Stale
from remit.store.item import Item, integer, text
from remit.store.table import Table
from remit.store.write import Write, put_new

NO_BANK = "none"
"""For a bank whose accounts have no IBAN."""

_DRAWS = 20


@value
class Format:
    """A country's domestic account number: a bank code of `code` characters, then `digits`."""

    code: int
    digits: int

    def fits(self, text: str) -> bool:
        """Whether `text` may be such a number."""
        return len(text) == self.code + self.digits and text.isascii() and text.isalnum()


FORMATS = {
    "AT": Format(code=5, digits=11),
    "DE": Format(code=8, digits=10),
    "GB": Format(code=10, digits=8),
    "IE": Format(code=10, digits=8),
    "LI": Format(code=5, digits=12),
    "LT": Format(code=5, digits=11),
    "LU": Format(code=3, digits=13),
    "SE": Format(code=3, digits=17),
}
"""Countries whose numbers have no check digit but the IBAN's own (SWIFT IBAN registry)."""


@value
class Number:
    """An account's number: draw `draw` from the account's id at `bank`."""

    bank: str
    draw: int
    iban: str

    def as_item(self) -> Item:
        """What the opening record keeps of it."""
        return {"bank": self.bank, "draw": self.draw}


def number(bank: str, account_id: str, draw: int = 0) -> Number:
    """The number that draw `draw` gives. Raises `ValueError` for a bank that has no IBANs."""
    country, code = bank[:2], bank[2:]
    shape = FORMATS.get(country)
    if shape is None or len(code) != shape.code:
        raise ValueError(f"{bank} is no bank in a country with IBANs that we can make")
    digest = hashlib.sha256(f"{account_id} {draw}".encode()).digest()
    digits = int.from_bytes(digest, "big") % 10**shape.digits
    made = iban(country, f"{code}{digits:0{shape.digits}d}")
    return Number(bank=bank, draw=draw, iban=made)


def free_number(table: Table, bank: str, account_id: str) -> Number | None:
    """The first number drawn for the account that nobody has; None without a bank."""
    if bank == NO_BANK:
        return None
    for draw in range(_DRAWS):
        found = number(bank, account_id, draw)
        holder = table.get(_key(found.iban))
        if holder is None or holder["account"] == account_id:
            return found
    raise RuntimeError("no free account number was drawn")


def reserve(table: Table, found: Number, holder: Item) -> Write:
    """Put down whose the number is; `Stale` when it has just been taken."""
    return put_new(table.name, _key(found.iban) | holder, exists=lambda _: Stale())


def holder_of(table: Table, wanted: str) -> tuple[str, str] | None:
    """The tenant and the account that IBAN `wanted` (capitals, no spaces) belongs to."""
    found = table.get(_key(wanted))
    return (text(found, "tenant"), text(found, "account")) if found else None


def holder_of_domestic(table: Table, wanted: str) -> tuple[str, str] | None:
    """The tenant and the account of a number as it is written within its country, bank code first:
    an IBAN without its first four characters. None for nobody's, and for one that several have.
    """
    made = (_made(country, wanted) for country, shape in FORMATS.items() if shape.fits(wanted))
    found = [holder for each in made if each and (holder := holder_of(table, each))]
    return found[0] if len(found) == 1 else None


def iban_of(account_id: str, opening: Item) -> str | None:
    """The IBAN of the account whose opening record is `opening`; None when it has none."""
    if "bank" not in opening:
        return None
    return number(text(opening, "bank"), account_id, integer(opening, "draw")).iban


def number_key(wanted: str) -> str:
    """The partition that says whose IBAN `wanted` is."""
    return f"number#{hashlib.sha256(wanted.encode()).hexdigest()}"


def _made(country: str, domestic: str) -> str | None:
    try:
        return iban(country, domestic)
    except ValueError:
        return None


def _key(wanted: str) -> Item:
    return {"pk": number_key(wanted), "sk": "number"}
