"""Makes every content that a message's table allows, out of the table itself."""

import io
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st
from lxml import etree

from remit.kernel.clock import rfc3339
from remit.kernel.money import CURRENCIES, MAX_AMOUNT, Money
from remit.rails.iso20022 import choices, kinds
from remit.rails.iso20022.entries import _Status
from remit.rails.iso20022.parts import Code
from remit.rails.iso20022.shape import Field, Shape
from tests.unit.rails.files import shared

LETTERS = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffe\uffff"
)
MOMENTS = st.integers(0, 4_000_000_000_000).map(rfc3339)


def _numbers(digits: int, decimals: int) -> st.SearchStrategy[Decimal]:
    most = 10 ** (digits - decimals) - 1
    places = min(decimals, 9)
    return st.decimals(0, most, places=places).map(lambda number: number.normalize())


PLAIN = {
    id(kinds.COUNT): st.integers(0, 10**15 - 1),
    id(kinds.NUMBER): _numbers(18, 9),
    id(kinds.RATE): _numbers(11, 9),
    id(kinds.INTEGER): st.integers(0, 10**18 - 1),
    id(kinds.DAY): st.dates(),
    id(kinds.MOMENT): MOMENTS,
    id(kinds.FLAG): st.booleans(),
}


_KNOWN: dict[int, tuple[object, st.SearchStrategy]] = {}


def contents(kind: object) -> st.SearchStrategy:
    """Any content of `kind`; the same strategy for the same kind."""
    if id(kind) not in _KNOWN:
        _KNOWN[id(kind)] = kind, _contents(kind)  # the kind is kept, so that its id stays its own
    return _KNOWN[id(kind)][1]


def _contents(kind: object) -> st.SearchStrategy:  # noqa: C901 - one line for each kind
    if isinstance(kind, Shape):
        return _values(kind)
    if isinstance(kind, kinds.Text):
        if kind.pattern:
            return st.from_regex(f"\\A(?:{kind.pattern})\\Z", alphabet=st.characters(codec="ascii"))
        return st.text(LETTERS, min_size=1, max_size=kind.limit)
    if isinstance(kind, kinds.Plain):
        return PLAIN[id(kind)]
    if isinstance(kind, kinds.Choice):
        return st.sampled_from(sorted(kind.words.values()))
    if isinstance(kind, kinds.Amount):
        return st.builds(
            Money, amount=st.integers(0, MAX_AMOUNT), currency=st.sampled_from(CURRENCIES)
        )
    if isinstance(kind, choices.Coded):
        return st.one_of(
            st.builds(
                Code,
                code=st.sampled_from(kind._codes) if kind._codes else contents(kind._kinds["Cd"]),
            ),
            st.builds(Code, code=contents(kind._kinds["Prtry"]), proprietary=st.just(True)),
        )
    if isinstance(kind, choices.Alternative):
        return st.one_of(*(contents(each) for _, _, each in kind._choices))
    if isinstance(kind, choices.When):
        return MOMENTS | st.dates().map(lambda day: day.isoformat())
    assert isinstance(kind, _Status)
    return st.sampled_from([Code(code=code) for code in ("BOOK", "PDNG", "INFO")])


def _values(shape: Shape) -> st.SearchStrategy:
    parts = {field.name: _part(field) for field in shape._fields}

    @st.composite
    def values(draw: st.DrawFn) -> object:
        drawn = {name: draw(part) for name, part in parts.items()}
        return shape._cls(**shape._fixed, **drawn)

    return values().filter(lambda content: fits(shape, content)) if shape._rules else values()


def _part(field: Field) -> st.SearchStrategy:
    one = contents(field.kind)
    if field.most:
        return st.lists(one, min_size=field.least, max_size=max(field.least, 2)).map(tuple)
    return one if field.least else st.none() | st.none() | one


def fits(shape: Shape, content: object) -> bool:
    try:
        shape.write(etree.Element("{urn:x}X"), content)
    except ValueError:
        return False
    return True


@cache
def xsd(message: str) -> etree.XMLSchema:
    """The schema of `message`, from the test data beside the checkout."""
    return etree.XMLSchema(etree.parse(io.BytesIO(shared(f"xsd/{message}.xsd"))))
