"""The shapes of applications: names of any script, structured addresses, numbers, countries."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from remit.customers.schema import Application, Decision
from tests.integration.customers.office import BUSINESS, PERSON


def places(application: Any) -> set[tuple[Any, ...]]:
    """Where an application is wrong."""
    try:
        Application.model_validate_json(json.dumps(application))
    except ValidationError as error:
        return {one["loc"][1:] for one in error.errors()}
    return set()


@pytest.mark.parametrize("application", [PERSON, BUSINESS])
def test_a_good_application_is_read_as_it_was_written(application):
    read = Application.model_validate(application).root.model_dump(mode="json")
    assert read == application


@pytest.mark.parametrize(
    "name",
    ["Zsófia Károlyi", "习近平", "محمد بن سلمان", "Πέτρος", "O'Neill-Smith", "Jan 't Hooft",
     "김 철수", "José Mª", "Nguyễn Văn A"],
)  # fmt: skip
def test_a_name_keeps_its_script(name):
    assert places(PERSON | {"name": name}) == set()
    assert Application.model_validate(PERSON | {"name": name}).root.name == name


@pytest.mark.parametrize(
    "name",
    ["", "A", " Ada", "Ada ", "Ada  B", "Ada\nB", "Ada\u200bB", "Ada\u202eB", "1234", "--",
     "A" * 141, 7, None],
)  # fmt: skip
def test_what_is_no_name_is_refused(name):
    assert places(PERSON | {"name": name}) == {("name",)}


@pytest.mark.parametrize("element", list(PERSON["address"]))
def test_the_element_that_an_address_lacks_is_named(element):
    short = {name: one for name, one in PERSON["address"].items() if name != element}
    assert places(PERSON | {"address": short}) == {("address", element)}


@pytest.mark.parametrize("content", ["", " Utca", "Kék\u200bUtca", "Kék\nUtca", "x" * 71, 7, None])
def test_an_element_of_an_address_is_a_line_that_can_be_seen(content):
    address = PERSON["address"] | {"street_name": content}
    assert places(PERSON | {"address": address}) == {("address", "street_name")}


@pytest.mark.parametrize(
    ("field", "content"),
    [
        ("nationality", "XX"),
        ("nationality", "hu"),
        ("nationality", "HUN"),
        ("birth_date", "1990-02-30"),
        ("birth_date", "1990-2-3"),
        ("birth_date", "17.05.1990"),
        ("birth_date", "\uff11990-05-17"),
        ("email", "a@b"),
        ("email", "a b@c.d"),
        ("email", "a@@c.d"),
        ("channel", "fax"),
        ("currencies", []),
        ("currencies", ["EUR"] * 11),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_named(field, content):
    assert places(PERSON | {field: content}) == {(field,)}


@pytest.mark.parametrize("number", ["AB1", "ab1234", "AB 1234", "-AB123", "A" * 36, "AB12é4", 1234])
def test_a_document_number_has_capitals_digits_and_hyphens(number):
    assert places(PERSON | {"document": PERSON["document"] | {"number": number}}) == {
        ("document", "number")
    }


@pytest.mark.parametrize(
    "ip", ["203.0.113", "203.0.113.256", "::g", "203.0.113.9/24", "localhost", "٢٠٣.0.113.9"]
)
def test_an_address_of_a_device_is_one(ip):
    assert places(PERSON | {"device": PERSON["device"] | {"ip": ip}}) == {("device", "ip")}
    good = PERSON["device"] | {"ip": "2001:DB8::1"}
    assert Application.model_validate(PERSON | {"device": good}).root.device.ip == "2001:db8::1"


def test_a_business_has_directors_and_shares_in_hundredths_of_a_percent():
    assert places(BUSINESS | {"directors": []}) == {("directors",)}
    for share in (0, 10_001, 25.5, True):
        owner = BUSINESS["owners"][0] | {"share": share}
        assert places(BUSINESS | {"owners": [owner]}) == {("owners", 0, "share")}


def test_a_person_has_no_directors_and_nothing_else_that_is_unknown():
    assert places(PERSON | {"directors": []}) == {("directors",)}


def test_a_decision_says_what_and_why():
    assert Decision(decision="approve", reason="seen").evidence_hash is None
    for wrong in ({"decision": "maybe"}, {"reason": ""}, {"evidence_hash": "x"}):
        with pytest.raises(ValidationError):
            Decision.model_validate({"decision": "approve", "reason": "seen"} | wrong)


def test_what_is_neither_person_nor_business_is_refused():
    with pytest.raises(ValidationError, match="trust"):
        Application.model_validate(PERSON | {"type": "trust"})
