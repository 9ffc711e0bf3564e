"""Camt.053 (statements) and camt.054 (notifications) as whole values: built and read.

For files with many entries there is `entry_stream`, on which this stands.
"""

from collections.abc import Iterator
from dataclasses import replace

from remit.kernel.value import value
from remit.rails.iso20022.branch import Leaf
from remit.rails.iso20022.entries import Layout
from remit.rails.iso20022.entry_stream import MAX_BYTES, MAX_ENTRIES, Part, stream
from remit.rails.iso20022.shape import Shape, build, many, must
from remit.rails.iso20022.statement import Entry, FileHeader, Statement, StatementFile


@value
class Family:
    """The versions of one message that we speak; the first is the one that is written."""

    layouts: tuple[Layout, ...]

    @property
    def supported(self) -> tuple[str, ...]:
        """The versions' names."""
        return tuple(layout.message for layout in self.layouts)

    def build(self, file: StatementFile) -> bytes:
        """The message in UTF-8, in the version that `file` names.

        `ValueError` names an element whose content the schema would not take.
        """
        layout = next((each for each in self.layouts if each.message == file.header.message), None)
        if layout is None:
            raise ValueError(f"message: one of {', '.join(self.supported)}")
        shape = Shape(
            _Body,
            must("GrpHdr", "header", layout.header),
            many(layout.unit, "statements", layout.statement, least=1),
        )
        if file.rest:
            raise ValueError("rest: what was kept as it came cannot be written")
        body = _Body(header=file.header, statements=file.statements)
        return build(layout.message, layout.body, shape, body)

    def read(
        self, content: bytes, *, max_bytes: int = MAX_BYTES, max_entries: int = MAX_ENTRIES
    ) -> StatementFile:
        """The message in `content`, whole: nothing of it is given when anything in it is wrong.

        Raises `MessageTooLarge`, `MalformedMessage`, `UnsupportedMessage` or `InvalidMessage`.
        """
        parts = self.stream(content, max_bytes=max_bytes, max_entries=max_entries)
        return _collected(parts)

    def stream(
        self, content: bytes, *, max_bytes: int = MAX_BYTES, max_entries: int = MAX_ENTRIES
    ) -> Iterator[Part]:
        """The message in `content`, part by part (see `entry_stream`)."""
        layouts = {layout.message: layout for layout in self.layouts}
        return stream(content, layouts, max_bytes=max_bytes, max_entries=max_entries)


@value
class _Body:
    header: FileHeader
    statements: tuple[Statement, ...]


def _collected(parts: Iterator[Part]) -> StatementFile:
    header: FileHeader | None = None
    heads: list[Statement] = []
    entries: list[list[Entry]] = []
    rest: list[Leaf] = []
    for part in parts:
        if isinstance(part, FileHeader):
            header = part
        elif isinstance(part, Statement):
            heads.append(part)
            entries.append([])
        elif isinstance(part, Entry):
            entries[-1].append(part)
        elif part.path.startswith("Addtl"):
            heads[-1] = replace(heads[-1], additional=part.text)
        else:
            rest.append(part)
    if header is None:
        raise LookupError("a stream that has ended well has had a header")
    statements = tuple(
        replace(head, entries=tuple(own)) for head, own in zip(heads, entries, strict=True)
    )
    return StatementFile(header=header, statements=statements, rest=tuple(rest))
