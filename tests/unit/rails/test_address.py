"""The gate for addresses: what passes, which element is at fault, and who would be refused."""

from datetime import date

import pytest

from remit.rails.address import AddressFault, AddressRule, form, judge, judge_message
from remit.rails.capability import SCHEMES
from remit.rails.iso20022.initiation import PostalAddress

RULE = SCHEMES["sct_inst"].address
BEFORE, SINCE = date(2026, 11, 14), date(2026, 11, 15)
FULL = PostalAddress(street_name="Dam", building_number="1", town="Amsterdam", country="NL")
LINES = PostalAddress(lines=("Dam 1", "1012 Amsterdam"))


@pytest.mark.parametrize(
    ("address", "kind", "faulty"),
    [
        (None, "none", []),
        (PostalAddress(), "none", []),
        (PostalAddress(town=" ", lines=("", " ")), "none", []),
        (FULL, "structured", []),
        (PostalAddress(town="Amsterdam", country="NL"), "structured", []),
        (PostalAddress(street_name="Dam", country="NL"), "structured", ["TwnNm"]),
        (PostalAddress(town="Amsterdam"), "structured", ["Ctry"]),
        (PostalAddress(town="Amsterdam", country="NL", lines=("Dam 1",)), "hybrid", []),
        (PostalAddress(town="Amsterdam", country="NL", lines=("Dam 1", "3rd")), "hybrid", []),
        (PostalAddress(town="Oss", country="NL", lines=("a", "b", "c")), "hybrid", ["AdrLine"]),
        (
            PostalAddress(town="Amsterdam", country="NL", lines=("Dam 1", " AMSTERDAM ")),
            "hybrid",
            ["AdrLine[2]"],
        ),
        (PostalAddress(country="NL", lines=("Dam 1",)), "hybrid", ["TwnNm"]),
        (LINES, "unstructured", ["TwnNm", "Ctry"]),
        (PostalAddress(lines=("a", "b", "c")), "unstructured", ["TwnNm", "Ctry", "AdrLine"]),
    ],
)  # fmt: skip
def test_an_address_has_a_form_and_each_fault_names_its_element(address, kind, faulty):
    verdict = judge(address, rule=RULE, on=SINCE)

    assert form(address) == verdict.form == kind
    assert [fault.element for fault in verdict.faults] == faulty
    assert verdict.passes == (not faulty)


def test_an_unstructured_address_passes_until_the_day_before_and_never_after():
    assert judge(LINES, rule=RULE, on=BEFORE).passes
    assert not judge(LINES, rule=RULE, on=SINCE).passes


def test_an_address_is_asked_for_where_the_scheme_needs_one():
    needed = AddressRule(since=SINCE, needed=True)

    assert judge(None, rule=needed, on=SINCE).faults == (
        AddressFault(element="PstlAdr", what="an address is needed"),
    )


def test_one_message_has_no_structured_beside_an_unstructured_address():
    both = {"Dbtr/PstlAdr": FULL, "Cdtr/PstlAdr": LINES}

    (fault,) = judge_message(both, rule=RULE, on=BEFORE)
    assert fault.element == "Cdtr/PstlAdr"
    assert judge_message(both, rule=SCHEMES["fps_hk"].address, on=BEFORE) == ()
    assert [each.element for each in judge_message(both, rule=RULE, on=SINCE)][:2] == [
        "Cdtr/PstlAdr/TwnNm",
        "Cdtr/PstlAdr/Ctry",
    ]
    needed = AddressRule(since=SINCE, needed=True)
    assert judge_message({"Cdtr/PstlAdr": None}, rule=needed, on=SINCE)[0].element == "Cdtr/PstlAdr"
    assert judge_message({"Dbtr/PstlAdr": FULL, "Cdtr/PstlAdr": None}, rule=RULE, on=SINCE) == ()
