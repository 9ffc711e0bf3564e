"""A list made searchable, in one block of bytes that loads at once (docs/decisions has the why).

Everything is in arrays and three texts, so that loading copies and makes next to nothing: an
entry is read only once it is a candidate.
"""

import json
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

from remit.kernel.canonical import canonical_json
from remit.screening.match import joined, spans
from remit.screening.model import Entry, Hit, Name, Party, Quality, version_of
from remit.screening.names import UnscreenableName, tokens
from remit.screening.policy import POLICY, Policy
from remit.screening.shelf import QUALITIES, Shelf
from remit.screening.similarity import pairs

FORMAT = 1
_GLUE = 3
"""A run of tokens is also indexed as one word where one of them is as short as this."""


def build(entries: Iterable[Entry]) -> bytes:
    """The index of `entries`, which are one version of one source: the same bytes for the same.

    Raises `ValueError` when they are of several sources, or one id is there twice.
    """
    ordered = sorted(entries, key=lambda one: one.id)
    hashes = {one.id: one.hash for one in ordered}
    sources = {one.source for one in ordered}
    if len(sources) > 1 or len(hashes) < len(ordered):
        raise ValueError("an index is of one source, and has every entry once")
    names = [(number, name) for number, one in enumerate(ordered) for name in one.names]
    words = [_tokens(ordered[number], name) for number, name in names]
    vocabulary = sorted(
        {word for listed in words for word in _indexed(listed)}, key=lambda word: (len(word), word)
    )
    numbers = {word: number for number, word in enumerate(vocabulary)}
    grams: dict[str, list[int]] = {}
    for number, word in enumerate(vocabulary):
        for gram in pairs(word):
            grams.setdefault(gram, []).append(number)
    postings: list[list[int]] = [[] for _ in vocabulary]
    for number, listed in enumerate(words):
        for word in _indexed(listed):
            postings[numbers[word]].append(number)
    sections = {
        "entries": "\n".join(map(_line, ordered)).encode(),
        "words": "\n".join(vocabulary).encode(),
        "grams": "\n".join(grams).encode(),
        **_lists("gram_words", list(grams.values())),
        **_lists("word_names", postings),
        **_lists("name_words", [[numbers[word] for word in listed] for listed in words]),
        "name_entry": array("I", [number for number, _ in names]).tobytes(),
        "name_quality": bytes(QUALITIES.index(name.quality) for _, name in names),
    }
    return _packed("".join(sources), version_of(hashes), sections)


def _tokens(entry: Entry, name: Name) -> tuple[str, ...]:
    try:
        return tokens(name.text, business=entry.kind != "individual")
    except UnscreenableName:
        return ()


def _indexed(listed: Sequence[str]) -> Iterator[str]:
    """The words that lead to a name: its tokens, and runs of them with a short one, as one word."""
    yield from dict.fromkeys(
        joined(listed, span)
        for span in spans(len(listed))
        if span[1] - span[0] == 1 or any(len(token) <= _GLUE for token in listed[slice(*span)])
    )


def _line(entry: Entry) -> str:
    return canonical_json(
        [
            entry.id,
            entry.kind,
            entry.hash,
            [[name.text, name.quality] for name in entry.names],
            entry.birth_years,
            entry.nationalities,
            entry.countries,
            entry.programmes,
        ]
    )


def _lists(name: str, lists: Sequence[Sequence[int]]) -> dict[str, bytes]:
    """Lists of numbers as two arrays: where each begins, and all of them in a row."""
    starts, flat = array("I", [0]), array("I")
    for one in lists:
        flat.extend(one)
        starts.append(len(flat))
    return {f"{name}_at": starts.tobytes(), name: flat.tobytes()}


def _packed(source: str, version: str, sections: Mapping[str, bytes]) -> bytes:
    head = {
        "format": FORMAT,
        "source": source,
        "version": version,
        "sections": [[name, len(content)] for name, content in sections.items()],
    }
    first = canonical_json(head).encode() + b"\n"
    return zlib.compress(first + b"".join(sections.values()), level=6)


def _unpacked(block: bytes) -> Shelf:
    content = memoryview(zlib.decompress(block))
    end = content.obj.index(b"\n")  # type: ignore[attr-defined]
    head = json.loads(bytes(content[:end]))
    if head["format"] != FORMAT:
        raise ValueError(f"an index of format {head['format']}, not {FORMAT}")
    sections, at = {}, end + 1
    for name, length in head["sections"]:
        sections[name] = content[at : at + length]
        at += length
    return Shelf(source=head["source"], version=head["version"], sections=sections)


class Index:
    """The newest versions of some lists, as one thing to search."""

    def __init__(self, shelves: Sequence[Shelf]) -> None:
        self.shelves = tuple(shelves)

    @classmethod
    def load(cls, *blocks: bytes) -> "Index":
        """The index of what `build` gave, of one source or of several."""
        return cls([_unpacked(block) for block in blocks])

    @property
    def versions(self) -> Mapping[str, str]:
        """Each source that is searched, and its version."""
        return {shelf.source: shelf.version for shelf in self.shelves}

    def search(self, party: Party, policy: Policy = POLICY) -> tuple[Hit, ...]:
        """Every entry that `party` resembles as much as `policy` asks, best first.

        Raises `UnscreenableName`: a name that cannot be compared is never clear.
        """
        asked = tokens(party.name, business=party.kind == "business")
        found = [hit for shelf in self.shelves for hit in shelf.search(party, asked, policy)]
        return tuple(sorted(found, key=lambda hit: (-hit.score, hit.source, hit.entry_id)))


__all__ = ["FORMAT", "Index", "Quality", "build"]
