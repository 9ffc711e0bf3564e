"""Every rail passes the suite, and the suite sees what a rail could lack."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from remit.kernel.errors import InvalidMoney
from remit.payments.schema import PaymentRequest
from remit.rails import capability
from remit.rails.address import AddressRule
from remit.rails.capability import BY_NAME, RAILS, SCHEMES
from remit.rails.iso20022.parts import PaymentType
from remit.rails.rail import Hours, Recalls, Rule, Scheme
from remit.runtime.lines import URLS
from tests.house.house import template, text
from tests.unit.rails.conformance import CHECKS

SCT = SCHEMES["sct_inst"]


@pytest.mark.parametrize("rail", SCHEMES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_rail_conforms(rail, check):
    check(SCHEMES[rail])


def test_every_rail_is_its_own_module_and_row():
    assert {*SCHEMES} | {"book"} == {each.rail for each in RAILS} == {*BY_NAME}
    for rail, scheme in SCHEMES.items():
        module = __import__(f"remit.rails.{rail}", fromlist=["x"])
        assert getattr(module, rail.upper()) is scheme
        assert scheme.capability.rail == rail


def test_every_rail_can_be_asked_for_connected_and_given_keys():
    asked = get_args(get_args(PaymentRequest.model_fields["rail"].annotation)[0])
    assert {*asked} == {*BY_NAME}
    resources, parameters = template()["Resources"], template()["Parameters"]
    keys = resources["RailsSecret"]["Properties"]["GenerateSecretString"]["SecretStringTemplate"]
    assert {*URLS} == {*SCHEMES}
    for rail, setting in URLS.items():
        name = "".join(part.capitalize() for part in rail.split("_")) + "Url"
        assert parameters[name]["Default"] == "none", "a rail is connected only where it is said so"
        assert f'"{rail}": {{"ours": [], "theirs": []}}' in keys
        for function in ("Initiate", "ReceiveRails", "Submit", "Enquire", "SendRecall"):
            given = resources[f"{function}Function"]["Properties"]["Environment"]["Variables"]
            assert given[setting] == {"Ref": name}, function
        assert f"| {rail} " in text("docs/concepts/rails.md"), "the table of rails names it"


# A made-up rail conforms; each thing that it could lack is seen.


def changed(**change: object) -> Scheme:
    return replace(SCT, capability=replace(SCT.capability, **change))


OFFICE = changed(rail="chaps", amounts={"GBP": (1, 10**9)}, hours=Hours(opens=60, closes=1080))
OLD = AddressRule(since=date(2026, 11, 15), most_lines=7)
NAMELESS = Rule(element="Cdtr", code="", what="", holds=lambda _: True)
RECALLS = Recalls(days=14, days_by_reason={"FRAD": 7}, answer_business_days=15)

LACKING = {
    "a currency that is none": changed(amounts={"XYZ": (1, 5)}),
    "a least amount above the most": changed(amounts={"EUR": (9, 5)}),
    "no currency": changed(amounts={}),
    "accounts of ours": changed(addressing=("iban", "account")),
    "a question before the deadline": changed(enquire_seconds=5),
    "a question long after it": changed(enquire_seconds=3_600),
    "a calendar that is not there": changed(calendar="NYSE"),
    "no calendar": changed(calendar=None),
    "no settlement": changed(settlement="none"),
    "a day that closes before it opens": changed(hours=Hours(opens=9, closes=5)),
    "recalls without returns": changed(returns=False),
    "a reason with less time than any": changed(recalls=RECALLS),
    "no status that is the end": replace(SCT, accepted=frozenset()),
    "an open status for the end": replace(SCT, accepted=SCT.accepted | {"ACSP"}),
    "a rejection for the end": replace(SCT, accepted=SCT.accepted | {"RJCT"}),
    "a message that its rules refuse": replace(SCT, type=PaymentType()),
    "no rules": replace(SCT, rules=()),
    "a rule that does not say what": replace(SCT, rules=(*SCT.rules, NAMELESS)),
    "the house's own place": changed(cost_rank=0),
    "a name that is none": changed(rail="SCT Inst"),
}


def failures(scheme: Scheme, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checks that the scheme fails, once it has its row."""
    name = scheme.capability.rail
    monkeypatch.setitem(capability.SCHEMES, name, scheme)  # type: ignore[arg-type]
    monkeypatch.setitem(capability.BY_NAME, name, scheme.capability)  # type: ignore[arg-type]
    failed = []
    for check in CHECKS:
        try:
            check(scheme)
        except (AssertionError, ValueError, StopIteration, KeyError, InvalidMoney):
            failed.append(check.__name__)
    return failed


def test_a_further_rail_conforms_with_its_module_and_row_alone(monkeypatch):
    assert failures(OFFICE, monkeypatch) == []


@pytest.mark.parametrize("lacking", LACKING)
def test_what_a_rail_could_lack_is_seen(lacking, monkeypatch):
    assert failures(LACKING[lacking], monkeypatch)
