"""pain.001: what a file says in either version, and what is refused whole or item by item."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.money import CURRENCIES, MAX_AMOUNT, Money, exponent
from remit.rails.iso20022.errors import InvalidMessage, MessageTooLarge, UnsupportedMessage
from remit.rails.iso20022.initiation import (
    AccountNumber,
    CreditTransfer,
    FileHeader,
    Initiation,
    PostalAddress,
    Reason,
    item_key,
)
from remit.rails.iso20022.pain001 import parse
from tests.unit.rails.files import EVENTS, block, file, iban, needs_shared_data, shared, transfer


def read(*transfers: str) -> Initiation:
    return parse(file(block(*transfers)).encode())


def outcome(one: str) -> CreditTransfer | Reason:
    return read(one).items[0].outcome


def code(one: str) -> str:
    found = outcome(one)
    assert isinstance(found, Reason)
    return found.code


def refused(content: str) -> tuple[str, str]:
    """The reason and the place with which a file is refused whole."""
    with pytest.raises(InvalidMessage) as refusal:
        parse(content.encode())
    return refusal.value.fields["reason"], refusal.value.errors[0]["pointer"]


def test_a_version_03_file_is_read_whole():
    found = parse((EVENTS / "suppliers.pain.001.001.03.xml").read_bytes())

    assert found.header == FileHeader(
        message="pain.001.001.03",
        message_id="SUPPLIERS-2026-11-24",
        created_at="2026-11-24T08:15:00",
        item_count=3,
        control_sum=Decimal("13734.5"),
        initiating_party="Northwind Bakery Ltd",
    )
    euros, yen = found.payment_informations
    assert (euros.id, euros.execution_date) == ("SUPPLIERS-EUR", date(2026, 11, 25))
    assert (euros.item_count, euros.control_sum) == (2, Decimal("1234.5"))
    assert euros.debtor_account == AccountNumber(iban="DE89370400440532013000")
    assert (euros.debtor_name, euros.debtor_agent) == ("Northwind Bakery Ltd", "COBADEFFXXX")
    assert (yen.item_count, yen.control_sum) == (None, None)
    assert [item.position for item in found.items] == [1, 2, 3]
    assert found.items[0].instruction_id == "I-1"
    assert found.items[0].outcome == CreditTransfer(
        amount=Money(amount=120_000, currency="EUR"),
        creditor_name="Molen & Zonen B.V.",
        creditor_account=AccountNumber(iban="NL91ABNA0417164300"),
        creditor_agent="ABNANL2A",
        creditor_address=PostalAddress(
            street_name="Keizersgracht",
            building_number="12",
            post_code="1015 CN",
            town="Amsterdam",
            country="NL",
        ),
        remittance=(),
        creditor_reference="RF18539007547034",
    )
    assert found.items[1].outcome.remittance == ("Flour, October",)
    assert found.items[2].outcome.amount == Money(amount=12_500, currency="JPY")
    assert found.items[2].outcome.creditor_name == "有限会社 田中製粉"


def test_a_version_09_file_with_prefixes_keeps_its_good_items():
    found = parse((EVENTS / "partly_unusable.pain.001.001.09.xml").read_bytes())

    first, *others = found.items
    assert first.uetr == "8a562c67-ca16-48ba-b074-65581be6f001"
    assert first.outcome.amount == Money(amount=5_000, currency="EUR")
    assert [item.outcome.code for item in others] == ["AM12", "AC03", "DU04", "AM01"]
    assert (others[0].instructed, others[0].currency) == (Decimal("1.2245"), "BHD")
    assert len({item.key for item in found.items}) == 5


@needs_shared_data
def test_a_version_that_is_not_read_is_named_with_those_that_are():
    content = shared("samples/pain.001.001.08_corporate.xml")

    with pytest.raises(UnsupportedMessage) as refusal:
        parse(content)
    assert refusal.value.detail == (
        "pain.001.001.08 is not supported; send pain.001.001.03 or pain.001.001.09"
    )


@needs_shared_data
def test_the_banks_sample_is_read_when_it_says_version_09():
    content = shared("samples/pain.001.001.08_corporate.xml").replace(b"001.08", b"001.09")

    assert parse(content).items[0].outcome.amount == Money(amount=1_000, currency="GBP")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1.10", "EUR", 110),
        ("1.1", "EUR", 110),
        ("1.100", "EUR", 110),
        ("1.1000000", "EUR", 110),
        ("0001.1", "EUR", 110),
        ("+1.1", "EUR", 110),
        (" 1.1\n", "EUR", 110),
        (".5", "EUR", 50),
        ("5.", "EUR", 500),
        ("100", "EUR", 10_000),
        ("0.01", "EUR", 1),
        ("1.15", "EUR", 115),
        ("100", "JPY", 100),
        ("100.00", "JPY", 100),
        ("1.234", "BHD", 1_234),
        ("1.2345", "CLF", 12_345),
        ("90071992547409.91", "EUR", MAX_AMOUNT),
        ("9007199254740991", "JPY", MAX_AMOUNT),
    ],
)
def test_an_amount_is_exact_in_its_currencys_minor_units(amount, currency, minor):
    found = outcome(transfer(amount=amount, currency=currency))

    assert found.amount == Money(amount=minor, currency=currency)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (transfer(amount="0"), "AM01"),
        (transfer(amount="0.00"), "AM01"),
        (transfer(amount="-0"), "AM01"),
        (transfer(amount="90071992547409.92"), "AM02"),
        (transfer(amount="9" * 18), "AM02"),
        (transfer(currency="XXX"), "AM03"),
        (transfer(currency="XAU"), "AM03"),
        (transfer(currency="DEM"), "AM03"),
        (transfer(amount="0.001"), "AM12"),
        (transfer(amount="1.5", currency="JPY"), "AM12"),
        (transfer(amount="1.0001", currency="BHD"), "AM12"),
        (transfer(amount="1.00001", currency="CLF"), "AM12"),
        (
            transfer(money='<EqvtAmt><Amt Ccy="EUR">1</Amt><CcyOfTrf>USD</CcyOfTrf></EqvtAmt>'),
            "AM12",
        ),
        (transfer(account=None), "AC03"),
        (transfer(account=iban("DE89370400440532013001")), "AC03"),
        (transfer(account=iban("DE8937040044053201300")), "AC03"),
        (transfer(account="<Othr><Id> </Id></Othr>"), "AC03"),
    ],
)
def test_an_item_that_cannot_be_paid_is_rejected_alone(one, reason):
    good = transfer("E-2")

    bad, other = read(one, good).items

    assert bad.outcome.code == reason
    assert isinstance(other.outcome, CreditTransfer)


@given(
    st.sampled_from(CURRENCIES),
    st.decimals(0, Decimal("999999999999.99999"), places=5, allow_nan=False),
)
def test_an_amount_is_either_exact_or_rejected(currency, value):
    found = outcome(transfer(amount=f"{value:f}", currency=currency))

    minor = value.scaleb(exponent(currency))
    if isinstance(found, Reason):
        expected = "AM01" if value == 0 else "AM02" if minor > MAX_AMOUNT else "AM12"
        assert found.code == expected
        assert expected != "AM12" or minor % 1 != 0
    else:
        assert Decimal(found.amount.decimal()) == value


def test_an_iban_in_small_letters_is_put_in_capitals():
    found = outcome(transfer(account=iban("GB29nwbk60161331926819")))

    assert found.creditor_account == AccountNumber(iban="GB29NWBK60161331926819")


def test_free_address_lines_are_kept_apart():
    lines = "<PstlAdr><Ctry>NL</Ctry><AdrLine>Dam 1</AdrLine><AdrLine>Amsterdam</AdrLine></PstlAdr>"
    one = transfer().replace("</Nm>", f"</Nm>{lines}")

    address = outcome(one).creditor_address
    assert address == PostalAddress(country="NL", lines=("Dam 1", "Amsterdam"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"method": "CHK"}, "AG02"),
        ({"debtor": iban("DE89370400440532013001")}, "AC02"),
        ({"method": "CHK", "debtor": iban("DE00000000000000000000")}, "AG02"),
    ],
)
def test_a_block_that_cannot_be_paid_rejects_its_items_and_no_others(change, reason):
    bad = block(transfer("E-1"), transfer("E-1"), block_id="B-1", **change)

    found = parse(file(bad, block(block_id="B-2", method="TRA")).encode())

    assert [item.outcome.code for item in found.items[:2]] == [reason, reason]
    assert isinstance(found.items[2].outcome, CreditTransfer)
    assert len({item.key for item in found.items}) == 3


@pytest.mark.parametrize(
    "day",
    [
        "<Dt>2026-11-25</Dt>",
        "<Dt>2026-11-25Z</Dt>",
        "\n <Dt>2026-11-25+01:00</Dt>\n",
        "<DtTm>2026-11-25T23:59:00-05:00</DtTm>",
    ],
)
def test_the_execution_day_is_the_one_written(day):
    found = parse(file(block(day=day)).encode())

    assert found.payment_informations[0].execution_date == date(2026, 11, 25)


@pytest.mark.parametrize("day", ["12026-11-25", "-2026-11-25", "-0001-01-01"])
def test_a_day_out_of_the_calendar_refuses_the_file(day):
    assert refused(file(block(day=f"<Dt>{day}</Dt>"))) == (
        "DT01",
        "/Document/CstmrCdtTrfInitn/PmtInf[1]/ReqdExctnDt",
    )


@pytest.mark.parametrize(
    ("content", "reason", "where"),
    [
        (file(count=2), "AM19", "GrpHdr/NbOfTxs"),
        (file(count=0), "AM19", "GrpHdr/NbOfTxs"),
        (file(total="10.01"), "AM16", "GrpHdr/CtrlSum"),
        (file(total="10.0000000000000001"), "AM16", "GrpHdr/CtrlSum"),
        (file(block(figures="<NbOfTxs>3</NbOfTxs>")), "AM20", "PmtInf[1]/NbOfTxs"),
        (file(block(figures="<CtrlSum>9.99</CtrlSum>")), "AM17", "PmtInf[1]/CtrlSum"),
        (
            file(block(), block(block_id="B-2", figures="<CtrlSum>0</CtrlSum>")),
            "AM17",
            "PmtInf[2]/CtrlSum",
        ),
        (file(block(), block()), "DU02", "PmtInf[2]/PmtInfId"),
    ],
)
def test_a_wrong_control_figure_refuses_the_file(content, reason, where):
    assert refused(content) == (reason, f"/Document/CstmrCdtTrfInitn/{where}")


def test_a_wrong_sum_is_told_with_both_figures():
    with pytest.raises(InvalidMessage, match=r"CtrlSum: 11 is stated, the items give 10\.00"):
        parse(file(total="11").encode())


@given(
    st.lists(
        st.decimals(0, Decimal("99999999999.99999"), places=5, allow_nan=False),
        min_size=1,
        max_size=8,
    )
)
def test_control_sums_hold_exactly_over_all_items_in_any_currency(values):
    items = [transfer(f"E-{n}", f"{value:f}", currency="KWD") for n, value in enumerate(values)]
    total = sum(values, Decimal(0))

    parse(file(block(*items, figures=f"<CtrlSum>{total:f}</CtrlSum>"), total=total).encode())
    wrong = total + Decimal("0.00001")
    assert refused(file(block(*items), total=f"{wrong:f}"))[0] == "AM16"


def test_too_many_items_are_refused_before_any_is_read():
    content = file(block(*(transfer(f"E-{n}") for n in range(4)))).encode()

    assert len(parse(content, max_items=4).items) == 4
    with pytest.raises(MessageTooLarge, match="4 credit transfers; 3 are allowed"):
        parse(content, max_items=3)


def test_ten_thousand_items_are_read():
    items = (transfer(f"E-{n}", f"{n}.01") for n in range(10_000))

    found = parse(file(block(*items), total="49995100").encode())

    assert sum(item.outcome.amount.amount for item in found.items) == 4_999_510_000


def test_the_first_of_equal_end_to_end_ids_counts_within_its_block():
    found = parse(
        file(
            block(transfer("A"), transfer("B"), transfer("A"), transfer("A"), block_id="B-1"),
            block(transfer("A"), block_id="B-2"),
        ).encode()
    )

    reasons = [getattr(item.outcome, "code", None) for item in found.items]
    assert reasons == [None, None, "DU04", "DU04", None]
    assert len({item.key for item in found.items}) == 5


def test_items_without_an_end_to_end_id_are_told_apart_by_their_place():
    found = read(transfer("NOTPROVIDED"), transfer("NOTPROVIDED"))

    assert all(isinstance(item.outcome, CreditTransfer) for item in found.items)
    assert len({item.key for item in found.items}) == 2


def test_the_same_file_gives_the_same_keys_however_it_is_written():
    plain = file(block(transfer("A"), transfer("NOTPROVIDED")))
    prefixed = plain.replace("xmlns=", "xmlns:x=")
    for tag in ("<", "</"):
        prefixed = prefixed.replace(tag, f"{tag}x:").replace("<x:/", "</")
    prefixed = prefixed.replace("</x:x:", "</x:")

    keys = [item.key for item in parse(plain.encode()).items]

    assert [item.key for item in parse(prefixed.encode()).items] == keys
    assert keys[0] == item_key(message_id="M-1", payment_information_id="B-1", end_to_end_id="A")


texts = st.text(min_size=1, max_size=35)


@given(st.lists(st.tuples(texts, texts, texts), min_size=2, max_size=2, unique=True))
def test_other_ids_give_another_key_of_visible_ascii(pairs):
    one, two = (
        item_key(message_id=m, payment_information_id=p, end_to_end_id=e, position=7)
        for m, p, e in pairs
    )

    assert one != two
    assert len(one) <= 255
    assert all("!" <= character <= "~" for character in one)


def test_ids_do_not_run_together_in_a_key():
    assert item_key(message_id="AB", payment_information_id="C", end_to_end_id="D") != item_key(
        message_id="A", payment_information_id="BC", end_to_end_id="D"
    )


def test_a_key_without_id_and_position_is_not_made():
    with pytest.raises(ValueError, match="known by its position"):
        item_key(message_id="M", payment_information_id="B", end_to_end_id="NOTPROVIDED")


def test_a_tree_that_lacks_what_its_schema_asks_for_is_a_fault_of_ours():
    from lxml import etree

    from remit.rails.iso20022.tree import Node

    with pytest.raises(LookupError, match="a valid message has"):
        Node(element=etree.Element("x"), namespace="y").required("MsgId")
