"""Statements: read in full, entry by entry, with what they say and what they contradict."""

import re
import time
from dataclasses import replace

import pytest
from lxml import etree

from remit.kernel.money import Money
from remit.rails.iso20022 import camt053, camt054, entry_stream
from remit.rails.iso20022.agreement import Disagreement, disagreements
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.errors import InvalidMessage, MessageTooLarge, UnsupportedMessage
from remit.rails.iso20022.parts import Code
from remit.rails.iso20022.statement import Entry, FileHeader, Statement, Summary
from tests.unit.rails.examples import AT, balance, entry, eur, file, statement
from tests.unit.rails.files import needs_shared_data, shared
from tests.unit.rails.tables import xsd

SAMPLE = "samples/camt.053.001.02_statement.xml"
BUILT = camt053.build(file()).decode()


def changed(old: str, new: str) -> bytes:
    assert old in BUILT
    return BUILT.replace(old, new, 1).encode()


@needs_shared_data
def test_a_banks_sample_is_read_in_full_and_what_it_contradicts_is_told():
    content = shared(SAMPLE)
    found = camt053.read(content)
    (one,) = found.statements

    assert found.header.message == "camt.053.001.02"
    assert len(one.entries) == content.count(b"<Ntry>") == 15
    assert [each.type.code for each in one.balances] == ["OPBD", "CLBD", "OPAV", "CLAV"]
    assert one.balance("CLBD").signed == -84_666_515
    assert (one.summary.count, one.summary.credits, one.summary.debits) == (14, 9, 5)
    foreign = one.entries[7].details[0].payments[0].amounts.moved
    assert (foreign.amount, str(foreign.exchange.rate)) == (eur(2_906), "1.1622")
    assert one.rest == found.rest == ()
    assert not any(each.rest for each in one.entries)
    assert not any(p.rest for each in one.entries for d in each.details for p in d.payments)
    # The bank has made the sample anonymous, and its own figures with it.
    assert [each.element for each in disagreements(one)] == [
        "Ntry[8]/Amt/@Ccy",
        "Bal[CLBD]",
        "TxsSummry/TtlNtries/NbOfNtries",
        "TxsSummry/TtlNtries/Sum",
        "TxsSummry/TtlCdtNtries/NbOfNtries",
        "TxsSummry/TtlCdtNtries/Sum",
        "TxsSummry/TtlDbtNtries/Sum",
    ]


@needs_shared_data
def test_every_text_of_the_sample_is_in_what_was_read():
    content = shared(SAMPLE)
    words = {text.strip() for text in etree.fromstring(content).itertext() if text.strip()}
    told = repr(camt053.read(content))
    as_values = {"CRDT", "DBIT", "true", "false", "BOOK"}
    amounts = re.compile(r"-?[0-9]+\.[0-9]{2}")

    for word in words - as_values:
        if not amounts.fullmatch(word):
            assert repr(word)[1:-1] in told, word


@needs_shared_data
@pytest.mark.parametrize("message", [camt053.MESSAGE, camt053.OLD_MESSAGE])
def test_a_statement_with_charges_exchange_and_batches_is_valid_and_read_back(message):
    whole = file(statement(summary=Summary(count=2, net=None)), message=message)
    built = camt053.build(whole)

    xsd(message).assertValid(etree.fromstring(built))
    assert camt053.read(built) == whole
    assert disagreements(camt053.read(built).statements[0]) == ()


def test_several_statements_and_what_stands_after_their_entries_are_kept_apart():
    first = statement(id="S-1", additional="The first")
    second = statement(entry(7), id="S-2", additional="The second")
    empty = replace(statement(id="S-3"), entries=(), additional="Nothing happened")
    whole = file(first, second, empty)

    assert camt053.read(camt053.build(whole)) == whole


def test_a_stream_hands_out_the_head_before_the_entries_and_ends_with_the_rest():
    parts = list(camt053.stream(camt053.build(file(statement(additional="The end")))))

    assert [type(part) for part in parts] == [FileHeader, Statement, Entry, Entry, Leaf]
    assert parts[1].entries == ()
    assert parts[-1] == Leaf(path="AddtlStmtInf", text="The end")


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("<Ntry>", "<Ntry><CardTx><Card><CrdBrnd>1</CrdBrnd></Card></CardTx>", "CardTx/Card"),
        ("<Ntry>", "<Ntry><Avlbty><Dt><NbOfDays>1</NbOfDays></Dt></Avlbty>", "Avlbty/Dt/NbOfDays"),
        ("<Chrgs><Rcrd>", "<Chrgs><Rcrd><Tax><Id>VAT</Id></Tax>", "Chrgs/Rcrd/Tax/Id"),
        ("<Ntry>", '<Ntry><Intrst><Amt Ccy="EUR">1</Amt></Intrst>', "Intrst/Amt/@Ccy"),
    ],
)
def test_what_no_part_has_a_place_for_is_kept_with_its_element(old, new, kept):
    first = camt053.read(changed(old, new)).statements[0].entries[0]

    assert any(leaf.path.startswith(kept) for leaf in first.rest), first.rest


