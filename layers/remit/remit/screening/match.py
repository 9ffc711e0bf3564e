"""Two names to one score: tokens paired best first, whatever their order, and what is left over.

The score is Watchman's: pairs weigh by their letters, tokens of the party that find no partner
count as nothing, tokens of the entry that find none take a little off.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from remit.kernel.value import value
from remit.screening.model import SCORE_DIGITS, Fit, TokenMatch
from remit.screening.policy import Policy
from remit.screening.similarity import reasons

Span = tuple[int, int]
"""A run of neighbouring tokens: from, to (exclusive)."""

MOST_JOINED = 3


@value
class Link:
    """Tokens of the party that go with tokens of the entry, and how well."""

    score: float
    asked: Span
    listed: Span
    initial: bool = False


def spans(count: int) -> list[Span]:
    """The single tokens of a name of `count`, then the runs that are looked at joined."""
    return [
        (start, start + length)
        for length in range(1, MOST_JOINED + 1)
        for start in range(count - length + 1)
    ]


def joined(tokens: Sequence[str], span: Span) -> str:
    """The tokens of a run as one word."""
    return "".join(tokens[span[0] : span[1]])


def links(
    asked: Sequence[str],
    listed: Sequence[str],
    alike: Mapping[Span, Mapping[str, float]],
    policy: Policy,
) -> Iterable[Link]:
    """What could go together. `alike` has, for each run of `asked`, the words it resembles."""
    words = [(span, joined(listed, span)) for span in spans(len(listed))]
    for span, scores in alike.items():
        alone = span[1] - span[0] == 1
        for there, word in words:
            score = scores.get(word, 0.0)
            if not score:
                continue
            singles = alone + (there[1] - there[0] == 1)
            # Two words for one must be nearly the same; two for two is not looked at.
            if singles > 1 or (singles and score >= policy.least_joined):
                yield Link(score=score, asked=span, listed=there)
    yield from _initials(asked, listed, policy)


def _initials(asked: Sequence[str], listed: Sequence[str], policy: Policy) -> Iterable[Link]:
    for i, one in enumerate(asked):
        for j, other in enumerate(listed):
            if one[0] == other[0] and one != other and (len(one) == 1 or len(other) == 1):
                yield Link(score=policy.initial, asked=(i, i + 1), listed=(j, j + 1), initial=True)


def best(found: Iterable[Link]) -> list[Link]:
    """Links taken best first, each token at most once."""
    taken: list[Link] = []
    here: set[int] = set()
    there: set[int] = set()
    for link in sorted(found, key=_rank):
        one, other = range(*link.asked), range(*link.listed)
        if here.isdisjoint(one) and there.isdisjoint(other):
            here.update(one)
            there.update(other)
            taken.append(link)
    return taken


def _rank(link: Link) -> tuple[float, int, Span, Span]:
    return -link.score, link.asked[0] - link.asked[1], link.asked, link.listed


def score(
    asked: Sequence[str], listed: Sequence[str], taken: Sequence[Link], policy: Policy
) -> float:
    """The score of two names whose tokens go together as `taken` says; 1 only if all are equal."""
    mine = sum(map(len, asked))
    total, matched = 0.0, 0
    for link in taken:
        length = len(joined(listed, link.listed))
        total += link.score * (len(joined(asked, link.asked)) + length)
        matched += length
    left = 1 - matched / sum(map(len, listed))
    return total / (mine + matched) * (1 - left * policy.unmatched_weight)


def fit(asked: Sequence[str], listed: Sequence[str], taken: Sequence[Link], *, alone: bool) -> Fit:
    """How two names met. `alone` says that a person is compared with an individual."""
    here = sum(link.asked[1] - link.asked[0] for link in taken)
    there = sum(link.listed[1] - link.listed[0] for link in taken)
    if (here, there) != (len(asked), len(listed)):
        return "part"
    return "word" if alone and len(asked) == 1 else "whole"


def explained(
    asked: Sequence[str], listed: Sequence[str], taken: Sequence[Link], policy: Policy
) -> tuple[TokenMatch, ...]:
    """What went with what, in the order of `asked`, and what was left over."""
    told = [_told(asked, listed, link, policy) for link in sorted(taken, key=lambda one: one.asked)]
    here = set(chain.from_iterable(range(*link.asked) for link in taken))
    there = set(chain.from_iterable(range(*link.listed) for link in taken))
    alone = ("unmatched",)
    told += [
        TokenMatch(asked=token, listed="", score=0.0, why=alone)
        for at, token in enumerate(asked)
        if at not in here
    ]
    told += [
        TokenMatch(asked="", listed=token, score=0.0, why=alone)
        for at, token in enumerate(listed)
        if at not in there
    ]
    return tuple(told)


def _told(asked: Sequence[str], listed: Sequence[str], link: Link, policy: Policy) -> TokenMatch:
    one, other = asked[slice(*link.asked)], listed[slice(*link.listed)]
    why: tuple[str, ...] = () if len(one) == len(other) else ("joined",)
    why += ("initial",) if link.initial else reasons("".join(one), "".join(other), policy)
    return TokenMatch(
        asked=" ".join(one),
        listed=" ".join(other),
        score=round(link.score, SCORE_DIGITS),
        why=why,
    )
