"""The encodings that are taken, and that each gives the same file."""

import pytest

from remit.rails.iso20022 import pain001
from remit.rails.iso20022.encoding import utf8
from remit.rails.iso20022.errors import MalformedMessage
from tests.unit.rails.files import block, file, transfer

LATIN = "Zoë Müller"
WIDE = "田中 Łukasz 🍞"


def named(name: str) -> str:
    return file(block(transfer(name=name)))


@pytest.mark.parametrize(
    ("declaration", "codec", "name"),
    [
        ("", "utf-8", WIDE),
        ("", "utf-8-sig", WIDE),
        ("", "utf-16", WIDE),
        ('<?xml version="1.0"?>', "utf-8", WIDE),
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-8", WIDE),
        ('<?xml version="1.0" encoding="utf-8" standalone="yes" ?>', "utf-8-sig", WIDE),
        ("<?xml version='1.0' encoding='UTF-16'?>", "utf-16", WIDE),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "latin-1", LATIN),
        ("<?xml version = '1.0'\n encoding = 'iso-8859-1'?>", "latin-1", LATIN),
    ],
)
def test_each_allowed_encoding_gives_the_same_names(declaration, codec, name):
    content = (declaration + named(name)).encode(codec)

    assert pain001.parse(content).items[0].outcome.creditor_name == name


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_in_either_byte_order(codec):
    content = ("\ufeff" + named(WIDE)).encode(codec)

    assert pain001.parse(content).items[0].outcome.creditor_name == WIDE


@pytest.mark.parametrize("encoding", ["UTF-32", "windows-1252", "US-ASCII", "rot13", "UTF-8-SIG"])
def test_any_other_encoding_is_refused(encoding):
    content = f'<?xml version="1.0" encoding="{encoding}"?>{file()}'.encode()

    with pytest.raises(MalformedMessage, match="must be UTF-8, UTF-16 or ISO-8859-1"):
        utf8(content)


def test_lines_are_counted_from_the_declaration_on():
    content = '<?xml\n version="1.0"\n encoding="UTF-8"?>\n' + file().replace("TRF", "XXX")

    with pytest.raises(pain001.InvalidMessage, match="Line 6: the value is not one of"):
        pain001.parse(content.encode())


def test_a_text_cut_by_a_comment_or_in_a_cdata_section_is_whole():
    cut = "A<!-- cut -->-<![CDATA[<1>]]>"
    lines = f"<RmtInf><Ustrd>{cut}</Ustrd></RmtInf>"

    found = pain001.parse(file(block(transfer(cut, more=lines))).encode())

    assert found.items[0].end_to_end_id == "A-<1>"
    assert found.items[0].outcome.remittance == ("A-<1>",)


def test_a_letter_that_lies_across_two_chunks_is_read():
    for shift in range(4):
        names = " " * shift + "é🍞" * 12_000
        content = file().replace("<CstmrCdtTrfInitn>", f"<!--{names}--><CstmrCdtTrfInitn>")
        assert len(pain001.parse(content.encode()).items) == 1
