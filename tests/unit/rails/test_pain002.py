"""pain.002: what became of each item, block and file, valid by its schema and deterministic."""

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from remit.rails.iso20022 import pain001
from remit.rails.iso20022.initiation import FileHeader, Reason
from remit.rails.iso20022.pain002 import NAMESPACE, ItemStatus, overall, report
from tests.unit.rails.files import EVENTS, needs_shared_data, shared

HEADER = FileHeader(
    message="pain.001.001.09",
    message_id="M-1",
    created_at="2026-11-24T09:30:00",
    item_count=2,
    control_sum=Decimal("1E+1"),
    initiating_party=None,
)
AT = 1_795_512_600_125


def item(status: str = "ACSC", **change: object) -> ItemStatus:
    facts = {
        "payment_information_id": "B-1",
        "end_to_end_id": "E-1",
        "amount": "10.00",
        "currency": "EUR",
        **change,
    }
    return ItemStatus(status=status, **facts)


def built(*items: ItemStatus, header: FileHeader = HEADER) -> etree._Element:
    return etree.fromstring(report(header, items, message_id="R-1", created_at=AT))


def texts(root: etree._Element, path: str) -> list[str]:
    return [each.text for each in root.findall(path.replace("/", "/{*}").join(["{*}", ""]))]


@pytest.fixture(scope="module")
def xsd() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(io.BytesIO(shared("xsd/pain.002.001.10.xsd"))))


@pytest.mark.parametrize(
    ("statuses", "together"),
    [
        ([], "RCVD"),
        (["ACSC", "ACSC"], "ACSC"),
        (["RJCT"], "RJCT"),
        (["PDNG"], "PDNG"),
        (["ACTC", "ACTC"], "ACTC"),
        (["ACSC", "ACSP", "ACCC"], "ACSP"),
        (["ACCC", "ACTC"], "ACTC"),
        (["ACSC", "RJCT"], "PART"),
        (["ACSC", "PDNG"], "PART"),
        (["PDNG", "RJCT", "ACCP"], "PART"),
        (["PDNG", "RJCT"], "PDNG"),
        (["RCVD", "PDNG"], "PDNG"),
        (["RJCT", "CANC"], "RJCT"),
        (["CANC", "CANC"], "CANC"),
    ],
)
def test_a_groups_status_sums_up_its_members(statuses, together):
    assert overall(statuses) == together
    assert overall(reversed(statuses)) == together


def test_a_report_names_the_file_its_blocks_and_items_in_order():
    root = built(
        item(payment_information_id="B-2", reference="pay_1", uetr=None, instruction_id="I-1"),
        item("RJCT", end_to_end_id="E-2", reason="AM12", detail="Too many decimals"),
        item("PDNG", end_to_end_id="E-3", payment_information_id="B-2"),
    )
    body = root[0]

    assert root.tag == f"{{{NAMESPACE}}}Document"
    assert texts(body, "GrpHdr/MsgId") == ["R-1"]
    assert texts(body, "GrpHdr/CreDtTm") == ["2026-11-24T09:30:00.125Z"]
    assert texts(body, "OrgnlGrpInfAndSts/OrgnlMsgId") == ["M-1"]
    assert texts(body, "OrgnlGrpInfAndSts/OrgnlMsgNmId") == ["pain.001.001.09"]
    assert texts(body, "OrgnlGrpInfAndSts/OrgnlCtrlSum") == ["10"]
    assert texts(body, "OrgnlGrpInfAndSts/GrpSts") == ["PART"]
    assert texts(body, "OrgnlGrpInfAndSts/NbOfTxsPerSts/DtldSts") == ["ACSC", "PDNG", "RJCT"]
    assert texts(body, "OrgnlPmtInfAndSts/OrgnlPmtInfId") == ["B-2", "B-1"]
    assert texts(body, "OrgnlPmtInfAndSts/OrgnlNbOfTxs") == ["2", "1"]
    assert texts(body, "OrgnlPmtInfAndSts/PmtInfSts") == ["PART", "RJCT"]
    entry = "OrgnlPmtInfAndSts/TxInfAndSts/"
    assert texts(body, f"{entry}OrgnlEndToEndId") == ["E-1", "E-3", "E-2"]
    assert texts(body, f"{entry}TxSts") == ["ACSC", "PDNG", "RJCT"]
    assert texts(body, f"{entry}OrgnlInstrId") == ["I-1"]
    assert texts(body, f"{entry}AcctSvcrRef") == ["pay_1"]
    assert texts(body, f"{entry}StsRsnInf/Rsn/Cd") == ["AM12"]
    assert texts(body, f"{entry}StsRsnInf/AddtlInf") == ["Too many decimals"]


def test_a_long_detail_is_cut_and_a_missing_one_left_out():
    root = built(item("RJCT", reason="NARR", detail="x" * 200), item("RJCT", reason="AC04"))

    assert texts(root[0], "OrgnlPmtInfAndSts/TxInfAndSts/StsRsnInf/AddtlInf") == ["x" * 105]


ids = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=35)
statuses = st.sampled_from(["RCVD", "PDNG", "ACTC", "ACCP", "ACSP", "ACSC", "ACCC", "RJCT", "CANC"])
items = st.builds(
    ItemStatus,
    payment_information_id=ids,
    end_to_end_id=ids,
    status=statuses,
    amount=st.decimals(0, 10**12, places=2).map(lambda value: f"{value:f}"),
    currency=st.sampled_from(["EUR", "JPY", "XXX"]),
    instruction_id=st.none() | ids,
    uetr=st.none() | st.uuids(version=4).map(str),
    reference=st.none() | ids,
    reason=st.none() | st.sampled_from(["AM12", "AC03"]),
    detail=st.none() | st.text(st.characters(codec="utf-8", exclude_categories=["C"])),
)


@needs_shared_data
@given(st.lists(items, max_size=6), st.none() | st.just(Decimal("12.5")))
def test_every_report_is_valid_and_built_the_same_again(xsd, members, total):
    header = FileHeader(**{**_fields(HEADER), "control_sum": total})
    one = report(header, members, message_id="R-1", created_at=AT)

    xsd.assertValid(etree.fromstring(one))
    assert report(header, members, message_id="R-1", created_at=AT) == one


@needs_shared_data
def test_a_read_file_gives_a_valid_report_with_its_rejections(xsd):
    found = pain001.parse((EVENTS / "partly_unusable.pain.001.001.09.xml").read_bytes())
    members = []
    for each in found.items:
        rejected = each.outcome if isinstance(each.outcome, Reason) else None
        members.append(
            ItemStatus(
                payment_information_id=each.payment_information_id,
                end_to_end_id=each.end_to_end_id,
                uetr=each.uetr,
                amount=f"{each.instructed:f}",
                currency=each.currency,
                status="RJCT" if rejected else "ACSC",
                reason=rejected and rejected.code,
                detail=rejected and rejected.detail,
            )
        )

    root = etree.fromstring(report(found.header, members, message_id="R-1", created_at=AT))

    xsd.assertValid(root)
    assert texts(root[0], "OrgnlGrpInfAndSts/GrpSts") == ["PART"]
    assert texts(root[0], "OrgnlGrpInfAndSts/NbOfTxsPerSts/DtldNbOfTxs") == ["1", "4"]


def _fields(header: FileHeader) -> dict[str, object]:
    return {name: getattr(header, name) for name in header.__dataclass_fields__}
