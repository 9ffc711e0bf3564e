"""The people at other banks whom the sandbox knows: for proxies of FPS, and for IBANs of SEPA.

All of them are invented. docs/concepts/rails-simulator.md lists them.
"""

from collections.abc import Mapping

from remit.kernel.value import value
from remit.rails.payee import Holder

SLOW_SECONDS = 5.0
"""When an answer comes that is late: nobody of ours waits as long."""


@value
class Registration:
    """An account at a bank that its holder has registered, and the currencies it is the one for."""

    bank: str
    bank_name: str
    account: str
    currencies: tuple[str, ...]


@value
class Person:
    """Who has registered proxies, each with all of the accounts.

    `refused`: by them nobody is paid at present. `slow`: the answer is late.
    """

    name: str
    registrations: tuple[Registration, ...]
    refused: bool = False
    slow: bool = False

    def registered(self, currency: str) -> Registration | None:
        """The account that the holder has chosen for a currency."""
        return next((each for each in self.registrations if currency in each.currencies), None)


@value
class Known:
    """Who holds an account at another bank, None where it does not say; `slow` as of persons."""

    holder: Holder | None
    slow: bool = False


def _harbour(account: str, *currencies: str) -> Registration:
    return Registration(
        bank="004", bank_name="Bank of the Harbour", account=account, currencies=currencies
    )


def _peak(account: str, *currencies: str) -> Registration:
    return Registration(
        bank="024", bank_name="Peak Savings Bank", account=account, currencies=currencies
    )


_CHAN = Person(name="CHAN TAI MAN", registrations=(_harbour("123456789012", "HKD", "CNY"),))
_WONG = Person(
    name="WONG SIU KWAN",
    registrations=(
        _harbour("004111122223", "HKD"),
        _peak("024333344445", "CNY"),
        # Registered, but the one for no currency: what its holder has chosen comes first.
        Registration(
            bank="012", bank_name="Lantau Trust Bank", account="012555566667", currencies=()
        ),
    ),
)
_SHOP = Person(name="KOWLOON NOODLE LIMITED", registrations=(_harbour("888000111222", "HKD"),))
_CLOSED = Person(
    name="LEE KA YAN", registrations=(_peak("024777788889", "HKD", "CNY"),), refused=True
)
_LATE = Person(name="HO CHI KIT", registrations=(_peak("024999900001", "HKD"),), slow=True)

PEOPLE: Mapping[tuple[str, str], Person] = {
    ("MOBN", "+852-91234567"): _CHAN,
    ("EMAL", "tai.man@example.hk"): _CHAN,
    ("SVID", "1234567"): _CHAN,
    ("MOBN", "+852-92345678"): _WONG,
    ("EMAL", "noodles@example.hk"): _SHOP,
    ("SVID", "7654321"): _SHOP,
    ("MOBN", "+852-93456789"): _CLOSED,
    ("MOBN", "+852-94567890"): _LATE,
}
"""By a proxy's kind and value, whose it is. Any other is nobody's, such as FPS id 9999999."""

HOLDERS: Mapping[str, Known] = {
    "NL91ABNA0417164300": Known(holder=Holder(names=("Zo\u00eb van der Berg",))),
    "FR1420041010050500013M02606": Known(holder=Holder(names=("Odile Marchand",))),
    "BE71096123456769": Known(holder=Holder(names=("Brouwerij De Linde BV",), business=True)),
    "ES9121000418450200051332": Known(holder=None),
    "IE29AIBK93115212345678": Known(holder=Holder(names=("Niamh Byrne",)), slow=True),
}
"""By IBAN, whose account at another bank it is. Of any other the bank says that it knows nobody."""


def masked(name: str) -> str:
    """A name as FPS shows it: the family name, and of the others the first letters."""
    family, *others = name.split()
    return " ".join((family, *(f"{word[0]}**" for word in others)))
