"""Verification of payee: whether an account is held by who the payer says it is (EPC218-23).

Compares whole words: in any order, with initials, and with one slip of the pen in a long word. Says
a holder's name only for a close match, so that nobody can ask for names by guessing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Literal

from remit.kernel.value import value
from remit.rails import names
from remit.rails.names import Name

Outcome = Literal["MATCH", "CLOSE_MATCH", "NO_MATCH", "NO_DATA"]

MAX_NAME = 140
_RANK: dict[Outcome, int] = {"MATCH": 0, "CLOSE_MATCH": 1, "NO_MATCH": 2, "NO_DATA": 3}
_MIN_SLIP = 4  # a word must be this long for one letter of it to be taken for a slip
_MASK = "***"  # always as long, so that it does not tell how long a name is


@value
class Holder:
    """Who holds an account: `names` are one for each holder, `trading_names` a firm's others."""

    names: tuple[str, ...]
    business: bool = False
    trading_names: tuple[str, ...] = ()


@value
class Verification:
    """The answer; `name` is the one to show, for a close match only; `because` is recorded."""

    outcome: Outcome
    because: str
    name: str | None = None


def verify(asked: str, holder: Holder | None) -> Verification:
    """Whether `holder` is who was `asked` for.

    NO_DATA when nothing is known of the account's holder, or nothing was asked that is a name.
    """
    known = _known(holder)
    if not known or holder is None:
        return Verification(outcome="NO_DATA", because="no holder's name is known")
    if len(asked) > MAX_NAME or not names.spelled(asked):
        return Verification(outcome="NO_DATA", because="what was asked is no name")
    if holder.business:
        return _best(_firm(asked, name) for name in known)
    people = names.holders(asked)
    if len(people) > 1:
        return _people(people, known)
    return _best(_person(asked, name) for name in known)


def masked(name: str) -> str:
    """`name` with each word's first letter alone (`C*** T*** M***`), for a proxy's confirmation."""
    return " ".join(f"{word[0]}{_MASK}" for word in name.split())


def _known(holder: Holder | None) -> tuple[str, ...]:
    if holder is None:
        return ()
    given = (*holder.names, *holder.trading_names)
    if not holder.business:
        given = tuple(each for name in given for each in names.holders(name))
    return tuple(name for name in given if names.spelled(name))


def _best(found: Iterable[Verification]) -> Verification:
    return min(found, key=lambda each: _RANK[each.outcome])


def _worst(found: Iterable[Verification]) -> Verification:
    return max(found, key=lambda each: _RANK[each.outcome])


def _people(people: tuple[str, ...], known: tuple[str, ...]) -> Verification:
    """A joint name asked for: each of its people has to be another holder."""
    if len(people) > len(known):
        return Verification(outcome="NO_MATCH", because="more people than holders")
    left, answers = list(known), []
    for one in people:
        answer, chosen = min(
            ((_person(one, name), name) for name in left), key=lambda pair: _RANK[pair[0].outcome]
        )
        left.remove(chosen)
        answers.append(answer)
    worst = _worst(answers)
    if worst.outcome != "CLOSE_MATCH":
        return worst
    taken = [name for name in known if name not in left]
    return Verification(outcome="CLOSE_MATCH", because=worst.because, name=" & ".join(taken))


def _person(asked: str, name: str) -> Verification:
    return _best(
        _compared(names.person(one), names.person(other), name)
        for one, other in _spellings(asked, name, firm=False)
    )


def _firm(asked: str, name: str) -> Verification:
    return _best(
        _compared(names.firm(one), names.firm(other), name)
        for one, other in _spellings(asked, name, firm=True)
    )


def _spellings(
    asked: str, name: str, *, firm: bool
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Both names' words, with umlauts as one letter and as two on either side."""
    for one in (False, True):
        for other in (False, True):
            yield (
                names.spelled(asked, german=one, firm=firm),
                names.spelled(name, german=other, firm=firm),
            )


def _compared(asked: Name, held: Name, name: str) -> Verification:
    because, outcome = _words(asked.words, held.words)
    forms = {asked.legal_form, held.legal_form} - {None}
    if outcome == "MATCH" and len(forms) > 1:
        because, outcome = "the legal forms differ", "CLOSE_MATCH"
    shown = name if outcome == "CLOSE_MATCH" else None
    return Verification(outcome=outcome, because=because, name=shown)


def _words(asked: tuple[str, ...], held: tuple[str, ...]) -> tuple[str, Outcome]:
    if Counter(asked) == Counter(held):
        return "the same words", "MATCH"
    if "".join(asked) == "".join(held):
        return "the same letters, spaced otherwise", "MATCH"
    exact, mine, theirs = _without_common(asked, held)
    initials = _pair_off(mine, theirs, _is_initial)
    slips = _pair_off(mine, theirs, _is_slip)
    whole = sum(len(word) > 1 for word in exact)
    if mine and theirs:
        return "other words", "NO_MATCH"
    if slips > 1 or not whole or (slips and (mine or theirs)):
        return "too little is the same", "NO_MATCH"
    if not (mine or theirs):
        return ("one letter differs" if slips else "an initial stands for a word"), "CLOSE_MATCH"
    if whole + initials < 2:  # noqa: PLR2004
        return "too little is the same", "NO_MATCH"
    return "a word is missing or too many", "CLOSE_MATCH"


def _without_common(
    asked: tuple[str, ...], held: tuple[str, ...]
) -> tuple[list[str], list[str], list[str]]:
    """The words that both have, and what is left of each."""
    common = Counter(asked) & Counter(held)
    mine, theirs = Counter(asked) - common, Counter(held) - common
    return list(common.elements()), list(mine.elements()), list(theirs.elements())


def _pair_off(mine: list[str], theirs: list[str], alike: Callable[[str, str], bool]) -> int:
    """Take off the pairs that are `alike`, and say how many there were."""
    pairs = 0
    for word in tuple(mine):
        other = next((each for each in theirs if alike(word, each)), None)
        if other is not None:
            mine.remove(word)
            theirs.remove(other)
            pairs += 1
    return pairs


def _is_initial(one: str, other: str) -> bool:
    """Whether one word is the first letter of the other; ideographs are words, not initials."""
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and short.upper() != short and long.startswith(short)


def _is_slip(one: str, other: str) -> bool:
    """Whether one letter was added, left out, changed, or swapped with its neighbour."""
    short, long = sorted((one, other), key=len)
    if len(short) < _MIN_SLIP or len(long) - len(short) > 1:
        return False
    if len(short) != len(long):
        return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    differing = [at for at in range(len(long)) if short[at] != long[at]]
    if len(differing) == 1:
        return True
    swapped = [(at, after) for at, after in pairwise(differing) if after == at + 1]
    return len(differing) == 2 and any(  # noqa: PLR2004
        short[at] == long[after] and short[after] == long[at] for at, after in swapped
    )
