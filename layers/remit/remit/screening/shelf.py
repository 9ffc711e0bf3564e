"""One version of one list in memory, and the search in it: words, then names, then entries.

A word of the party finds the words of the list that share enough pairs of letters with it. Names
that hold such words for enough of the party's letters are candidates, and only those are scored.
"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from remit.kernel.value import value
from remit.screening.evidence import most_raised, weigh
from remit.screening.match import Link, Span, best, explained, fit, joined, links, score, spans
from remit.screening.model import Entry, Fit, Hit, Name, Party, Quality
from remit.screening.policy import Policy
from remit.screening.similarity import least_shared, longest_gap, pairs, similarity, swapped

QUALITIES: tuple[Quality, ...] = ("primary", "strong", "weak")
_SHORT = 3

Numbers = memoryview
Alike = Mapping[Span, Mapping[str, float]]


class _Lists:
    """Lists of numbers, by number."""

    def __init__(self, sections: Mapping[str, memoryview], name: str) -> None:
        self._starts = sections[f"{name}_at"].tobytes()
        self._at = memoryview(self._starts).cast("I")
        self._flat = memoryview(sections[name].tobytes()).cast("I")

    def __getitem__(self, number: int) -> Numbers:
        return self._flat[self._at[number] : self._at[number + 1]]

    def between(self, number: int, first: int, last: int) -> Numbers:
        """Those of a list in ascending order that are at least `first` and less than `last`."""
        start, end = self._at[number], self._at[number + 1]
        start = bisect_left(self._flat, first, start, end)
        return self._flat[start : bisect_left(self._flat, last, start, end)]


@value
class _Found:
    """A name that is a candidate, with its score."""

    name: int
    score: float
    listed: tuple[str, ...]
    taken: tuple[Link, ...]


class Shelf:
    """A list's version, searchable."""

    def __init__(self, *, source: str, version: str, sections: Mapping[str, memoryview]) -> None:
        self.source = source
        self.version = version
        self._lines = _lines(sections["entries"])
        self._words = _lines(sections["words"])
        self._number = {word: number for number, word in enumerate(self._words)}
        self._grams = {gram: number for number, gram in enumerate(_lines(sections["grams"]))}
        self._gram_words = _Lists(sections, "gram_words")
        self._word_names = _Lists(sections, "word_names")
        self._name_words = _Lists(sections, "name_words")
        self._name_entry = memoryview(sections["name_entry"].tobytes()).cast("I")
        self._name_quality = sections["name_quality"].tobytes()

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def names(self) -> int:
        """How many names are in it."""
        return len(self._name_quality)

    def entry(self, number: int) -> Entry:
        """The entry of that number."""
        found = json.loads(self._lines[number])
        identifier, kind, digest, names, years, nationalities, countries, programmes = found
        return Entry(
            source=self.source,
            id=identifier,
            kind=kind,
            hash=digest,
            names=tuple(Name(text=text, quality=quality) for text, quality in names),
            birth_years=tuple(years),
            nationalities=tuple(nationalities),
            countries=tuple(countries),
            programmes=tuple(programmes),
        )

    def entries(self) -> list[Entry]:
        """Every entry, by id."""
        return [self.entry(number) for number in range(len(self._lines))]

    def hashes(self) -> dict[str, str]:
        """The hash of every entry, by its id."""
        lines = map(json.loads, self._lines)
        return {line[0]: line[2] for line in lines}

    def search(self, party: Party, asked: Sequence[str], policy: Policy) -> list[Hit]:
        """The hits of `party`, whose name has the tokens `asked`."""
        alike = self._alike(asked, policy)
        least = _least(asked, policy) - most_raised(policy)
        by_entry: dict[int, Hit] = {}
        for number in self._candidates(asked, alike, least):
            found = self._scored(number, asked, alike, policy)
            if found.score < least:
                continue
            at = self._name_entry[number]
            hit = self._judged(party, asked, found, policy)
            if hit and (at not in by_entry or hit.score > by_entry[at].score):
                by_entry[at] = hit
        return list(by_entry.values())

    def _alike(self, asked: Sequence[str], policy: Policy) -> Alike:
        """For each token, and each run of tokens as one word, the words of the list like it."""
        found: dict[Span, Mapping[str, float]] = {}
        for span in spans(len(asked)):
            word = joined(asked, span)
            if span[1] - span[0] == 1:
                found[span] = self._resembling(word, policy)
            elif word in self._number:
                found[span] = {word: 1.0}
        return found

    def _resembling(self, word: str, policy: Policy) -> dict[str, float]:
        """The words that `similarity.likeness` says are like `word`, with their scores."""
        found = {word: 1.0}
        if len(word) == 1:
            return found
        words = self._words
        near = {words[number] for number in self._sharing(word)}
        near |= {other for other in swapped(word) if other in self._number}
        for other in near - {word}:
            score = similarity(word, other, policy)
            if score >= policy.least_similarity:
                found[other] = score
        return found

    def _sharing(self, word: str) -> Iterator[int]:
        """The words of about the same length that share enough pairs of letters with `word`."""
        length = len(word)
        shortest = next(one for one in range(1, length + 1) if one + longest_gap(one) >= length)
        longest = length + longest_gap(length)
        first, last = self._at_least(max(shortest, 2)), self._at_least(longest + 1)
        shared: Counter[int] = Counter()
        for gram in pairs(word):
            number = self._grams.get(gram)
            if number is not None:
                shared.update(self._gram_words.between(number, first, last))
        least = least_shared(length, shortest)
        for number in [number for number, count in shared.items() if count >= least]:
            if shared[number] >= least_shared(length, len(self._words[number])):
                yield number

    def _at_least(self, length: int) -> int:
        """The first word of at least that length: words stand in the order of their lengths."""
        return bisect_left(self._words, length, key=len)

    def _candidates(self, asked: Sequence[str], alike: Alike, least: float) -> list[int]:
        """The names with enough of the party's letters in words like its own to reach `least`."""
        total = sum(map(len, asked))
        enough = total * least / (2.3 - 1.3 * least)
        found = sorted(
            ((len(token), self._holding(token, at, alike)) for at, token in enumerate(asked)),
            key=lambda one: len(one[1]),
        )
        sums: dict[int, float] = {}
        ahead = float(total)
        for weight, names in found:
            # Who has matched nothing by now, and could no longer match enough, is left out.
            for name in names if ahead >= enough else names.keys() & sums.keys():
                sums[name] = sums.get(name, 0.0) + weight * names[name]
            ahead -= weight
        return sorted(name for name, matched in sums.items() if matched >= enough)

    def _holding(self, asked: str, at: int, alike: Alike) -> dict[int, float]:
        """The names that hold a word like the token `at`, or like a run that it is in."""
        best_of: dict[str, float] = {}
        for span, words in alike.items():
            if span[0] <= at < span[1]:
                for word, likeness in words.items():
                    best_of[word] = max(likeness, best_of.get(word, 0.0))
        for half in _halves(asked):
            best_of.setdefault(half, 1.0)
        names: dict[int, float] = {}
        for word, likeness in sorted(best_of.items(), key=lambda one: one[1]):
            number = self._number.get(word)
            if number is not None:
                names.update(dict.fromkeys(self._word_names[number], likeness))
        return names

    def _scored(self, number: int, asked: Sequence[str], alike: Alike, policy: Policy) -> _Found:
        listed = tuple(self._words[word] for word in self._name_words[number])
        taken = tuple(best(links(asked, listed, alike, policy)))
        return _Found(
            name=number, score=score(asked, listed, taken, policy), listed=listed, taken=taken
        )

    def _judged(
        self, party: Party, asked: Sequence[str], found: _Found, policy: Policy
    ) -> Hit | None:
        """The hit that a candidate is, once evidence has been weighed; None below the threshold."""
        entry = self.entry(self._name_entry[found.name])
        quality = QUALITIES[self._name_quality[found.name]]
        weighed = weigh(party, entry, found.score, policy)
        alone = party.kind == "person" and entry.kind == "individual"
        met = fit(asked, found.listed, found.taken, alone=alone)
        if weighed.score < policy.threshold[met]:
            return None
        return Hit(
            source=self.source,
            entry_id=entry.id,
            entry_hash=entry.hash,
            name=entry.names[self._place(found.name)].text,
            quality=quality,
            score=weighed.score,
            tokens=explained(asked, found.listed, found.taken, policy),
            evidence={**weighed.evidence, "words": met},
            list_version=self.version,
        )

    def _place(self, name: int) -> int:
        """Which of its entry's names it is: an entry's names stand in a row."""
        first = name
        while first and self._name_entry[first - 1] == self._name_entry[name]:
            first -= 1
        return name - first


def _least(asked: Sequence[str], policy: Policy) -> float:
    """The lowest score that can make a hit of a name of these tokens."""
    met: tuple[Fit, ...] = ("whole", "part") if len(asked) > 1 else ("whole", "part", "word")
    return min(policy.threshold[one] for one in met)


def _lines(section: memoryview) -> list[str]:
    return str(section, "utf-8").split("\n") if section else []


def _halves(token: str) -> list[str]:
    """The two parts of a token at each place where it could be two words written as one."""
    places = range(_SHORT, len(token) - _SHORT + 1)
    return [half for place in places for half in (token[:place], token[place:])]
