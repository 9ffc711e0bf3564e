"""The schema check: the first fault, named exactly as a check of the whole tree would find it."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from remit.rails.iso20022 import schema
from remit.rails.iso20022.errors import InvalidMessage
from tests.unit.rails.files import EVENTS, block, file, needs_shared_data, shared, transfer

SAMPLES = sorted(EVENTS.glob("*.xml"))
GROUP = "/Document/CstmrCdtTrfInitn/GrpHdr"
BLOCK = "/Document/CstmrCdtTrfInitn/PmtInf[1]"
ITEM = f"{BLOCK}/CdtTrfTxInf[1]"


def check(content: str, version: str = "09") -> None:
    schema.check(content.encode(), f"pain.001.001.{version}")


@pytest.mark.parametrize(
    ("old", "new", "pointer", "words"),
    [
        ("<MsgId>M-1</MsgId>", "", f"{GROUP}/CreDtTm", r"order \(.*Expected is \( MsgId \)"),
        ("M-1", "", f"{GROUP}/MsgId", "too short"),
        ("M-1", "M" * 36, f"{GROUP}/MsgId", "too long"),
        ("2026-11-24T", "24.11.2026 ", f"{GROUP}/CreDtTm", "not of the type"),
        (">TRF<", ">CASH<", f"{BLOCK}/PmtMtd", "not one of the schema's codes"),
        (">1<", ">one<", f"{GROUP}/NbOfTxs", "not the form"),
        ("10.00", "-1", f"{ITEM}/Amt/InstdAmt", "too small"),
        ("10.00", "1.000001", f"{ITEM}/Amt/InstdAmt", "too many decimals"),
        ("10.00", "1" * 19, f"{ITEM}/Amt/InstdAmt", "too many digits"),
        ("10.00", "1e3", f"{ITEM}/Amt/InstdAmt", "not of the type"),
        (' Ccy="EUR"', "", f"{ITEM}/Amt/InstdAmt", "a required attribute is missing"),
        ("<Amt>", '<Amt of="it">', f"{ITEM}/Amt", "the attribute is not allowed"),
        ("<Amt>", "<Amt>ten", f"{ITEM}/Amt", "text is not allowed"),
        ("<Cdtr>", "<Cdtr><Cdtr/>", f"{ITEM}/Cdtr/Cdtr", "order"),
        (
            "</CdtTrfTxInf>",
            "<RmtInf><Ustrd>1</Ustrd><Ustrd/></RmtInf></CdtTrfTxInf>",
            f"{ITEM}/RmtInf/Ustrd[2]",
            "too short",
        ),
        ("</PmtInf>", "</PmtInf><PmtInf/>", "/Document/CstmrCdtTrfInitn/PmtInf[2]", "PmtInfId"),
        ("CstmrCdtTrfInitn>", "CstmrDrctDbtInitn>", "/Document/CstmrDrctDbtInitn", "order"),
    ],
)
def test_the_first_fault_is_told_with_its_line_place_and_rule(old, new, pointer, words):
    with pytest.raises(InvalidMessage, match=rf"^Line [1234]: .*{words}") as refusal:
        check(file().replace(old, new))

    assert [entry["pointer"] for entry in refusal.value.errors] == [pointer]
    assert refusal.value.fields == {"reason": "FF01"}


def test_a_fault_far_into_a_long_file_is_found():
    transfers = [transfer(f"E-{n}") for n in range(2_000)]
    transfers[1_777] = transfer("E-1777", currency="eur")

    with pytest.raises(InvalidMessage) as refusal:
        check(file(block(*transfers)))

    assert refusal.value.errors[0]["pointer"] == f"{BLOCK}/CdtTrfTxInf[1778]/Amt/InstdAmt"


@st.composite
def spoilt_trees(draw: st.DrawFn) -> etree._Element:
    """A sample with one element dropped, doubled, renamed, emptied or given what is not its."""
    root = etree.fromstring(draw(st.sampled_from(SAMPLES)).read_bytes())
    element = draw(st.sampled_from(list(root.iter())))
    parent = element.getparent()
    change = draw(st.sampled_from(["drop", "double", "rename", "text", "empty", "attribute"]))
    if change == "drop" and parent is not None:
        parent.remove(element)
    elif change == "double" and parent is not None:
        parent.insert(parent.index(element), etree.fromstring(etree.tostring(element)))
    elif change == "rename":
        element.tag = f"{{{etree.QName(element).namespace}}}{draw(st.sampled_from(['Nm', 'Xx']))}"
    elif change == "text":
        element.text = draw(st.sampled_from(["-1", "x" * 200, "junk", "1e5"]))
    elif change == "empty":
        element.text = ""
    else:
        element.set("Ccy", "EUR")
    return root


@given(spoilt_trees())
def test_streaming_finds_what_a_check_of_the_whole_tree_finds(root):
    message = etree.QName(root).namespace.rpartition(":")[2]
    whole = schema._schema("pain.001.001.03" if message.endswith("03") else "pain.001.001.09")
    content = etree.tostring(root)

    if whole.validate(root):
        schema.check(content, message)
        return
    first = whole.error_log[0]
    prefixes = {prefix: name for prefix, name in root.nsmap.items() if prefix}
    place = schema._pointer(root.xpath(first.path, namespaces=prefixes)[0])
    with pytest.raises(InvalidMessage) as refusal:
        schema.check(content, message)
    assert refusal.value.errors[0]["pointer"] == place


@needs_shared_data
@pytest.mark.parametrize("version", ["03", "09"])
def test_the_schemas_are_those_of_iso_20022(version):
    ours = etree.tostring(_definitions(_packaged(version)), method="c14n")
    theirs = etree.tostring(_definitions(shared(f"xsd/pain.001.001.{version}.xsd")), method="c14n")

    assert ours == theirs


def test_the_package_that_carries_the_schemas_is_never_imported():
    code = (
        "import sys; from remit.rails.iso20022 import schema; schema._schema('pain.001.001.09');"
        "sys.exit('sepaxml' in sys.modules or 'xmlschema' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], env=_path(), check=False).returncode == 0


def test_without_the_package_the_reason_is_told(monkeypatch):
    monkeypatch.setattr(schema, "find_spec", lambda name: None)

    with pytest.raises(ModuleNotFoundError, match="sepaxml, which carries"):
        schema._schema.__wrapped__("pain.001.001.03")


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(EVENTS.parents[2] / "layers/remit")}


def _packaged(version: str) -> bytes:
    origin = schema.find_spec("sepaxml").origin
    path = schema.Path(origin).with_name("schemas") / f"pain.001.001.{version}.xsd"
    return path.read_bytes()


def _definitions(content: bytes) -> etree._Element:
    """A schema without what says nothing: comments, blanks, sequences that wrap one choice."""
    options = etree.XMLParser(remove_comments=True, remove_blank_text=True)
    root = etree.fromstring(content, options)
    xs = "{http://www.w3.org/2001/XMLSchema}"
    for sequence in list(root.iter(f"{xs}sequence")):
        if [child.tag for child in sequence] == [f"{xs}choice"]:
            sequence.getparent().replace(sequence, sequence[0])
    for element in root.iter(f"{xs}element"):
        for bound in ("minOccurs", "maxOccurs"):
            if element.get(bound) == "1":
                del element.attrib[bound]
    root[:] = sorted(root, key=lambda child: (child.tag, child.get("name")))
    return root
