"""Who is screened, what lists hold, and what a match is. Pure: nothing is read or stored here.

A *hit* is an entry of a list that a party's name resembles at least as much as the policy asks,
with the tokens, penalties and evidence that made its score. A *screening* is all hits of one party
at one moment, with the versions of the lists that were searched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, Literal

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.value import value

PartyKind = Literal["person", "business"]
EntryKind = Literal["individual", "entity", "vessel", "aircraft"]
Quality = Literal["primary", "strong", "weak"]
Outcome = Literal["clear", "hit"]
Fit = Literal["whole", "part", "word"]
"""How two names met: every word of both has found a partner, or some have not; a *word* is a person
who gives but one, and all of an individual's name is like it."""

SCORE_DIGITS = 4


@value
class Party:
    """Who is screened. `nationality` is ISO 3166-1 alpha-2; what is not known is None."""

    name: str
    kind: PartyKind
    birth_year: int | None = None
    nationality: str | None = None


@value
class Name:
    """One name of an entry. A *weak* alias is one that the list itself says is of little use."""

    text: str
    quality: Quality


@value
class Entry:
    """One entry of a list, with everything that screening compares; `hash` is over all of it.

    `nationalities` and `countries` (of addresses) are ISO 3166-1 alpha-2. `birth_years` are all
    years in which the person may have been born. `id` is the list's own.
    """

    source: str
    id: str
    kind: EntryKind
    names: tuple[Name, ...]
    birth_years: tuple[int, ...] = ()
    nationalities: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    hash: str = ""


@value
class TokenMatch:
    """A token of the party's name, the token of the entry's it was matched with, and how well.

    `score` is 0 to 1 with every penalty in it. `why` names what the score was made from: `exact`,
    `similar`, `initial`, `joined`, `length`, `first_letter`, or `unmatched`.
    """

    asked: str
    listed: str
    score: float
    why: tuple[str, ...]


@value
class Hit:
    """An entry that the party's name resembles, and why.

    `name` is the name of the entry that came closest, `score` (0 to 1, 4 digits) is after evidence;
    `evidence` says what each kind of evidence was, and what it did to the score.
    """

    source: str
    entry_id: str
    entry_hash: str
    name: str
    quality: Quality
    score: float
    tokens: tuple[TokenMatch, ...]
    evidence: Mapping[str, str]
    list_version: str


@value
class Screening:
    """What came of screening one party at one moment (`at`, in milliseconds).

    `lists` maps each source to the version that was searched. `dismissed` are entries that the
    party resembles, and that a person has cleared as they stand.
    """

    outcome: Outcome
    hits: tuple[Hit, ...]
    lists: Mapping[str, str]
    policy: str
    dismissed: tuple[tuple[str, str], ...]
    at: int


_RANK: Mapping[Quality, int] = {"primary": 0, "strong": 1, "weak": 2}


def entry(
    *,
    source: str,
    id: str,  # noqa: A002 - the field's name
    kind: EntryKind,
    names: Iterable[Name],
    birth_years: Iterable[int] = (),
    nationalities: Iterable[str] = (),
    countries: Iterable[str] = (),
    programmes: Iterable[str] = (),
) -> Entry:
    """An entry with its hash. The order in which a list gives things does not count."""
    made = Entry(
        source=source,
        id=id,
        kind=kind,
        names=_once(names),
        birth_years=tuple(sorted(set(birth_years))),
        nationalities=tuple(sorted(set(nationalities))),
        countries=tuple(sorted(set(countries))),
        programmes=tuple(sorted(set(programmes))),
    )
    return replace(made, hash=fingerprint(canonical_json(asdict(made)).encode()))


def _once(names: Iterable[Name]) -> tuple[Name, ...]:
    """Each text once, as the best of what it is given as; the best names first."""
    ranked = sorted(names, key=lambda one: (_RANK[one.quality], one.text))
    return tuple({one.text: one for one in reversed(ranked)}[text] for text in _texts(ranked))


def _texts(names: Iterable[Name]) -> list[str]:
    return list(dict.fromkeys(one.text for one in names))


def version_of(entries: Mapping[str, str]) -> str:
    """The version of a list by its entries (id to hash): the same content is the same version."""
    return fingerprint(canonical_json(sorted(entries.items())).encode())


def hit_view(hit: Hit) -> dict[str, object]:
    """`hit` as plain JSON; `hit_of` reads it back."""
    return {
        "source": hit.source,
        "entry_id": hit.entry_id,
        "entry_hash": hit.entry_hash,
        "name": hit.name,
        "quality": hit.quality,
        "score": hit.score,
        "tokens": [
            {"asked": one.asked, "listed": one.listed, "score": one.score, "why": list(one.why)}
            for one in hit.tokens
        ],
        "evidence": dict(hit.evidence),
        "list_version": hit.list_version,
    }


def hit_of(view: Mapping[str, Any]) -> Hit:
    """The inverse of `hit_view`."""
    tokens = tuple(TokenMatch(**one | {"why": tuple(one["why"])}) for one in view["tokens"])
    return Hit(**dict(view) | {"tokens": tokens})


def screening_view(screening: Screening) -> dict[str, object]:
    """`screening` as plain JSON; `screening_of` reads it back."""
    return {
        "outcome": screening.outcome,
        "hits": [hit_view(hit) for hit in screening.hits],
        "lists": dict(screening.lists),
        "policy": screening.policy,
        "dismissed": [list(pair) for pair in screening.dismissed],
        "at": screening.at,
    }


def screening_of(view: Mapping[str, Any]) -> Screening:
    """The inverse of `screening_view`."""
    more = {
        "hits": tuple(map(hit_of, view["hits"])),
        "dismissed": tuple((source, entry_id) for source, entry_id in view["dismissed"]),
    }
    return Screening(**dict(view) | more)
