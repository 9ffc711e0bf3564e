"""What must go together in an application."""

import copy
from datetime import date
from typing import Any

import pytest

from remit.customers.documents import check_digit
from remit.customers.rules import ApplicationInvalid, check, wrong
from tests.integration.customers.office import BUSINESS, PERSON

TODAY = date(2026, 11, 24)


def pointers(application: Any) -> list[str]:
    return [one["pointer"] for one in wrong(application, today=TODAY)]


def changed(application: Any, path: str, content: Any) -> Any:
    made = copy.deepcopy(application)
    *way, last = path.strip("/").split("/")
    node = made
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[last] = content
    return made


@pytest.mark.parametrize("application", [PERSON, BUSINESS])
def test_an_application_that_goes_together_passes(application):
    check(application, today=TODAY)


@pytest.mark.parametrize(
    ("birth_date", "is_right"),
    [("2008-11-24", True), ("2008-11-25", False), ("1906-11-24", True), ("1905-11-24", False),
     ("2030-01-01", False)],
)  # fmt: skip
def test_who_applies_is_from_18_to_120_years_old(birth_date, is_right):
    assert pointers(PERSON | {"birth_date": birth_date}) == ([] if is_right else ["/birth_date"])


@pytest.mark.parametrize(
    ("path", "content", "pointer"),
    [
        ("/currencies", ["EUR", "USD", "EUR"], "/currencies"),
        ("/registration/incorporated_on", "2026-11-25", "/registration/incorporated_on"),
        ("/owners/0/share", 10_001, "/owners"),
        ("/owners/0/birth_date", "2015-01-01", "/owners/0/birth_date"),
        ("/directors/0/birth_date", "2015-01-01", "/directors/0/birth_date"),
        ("/name", "\u0301" * 3, "/name"),
        ("/directors/0/name", " ".join("ABCDEFGH" * 5), "/directors/0/name"),
    ],
)
def test_what_does_not_go_together_is_named_by_its_place(path, content, pointer):
    assert pointers(changed(BUSINESS, path, content)) == [pointer]


def test_owners_may_have_the_whole_together_and_no_more():
    halves = [BUSINESS["owners"][0] | {"share": 5_000}] * 2
    assert pointers(BUSINESS | {"owners": halves}) == []
    assert pointers(BUSINESS | {"owners": [*halves, halves[0] | {"share": 1}]}) == ["/owners"]


def test_everything_that_is_wrong_is_told_at_once():
    bad = PERSON | {"birth_date": "2020-01-01", "currencies": ["EUR", "EUR"]}
    with pytest.raises(ApplicationInvalid) as refused:
        check(bad, today=TODAY)
    assert {one["pointer"] for one in refused.value.errors} == {"/birth_date", "/currencies"}


# The machine-readable zone.


def zone(**more: str) -> str:
    """A passport's zone of the person, or of one who differs."""
    said = {"country": "HUN", "number": "SPECI2014", "nationality": "HUN", "birth": "900517",
            "expiry": "310101"} | more  # fmt: skip
    line = said["number"] + check_digit(said["number"]) + said["nationality"]
    birth, expiry = (said[one] + check_digit(said[one]) for one in ("birth", "expiry"))
    optional = "<" * 14
    line += birth + "F" + expiry + optional + check_digit(optional)
    line += check_digit(line[:10] + line[13:20] + line[21:43])
    return f"P<{said['country']}KAROLYI<<ZSOFIA".ljust(44, "<") + "\n" + line


def with_zone(text: str) -> Any:
    return PERSON | {"document": PERSON["document"] | {"mrz": text}}


def test_a_zone_that_says_the_same_passes():
    assert pointers(with_zone(zone())) == []


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"number": "SPECI2015"}, "/document/number"),
        ({"birth": "900518"}, "/birth_date"),
        ({"expiry": "310102"}, "/document/expires_on"),
        ({"nationality": "AUT"}, "/nationality"),
        ({"country": "AUT"}, "/document/country"),
    ],
)
def test_a_zone_that_says_otherwise_is_named_by_what_differs(more, pointer):
    assert pointers(with_zone(zone(**more))) == [pointer]


def test_a_zone_whose_check_digit_is_wrong_is_refused():
    broken = zone()[:-1] + str((int(zone()[-1]) + 1) % 10)
    ((told),) = wrong(with_zone(broken), today=TODAY)
    assert told["pointer"] == "/document/mrz"
    assert "check digit" in told["detail"]


def test_an_expired_document_is_taken_in_since_it_is_verification_that_says_so():
    assert pointers(PERSON | {"document": PERSON["document"] | {"expires_on": "2020-01-01"}}) == []