def test_an_unknown_code_is_kept_and_a_proprietary_one_told_apart():
    other = entry(status=Code(code="FUTR"), booked_on=None)
    own = statement(
        balances=(balance("ZZZZ", 1), balance("x", 2, type=Code(code="own", proprietary=True)))
    )

    assert camt053.read(camt053.build(file(statement(other)))).statements[0].entries == (other,)
    assert camt053.read(camt053.build(file(own))).statements[0].balances == own.balances


@pytest.mark.parametrize(
    ("old", "new", "pointer", "words"),
    [
        ("<Ntry>", "<Ntry><Amt>1</Amt>", "Ntry/Amt[2]", "only once"),
        ('<Amt Ccy="EUR">10.00', '<Amt Ccy="EUR">10.001', "Ntry/Amt", "EUR, which has 2"),
        ('<Amt Ccy="EUR">10.00', '<Amt Ccy="JPY">10.50', "Ntry/Amt", "JPY, which has 0"),
        ('<Amt Ccy="EUR">10.00', '<Amt Ccy="EUR">-10', "Ntry/Amt", "negative"),
        ('<Amt Ccy="EUR">10.00', '<Amt Ccy="XXX">10', "Ntry/Amt", "not an active ISO 4217"),
        ('<Amt Ccy="EUR">10.00', "<Amt>10", "Ntry/Amt", "not an active ISO 4217"),
        ('<Amt Ccy="EUR">10.00', '<Amt Ccy="EUR">1e3', "Ntry/Amt", "no number"),
        ('<Amt Ccy="EUR">10.00', '<Amt Ccy="EUR">99999999999999.99', "Ntry/Amt", "kept exactly"),
        ("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<Sts>", "Ntry/CdtDbtInd", "missing"),
        ("<Sts><Cd>BOOK</Cd></Sts>", "<Sts/>", "Ntry/Sts", "either Cd or Prtry"),
        ("<Dt>2026-11-24</Dt></BookgDt>", "<Dt>2026-02-30</Dt></BookgDt>", "BookgDt/Dt", "no day"),
        ("<BookgDt><Dt>2026-11-24</Dt>", "<BookgDt>", "Ntry/BookgDt", "either Dt or DtTm"),
        ("<Id>S-1</Id>", "", "Stmt/Id", "missing"),
        ("<Id>S-1</Id>", f"<Id>{'S' * 36}</Id>", "Stmt/Id", "longer than 35"),
        ("<Id>S-1</Id>", "<Id/>", "Stmt/Id", "empty"),
        ("</GrpHdr>", "</GrpHdr><GrpHdr/>", "GrpHdr", "not expected"),
        ("</Ntry></Stmt>", "</Ntry><Bal/></Stmt>", "Bal", "after the entries"),
        ("<Stmt>", "<Stmt>text", "Stmt", "text is not allowed"),
        ("</Stmt>", "</Stmt>text", "BkToCstmrStmt", "text is not allowed"),
        ("<Ntry>", "text<Ntry>", "Stmt", "text is not allowed"),
        ("<Stmt>", "<Rpt/><Stmt>", "Rpt", "not expected"),
        ("<Stmt>", '<x:Stmt xmlns:x="urn:x"/><Stmt>', "BkToCstmrStmt", "must hold Stmt"),
        ("<Bal>", '<x:Bal xmlns:x="urn:x"/><Bal>', "Bal", "other namespaces"),
        ("<Ntry>", "<AddtlStmtInf>1</AddtlStmtInf>" * 2 + "<Ntry>", "AddtlStmtInf[2]", "once"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place_and_rule(old, new, pointer, words):
    with pytest.raises(InvalidMessage, match=words) as refusal:
        camt053.read(changed(old, new))

    assert refusal.value.errors[0]["pointer"].endswith(pointer)
    assert refusal.value.errors[0]["pointer"].startswith("/Document")


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ("<GrpHdr>", "<SplmtryData/><GrpHdr>", None),
        (f"<GrpHdr><MsgId>F-1</MsgId><CreDtTm>{AT}</CreDtTm></GrpHdr>", "", "GrpHdr"),
    ],
)
def test_a_header_has_to_come_before_the_statements(old, new, pointer):
    if pointer is None:
        assert camt053.read(changed(old, new)).header.message_id == "F-1"
        return
    with pytest.raises(InvalidMessage, match="GrpHdr: it is missing"):
        camt053.read(changed(old, new))


def test_a_message_without_a_statement_or_with_another_body_is_refused():
    bare = re.sub("<Stmt>.*</Stmt>", "", BUILT)

    with pytest.raises(InvalidMessage, match="Stmt: it is missing"):
        camt053.read(bare.encode())
    with pytest.raises(InvalidMessage, match="must hold BkToCstmrStmt and nothing else"):
        camt053.read(BUILT.replace("BkToCstmrStmt", "BkToCstmrAcctRpt").encode())
    twice = BUILT.replace("</BkToCstmrStmt>", "</BkToCstmrStmt><BkToCstmrStmt/>")
    with pytest.raises(InvalidMessage, match="must hold BkToCstmrStmt and nothing else"):
        camt053.read(twice.encode())


def test_supplementary_data_of_any_namespace_is_kept():
    data = (
        '<SplmtryData><PlcAndNm>here</PlcAndNm><Envlp><x xmlns="urn:x">1</x></Envlp></SplmtryData>'
    )
    found = camt053.read(changed("</BkToCstmrStmt>", f"{data}</BkToCstmrStmt>"))

    assert [leaf.path for leaf in found.rest] == ["SplmtryData/PlcAndNm", "SplmtryData/Envlp/x"]


@pytest.mark.parametrize("version", ["01", "03", "09", "13"])
def test_another_version_is_refused_with_what_is_supported(version):
    other = BUILT.replace("camt.053.001.08", f"camt.053.001.{version}")

    with pytest.raises(
        UnsupportedMessage,
        match=f"camt.053.001.{version} is not supported; send camt.053.001.02 or camt.053.001.08",
    ):
        camt053.read(other.encode())  # fmt: skip
    with pytest.raises(UnsupportedMessage, match="is not supported; send camt"):
        camt054.read(BUILT.encode())
    with pytest.raises(ValueError, match="message: one of camt"):
        camt054.build(file())


def test_a_file_with_what_was_kept_is_not_written_again():
    kept = replace(file(), rest=(Leaf(path="SplmtryData/PlcAndNm", text="here"),))

    with pytest.raises(ValueError, match="rest: what was kept"):
        camt053.build(kept)


def test_an_entry_of_more_elements_than_allowed_is_refused(monkeypatch):
    monkeypatch.setattr(entry_stream, "MAX_PIECE_ELEMENTS", 20)

    with pytest.raises(MessageTooLarge, match="A part has more than 20 elements"):
        camt053.read(BUILT.encode())


def test_more_entries_or_statements_than_allowed_are_refused(monkeypatch):
    with pytest.raises(MessageTooLarge, match="more than 1 entries"):
        camt053.read(BUILT.encode(), max_entries=1)
    with pytest.raises(MessageTooLarge, match="bytes; 100 are allowed"):
        camt053.read(BUILT.encode(), max_bytes=100)
    monkeypatch.setattr(entry_stream, "MAX_STATEMENTS", 1)
    with pytest.raises(MessageTooLarge, match="more than 1 statements"):
        camt053.read(camt053.build(file(statement(), statement())))


def test_the_time_that_entries_take_grows_with_their_number_and_no_faster():
    def seconds(count: int) -> float:
        content = camt053.build(file(statement(*[entry(n + 1) for n in range(count)])))
        start = time.process_time()
        assert sum(isinstance(part, Entry) for part in camt053.stream(content)) == count
        return time.process_time() - start

    seconds(100)
    few, many = seconds(1_000), seconds(4_000)

    assert many < 10
    assert many < 8 * few


def test_a_figure_that_the_entries_contradict_is_told():
    moved = statement(entry(1_000), entry(-250), opening=5_000)
    closing = replace(moved, balances=(balance("OPBD", 5_000), balance("CLBD", 5_751)))
    pending = replace(moved, entries=(*moved.entries, entry(9, status=Code(code="PDNG"))))
    foreign = entry(1, amount=Money(amount=1, currency="USD"))
    wrong = Summary(count=3, credits=2, debits=0, credit_sum=None)

    assert disagreements(moved) == ()
    assert disagreements(closing) == (Disagreement(element="Bal[CLBD]", stated=5_751, found=5_750),)
    assert [each.element for each in disagreements(pending)] == ["TxsSummry/TtlNtries/NbOfNtries"]
    assert disagreements(replace(moved, entries=(*moved.entries, foreign), summary=None)) == (
        Disagreement(element="Ntry[3]/Amt/@Ccy", stated="EUR", found="USD"),
    )
    assert len(disagreements(replace(moved, summary=wrong))) == 3
    assert disagreements(replace(moved, balances=(), summary=None)) == ()
    assert moved.balance("ITBD", "CLBD").signed == 5_750
    assert moved.balance("ITBD") is None
