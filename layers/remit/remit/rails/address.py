"""The gate for postal addresses: since November 2026 wholly unstructured ones are refused.

Structured: town and country in their own elements, and no free lines. Hybrid: the same, and at most
two free lines that repeat nothing. Unstructured: free lines without them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from remit.kernel.value import value
from remit.rails.iso20022.initiation import PostalAddress

Form = Literal["none", "structured", "hybrid", "unstructured"]

ELEMENTS: Mapping[str, str] = {
    "department": "Dept", "sub_department": "SubDept", "street_name": "StrtNm",
    "building_number": "BldgNb", "building_name": "BldgNm", "floor": "Flr", "post_box": "PstBx",
    "room": "Room", "post_code": "PstCd", "town": "TwnNm", "town_location": "TwnLctnNm",
    "district": "DstrctNm", "subdivision": "CtrySubDvsn", "country": "Ctry",
}  # fmt: skip
"""The structured parts of an address and their elements."""


@value
class AddressRule:
    """What a scheme takes: until the day before `since` unstructured addresses, too.

    `mixed` says whether, until then, one message may hold structured and unstructured ones.
    """

    since: date
    needed: bool = False
    most_lines: int = 2
    mixed: bool = False


@value
class AddressFault:
    """An element that is missing or wrong, and what about it."""

    element: str
    what: str


@value
class AddressVerdict:
    """What an address is, and every fault that refuses it; without one it passes."""

    form: Form
    faults: tuple[AddressFault, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the scheme takes it."""
        return not self.faults


def form(address: PostalAddress | None) -> Form:
    """Which of the three forms `address` has, or none."""
    if address is None or not (_structured(address) or _lines(address)):
        return "none"
    if not _lines(address):
        return "structured"
    return "hybrid" if _present(address.town) or _present(address.country) else "unstructured"


def judge(address: PostalAddress | None, *, rule: AddressRule, on: date) -> AddressVerdict:
    """Whether `address` passes by `rule` on a day, and if not, each element that is at fault."""
    kind = form(address)
    if address is None or kind == "none":
        faults = (AddressFault(element="PstlAdr", what="an address is needed"),)
        return AddressVerdict(form="none", faults=faults if rule.needed else ())
    if kind == "unstructured" and on < rule.since:
        return AddressVerdict(form=kind)
    return AddressVerdict(form=kind, faults=(*_missing(address), *_wrong_lines(address, rule)))


def judge_message(
    addresses: Mapping[str, PostalAddress | None], *, rule: AddressRule, on: date
) -> tuple[AddressFault, ...]:
    """Every fault of a message's addresses, by where they stand (`Cdtr/PstlAdr`).

    Names the element within the message: `Cdtr/PstlAdr/TwnNm`.
    """
    faults, forms = [], {}
    for place, address in addresses.items():
        verdict = judge(address, rule=rule, on=on)
        forms[place] = verdict.form
        for each in verdict.faults:
            element = place if each.element == "PstlAdr" else f"{place}/{each.element}"
            faults.append(AddressFault(element=element, what=each.what))
    if not rule.mixed and {"structured", "unstructured"} <= set(forms.values()):
        faults += [
            AddressFault(element=place, what="another address of the message is structured")
            for place, kind in forms.items()
            if kind == "unstructured"
        ]
    return tuple(faults)


def _missing(address: PostalAddress) -> tuple[AddressFault, ...]:
    return tuple(
        AddressFault(element=ELEMENTS[name], what="it is missing")
        for name in ("town", "country")
        if not _present(getattr(address, name))
    )


def _wrong_lines(address: PostalAddress, rule: AddressRule) -> tuple[AddressFault, ...]:
    faults = []
    lines = _lines(address)
    if len(lines) > rule.most_lines:
        what = f"{len(lines)} lines are given, {rule.most_lines} are allowed"
        faults.append(AddressFault(element="AdrLine", what=what))
    # The postal code and the town are what banks repeat, and what machines then read twice.
    said = {
        getattr(address, name).strip().casefold(): ELEMENTS[name] for name in _structured(address)
    }
    for number, line in enumerate(lines, 1):
        element = said.get(line.strip().casefold())
        if element is not None:
            faults.append(AddressFault(element=f"AdrLine[{number}]", what=f"it repeats {element}"))
    return tuple(faults)


def _structured(address: PostalAddress) -> tuple[str, ...]:
    return tuple(name for name in ELEMENTS if _present(getattr(address, name)))


def _lines(address: PostalAddress) -> tuple[str, ...]:
    return tuple(line for line in address.lines if line.strip())


def _present(text: str | None) -> bool:
    return bool(text and text.strip())
