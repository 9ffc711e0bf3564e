"""What schemes ask beyond the schema: each rule, broken alone, names its element."""

from dataclasses import replace
from datetime import date

import pytest

from remit.kernel.money import Money
from remit.rails.iso20022.initiation import PostalAddress
from remit.rails.iso20022.parts import (
    Account,
    Agent,
    Code,
    Identification,
    Party,
    PaymentIds,
    PaymentType,
    Remittance,
    Settlement,
    Structured,
)
from remit.rails.scheme_rules import broken
from tests.unit.rails.examples import credit_transfers, eur, hong_kong, transfer

DAY = date(2026, 11, 24)
LINE = PostalAddress(lines=("x",))
NOBODY = Agent(name="Some bank")


def elements(rail: str, message) -> list[str]:
    return [each.element.removeprefix("CdtTrfTxInf/") for each in broken(rail, message, on=DAY)]


def typed(**change: object) -> PaymentType:
    return replace(transfer().type, **change)


def named(id_: str, scheme: str | None) -> Account:
    code = None if scheme is None else Code(code=scheme, proprietary=True)
    return Account(other=Identification(id=id_, scheme=code))


def test_an_ordinary_transfer_breaks_no_rule():
    assert broken("sct_inst", credit_transfers(), on=DAY) == ()
    assert broken("fps_hk", credit_transfers(hong_kong()), on=DAY) == ()
    with pytest.raises(KeyError):
        broken("book", credit_transfers(), on=DAY)


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"amount": Money(amount=100, currency="USD")}, "IntrBkSttlmAmt/@Ccy"),
        ({"amount": eur(0)}, "IntrBkSttlmAmt"),
        ({"amount": eur(100_000_000_000)}, "IntrBkSttlmAmt"),
        ({"ids": PaymentIds(end_to_end_id="/E", transaction_id="T")}, "PmtId/EndToEndId"),
        ({"ids": PaymentIds(end_to_end_id="E", transaction_id="a//b")}, "PmtId/TxId"),
        ({"ids": PaymentIds(end_to_end_id="E")}, "PmtId/TxId"),
        ({"type": typed(service_levels=())}, "PmtTpInf/SvcLvl/Cd"),
        ({"type": typed(service_levels=(Code(code="URGP"),))}, "PmtTpInf/SvcLvl/Cd"),
        ({"type": typed(local_instrument=None)}, "PmtTpInf/LclInstrm/Cd"),
        ({"accepted_at": None}, "AccptncDtTm"),
        ({"charge_bearer": "SHAR"}, "ChrgBr"),
        ({"debtor": Party()}, "Dbtr/Nm"),
        ({"debtor": Party(name="x" * 71)}, "Dbtr/Nm"),
        ({"debtor_account": None}, "DbtrAcct/Id/IBAN"),
        ({"debtor_account": Account(iban="NL92ABNA0417164300")}, "DbtrAcct/Id/IBAN"),
        ({"debtor_agent": NOBODY}, "DbtrAgt/FinInstnId/BICFI"),
        ({"creditor_agent": NOBODY}, "CdtrAgt/FinInstnId/BICFI"),
        ({"creditor": Party(name=" ")}, "Cdtr/Nm"),
        ({"creditor_account": named("1", None)}, "CdtrAcct/Id/IBAN"),
        ({"remittance": Remittance(lines=("a", "b"))}, "RmtInf"),
        ({"remittance": Remittance(lines=("a",), structured=(Structured(),))}, "RmtInf"),
        ({"remittance": Remittance(lines=("café",))}, "RmtInf/Ustrd"),
        ({"creditor": Party(name="Zoë")}, "Cdtr/Nm"),
        ({"debtor": Party(name="Zoë")}, "Dbtr/Nm"),
        ({"creditor": Party(name="Eva", address=LINE)}, "Cdtr/PstlAdr/TwnNm"),
        ({"debtor": Party(name="Eva", address=PostalAddress(country="NL"))}, "Dbtr/PstlAdr/TwnNm"),
    ],
)  # fmt: skip
def test_a_broken_rule_of_sct_inst_names_its_element(change, element):
    found = elements("sct_inst", credit_transfers(transfer(**change)))

    assert found[0] == element
    assert len(found) <= 2


def test_a_payment_without_remittance_is_in_order():
    assert elements("sct_inst", credit_transfers(transfer(remittance=None))) == []


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"message_id": "M_1"}, "GrpHdr/MsgId"),
        ({"count": 2}, "GrpHdr/NbOfTxs"),
        ({"settlement": Settlement(method="INDA")}, "GrpHdr/SttlmInf/SttlmMtd"),
        ({"total": eur(999)}, "GrpHdr/TtlIntrBkSttlmAmt"),
    ],
)
def test_a_header_that_breaks_a_rule_is_told(change, element):
    assert elements("sct_inst", credit_transfers(**change)) == [element]
    assert elements("sct_inst", credit_transfers(total=eur())) == []


def test_two_transfers_in_one_message_are_one_too_many_and_each_is_looked_at():
    both = credit_transfers(transfer(), transfer(charge_bearer="SHAR"))

    assert elements("sct_inst", both) == ["GrpHdr/NbOfTxs", "CdtTrfTxInf[2]/ChrgBr"]


@pytest.mark.parametrize(
    ("id_", "scheme", "good"),
    [
        ("+852-91234567", "MOBN", True),
        ("91234567", "MOBN", False),
        ("ada@bank.example", "EMAL", True),
        ("ada@bank", "EMAL", False),
        ("a da@bank.example", "EMAL", False),
        ("1234567", "SVID", True),
        ("123456", "SVID", False),
        ("004123456789", "BBAN", True),
        ("004123456789", None, True),
        ("acc-1", None, False),
        ("1234567", "NICK", False),
    ],
)
def test_a_payee_in_hong_kong_is_named_in_one_of_four_ways(id_, scheme, good):
    bank = Agent(clearing_system=Code(code="HKNCC"), member="004")
    payment = hong_kong(creditor_account=named(id_, scheme), creditor_agent=bank)

    assert elements("fps_hk", credit_transfers(payment)) == ([] if good else ["CdtrAcct/Id/Othr"])


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"amount": eur()}, "IntrBkSttlmAmt/@Ccy"),
        ({"amount": Money(amount=1_000_000_001, currency="CNY")}, "IntrBkSttlmAmt"),
        ({"charge_bearer": "DEBT"}, "ChrgBr"),
        ({"debtor": Party(name="")}, "Dbtr/Nm"),
        ({"debtor_account": None}, "DbtrAcct/Id/Othr/Id"),
        ({"creditor_account": None}, "CdtrAgt/FinInstnId"),
        ({"creditor_account": named("004123456789", None)}, "CdtrAgt/FinInstnId"),
        ({"creditor_account": Account(iban="NL91ABNA0417164300")}, "CdtrAgt/FinInstnId"),
    ],
)
def test_a_broken_rule_of_fps_names_its_element(change, element):
    assert elements("fps_hk", credit_transfers(hong_kong(**change)))[0] == element
