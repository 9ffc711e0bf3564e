"""Files made to harm whoever reads them, each with what is to be said about it."""

import sys
from collections.abc import Callable
from pathlib import Path

from remit.kernel.errors import RemitError
from remit.rails.iso20022 import pain001
from remit.rails.iso20022.errors import (
    InvalidMessage,
    MalformedMessage,
    MessageTooLarge,
    UnsupportedMessage,
)
from tests.unit.rails.files import block, file

MIB = 1024 * 1024
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
OPEN = f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>'.encode()
CLOSE = b"</CstmrCdtTrfInitn></Document>"


def laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(12)
    )
    return f"<!DOCTYPE lolz [{entities}]><Document>&l11;</Document>".encode()


def with_name(name: str) -> bytes:
    return file().replace("<Nm>Creditor</Nm>", f"<Nm>{name}</Nm>").encode()


Case = tuple[Callable[[], bytes], type[RemitError] | tuple[type[RemitError], ...], str]

CASES: dict[str, Case] = {
    "billion laughs": (laughs, MalformedMessage, r"Line 1: a DOCTYPE"),
    "quadratic blow-up": (
        lambda: b'<!DOCTYPE x [<!ENTITY a "%b">]><x>%b</x>' % (b"a" * MIB, b"&a;" * 9999),
        MalformedMessage,
        "DOCTYPE",
    ),
    "external entity": (
        lambda: b'\n<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        MalformedMessage,
        r"Line 2: a DOCTYPE",
    ),
    "parameter entity in UTF-16": (
        lambda: '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/">%e;]><x/>'.encode("utf-16"),
        MalformedMessage,
        "DOCTYPE",
    ),
    "external DTD": (
        lambda: b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
        MalformedMessage,
        "DOCTYPE",
    ),
    "undefined entity": (lambda: with_name("&evil;"), MalformedMessage, "undeclared entity"),
    "100 MB": (lambda: b"<a>" * (35 * MIB), MessageTooLarge, "110100480 bytes; 4194304 are"),
    "one byte too many": (lambda: b" " * (4 * MIB + 1), MessageTooLarge, "4194305 bytes"),
    "depth 10,000": (
        lambda: b"<a>" * 10_000 + b"</a>" * 10_000,
        MalformedMessage,
        "Line 1, column 771: resource limit",
    ),
    "a million elements": (lambda: b"<a/>" * MIB, MessageTooLarge, "more than 300000 elements"),
    "faults without number": (
        lambda: OPEN + b"<GrpHdr/>" + b"<PmtInf/>" * 290_000 + CLOSE,
        InvalidMessage,
        r"Line 1: .*\( MsgId \)",
    ),
    "a late fault after many siblings": (
        lambda: (
            file(block())
            .replace(
                "</CdtrAcct>", f"</CdtrAcct><RmtInf>{'<Ustrd>a</Ustrd>' * 200_000}<Ustrd/></RmtInf>"
            )
            .encode()
        ),
        InvalidMessage,
        "Line 3: the value is too short",
    ),
    "attributes without number": (
        lambda: b"<a " + b" ".join(b"a%d=''" % n for n in range(250_000)) + b"/>",
        UnsupportedMessage,
        "This XML is not supported",
    ),
    "namespaces without number": (
        lambda: b"<a " + b" ".join(b"xmlns:a%d='u:%d'" % (n, n) for n in range(100_000)) + b"/>",
        (MalformedMessage, UnsupportedMessage),
        ".",
    ),
    "a number of a million digits": (
        lambda: file(total="1" * MIB).encode(),
        InvalidMessage,
        "Line 2: ",
    ),
    "an enormous name": (lambda: b"<" + b"a" * (3 * MIB) + b"/>", MalformedMessage, "Line 1"),
    "UTF-7": (
        lambda: b'<?xml version="1.0" encoding="UTF-7"?>+ADw-Document/+AD4-',
        MalformedMessage,
        "UTF-8, UTF-16 or ISO-8859-1",
    ),
    "undeclared UTF-7": (lambda: b"+ADw-Document/+AD4-", MalformedMessage, "document empty"),
    "EBCDIC": (lambda: file().encode("cp500"), MalformedMessage, "Byte 3 is not UTF-8"),
    "UTF-32": (lambda: file().encode("utf-32"), MalformedMessage, "UTF-8, UTF-16 or ISO"),
    "UTF-16 without its mark": (
        lambda: file().encode("utf-16-le"),
        MalformedMessage,
        "Line 1, column",
    ),
    "UTF-16 declared, ASCII sent": (
        lambda: b'<?xml version="1.0" encoding="UTF-16"?>' + file().encode(),
        MalformedMessage,
        "must begin with a byte order mark",
    ),
    "UTF-8 declared, UTF-16 sent": (
        lambda: ('<?xml version="1.0" encoding="UTF-8"?>' + file()).encode("utf-16"),
        MalformedMessage,
        "byte order mark disagree",
    ),
    "UTF-8 declared, Latin-1 sent": (
        lambda: with_name("Andr\N{LATIN SMALL LETTER E WITH ACUTE}").decode().encode("latin-1"),
        MalformedMessage,
        r"Byte \d+ is not UTF-8",
    ),
    "overlong UTF-8": (lambda: b"<a>\xc0\xbc/a>", MalformedMessage, "Byte 3 is not UTF-8"),
    "XML 1.1": (
        lambda: b'<?xml version="1.1"?>' + file().encode(),
        MalformedMessage,
        "Line 1: a processing instruction",
    ),
    "NUL": (lambda: with_name("a\0b"), MalformedMessage, "Line 3, column .*: invalid char"),
    "NUL by reference": (lambda: with_name("a&#0;b"), MalformedMessage, "invalid char"),
    "a style sheet": (
        lambda: b'<?xml version="1.0"?>\n<?xml-stylesheet href="x.xsl"?>' + file().encode(),
        MalformedMessage,
        "Line 2: a processing instruction",
    ),
    "two declarations": (
        lambda: b'<?xml version="1.0"?><?xml version="1.0"?>' + file().encode(),
        MalformedMessage,
        "processing instruction",
    ),
    "XInclude": (
        lambda: with_name(
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
        ),
        InvalidMessage,
        "Line 3: ",
    ),
    "nothing": (lambda: b"", MalformedMessage, "Line 1, column 1: document empty"),
    "only a declaration": (lambda: b'<?xml version="1.0"?>', MalformedMessage, "document empty"),
    "cut in the middle": (
        lambda: file().encode()[:700],
        MalformedMessage,
        "Line 4, column 11: gt required",
    ),
    "something after the end": (
        lambda: file().encode() + b"<a/>",
        MalformedMessage,
        "document end",
    ),
    "JSON": (lambda: b'{"debtor_account": "acc_1"}', MalformedMessage, "Line 1, column 1"),
    "no message": (lambda: b"<html/>", UnsupportedMessage, "This XML is not supported"),
    "a message in another element": (
        lambda: file().replace("Document", "Envelope").encode(),
        UnsupportedMessage,
        "This XML is not supported",
    ),
    "a namespace that looks right": (
        lambda: file().replace("urn:iso:std", "urn:iso-std").encode(),
        UnsupportedMessage,
        "This XML is not supported; send pain.001.001.03 or pain.001.001.09",
    ),
}


def refusal(content: bytes) -> RemitError:
    """The error that `content` is refused with."""
    try:
        pain001.parse(content)
    except RemitError as error:
        return error
    raise AssertionError("the file was taken")


def growth() -> int:
    """How many bytes of memory the case named on the command line takes, beyond its own size."""
    make, _, _ = CASES[sys.argv[1]]
    refusal(file(block()).replace("Creditor", "").encode())  # everything is loaded, once refused
    content = make()
    before = _peak()
    for _ in range(3):  # what is not given back shows, too
        refusal(content)
    return _peak() - before


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    sys.stdout.write(str(growth()))
