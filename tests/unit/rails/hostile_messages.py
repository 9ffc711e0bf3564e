"""Messages made to harm whoever reads them, out of ordinary ones of every kind."""

import sys
from collections.abc import Callable

from remit.kernel.errors import RemitError
from remit.rails.iso20022 import camt053
from remit.rails.iso20022.errors import InvalidMessage
from tests.unit.rails import hostile
from tests.unit.rails.examples import BUILT, READERS

MIB = hostile.MIB


def body(content: bytes) -> bytes:
    """A message without its declaration."""
    return content.partition(b"?>")[2].lstrip()


def inside(content: bytes, text: bytes) -> bytes:
    """The message with `text` put where its root begins to hold something."""
    head, _, rest = body(content).partition(b">")
    return head + b">" + text + rest


def bombed(content: bytes) -> bytes:
    entities = b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) if n else b'<!ENTITY l0 "lol">'
        for n in range(12)
    )
    return b"<!DOCTYPE lolz [" + entities + b"]>" + inside(content, b"&l11;")


def external(content: bytes) -> bytes:
    told = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return told + inside(content, b"&e;")


def hollow(content: bytes) -> bytes:
    """The message with nothing in its body."""
    head, _, rest = body(content).partition(b">")
    name = rest[1 : rest.index(b">")].split()[0]
    end = rest.rpartition(b"</")[2]
    return head + b"><" + name + b"/></" + end


CASES: dict[str, Callable[[bytes], bytes]] = {
    "an entity bomb in it": bombed,
    "an external entity in it": external,
    "100 MB": lambda content: b"<a>" * (35 * MIB),
    "too deep": lambda content: inside(content, b"<a>" * 10_000 + b"</a>" * 10_000),
    "as deep as can be": lambda content: inside(content, b"<a>" * 200 + b"</a>" * 200),
    "too many elements": lambda content: inside(content, b"<a/>" * 240_000),
    "an element of another namespace": lambda content: inside(content, b'<a xmlns="urn:x">1</a>'),
    "two roots": lambda content: body(content) * 2,
    "two bodies": lambda content: inside(content, b"<Again/>"),
    "text between": lambda content: inside(content, b"text"),
    "wrongly declared": lambda content: b'<?xml version="1.0" encoding="UTF-16"?>' + body(content),
    "UTF-7": lambda content: b'<?xml version="1.0" encoding="UTF-7"?>' + body(content),
    "EBCDIC": lambda content: body(content).decode().encode("cp500"),
    "UTF-16 without a mark": lambda content: body(content).decode().encode("utf-16-le"),
    "UTF-32": lambda content: body(content).decode().encode("utf-32"),
    "a bad byte": lambda content: inside(content, b"\xff"),
    "NUL": lambda content: inside(content, b"\0"),
    "a style sheet": lambda content: inside(content, b'<?xml-stylesheet href="x"?>'),
    "XInclude": lambda content: inside(
        content,
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>',
    ),
    "cut in the middle": lambda content: content[: len(content) // 2],
    "nothing": lambda content: b"",
    "no message": lambda content: b"<html/>",
    "another version": lambda content: content.replace(b".001.", b".009.", 1),
    "a namespace that looks right": lambda content: content.replace(b"urn:iso:std", b"urn:iso-std"),
    "an empty body": hollow,
}


def _statement(middle: bytes) -> bytes:
    content = BUILT[camt053.MESSAGE]
    before, _, rest = content.partition(b"<Ntry>")
    entry, _, after = rest.rpartition(b"</Ntry>")
    return before + middle.replace(b"{entry}", b"<Ntry>" + entry[: entry.index(b"</Ntry>")]) + after


FLOODS: dict[str, Callable[[], bytes]] = {
    "an entry without end": lambda: _statement(
        b"<Ntry>" + b"<NtryDtls><TxDtls/></NtryDtls>" * 1_000_000 + b"</Ntry>"
    ),
    "empty entries": lambda: _statement(b"<Ntry/>" * 4_000_000),
    "balances without number": lambda: _statement(b"<Bal/>" * 4_000_000),
    "statements without number": lambda: _statement(
        b"</Stmt>" + b"<Stmt><Id>1</Id></Stmt>" * 1_000_000 + b"<Stmt>"
    ),
    "a header without end": lambda: BUILT[camt053.MESSAGE].replace(
        b"</GrpHdr>", b"<Ntry/>" * 4_000_000 + b"</GrpHdr>"
    ),
    "one text of 30 MB": lambda: _statement(
        b"<AddtlStmtInf>" + b"a" * (30 * MIB) + b"</AddtlStmtInf>"
    ),
}


def refusal(message: str, content: bytes) -> RemitError:
    """The error that `content` is refused with by the reader of `message`."""
    try:
        READERS[message](content)
    except RemitError as error:
        return error
    raise AssertionError("the message was taken")


def growth(flood: str) -> int:
    """How many bytes of memory a flood takes, beyond its own size."""
    assert isinstance(refusal(camt053.MESSAGE, hollow(BUILT[camt053.MESSAGE])), InvalidMessage)
    content = FLOODS[flood]()
    before = hostile._peak()
    for _ in range(2):  # what is not given back shows, too
        refusal(camt053.MESSAGE, content)
    return hostile._peak() - before


if __name__ == "__main__":
    sys.stdout.write(str(growth(sys.argv[1])))
