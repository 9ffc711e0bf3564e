"""What else is known of a party and an entry, and what that does to the score of their names."""

from collections.abc import Mapping

from remit.kernel.value import value
from remit.screening.model import SCORE_DIGITS, Entry, Party
from remit.screening.policy import RULED_OUT, Policy


@value
class Weighed:
    """A score with its evidence, in words. A score of 0 is an entry that is ruled out."""

    score: float
    evidence: Mapping[str, str]


def weigh(party: Party, entry: Entry, name_score: float, policy: Policy) -> Weighed:
    """The names' score after kind, birth year and nationality; 0 to 1, 4 digits."""
    found = {
        "kind": _kind(party, entry, policy),
        "birth_year": _birth_year(party, entry, policy),
        "nationality": _nationality(party, entry, policy),
    }
    total = sum(change for _, change in found.values())
    if any(change <= -RULED_OUT for _, change in found.values()):
        total = -RULED_OUT
    told = {what: f"{words} ({change:+.2f})" for what, (words, change) in found.items() if words}
    told["name"] = f"{name_score:.{SCORE_DIGITS}f}"
    return Weighed(score=round(min(1.0, max(0.0, name_score + total)), SCORE_DIGITS), evidence=told)


def most_raised(policy: Policy) -> float:
    """The most that evidence can add to a score."""
    return policy.birth_year_agrees + policy.nationality_agrees


def _kind(party: Party, entry: Entry, policy: Policy) -> tuple[str, float]:
    return f"{party.kind} and {entry.kind}", 0.0 - policy.kind[party.kind][entry.kind]


def _birth_year(party: Party, entry: Entry, policy: Policy) -> tuple[str, float]:
    if party.birth_year is None or not entry.birth_years:
        return "", 0.0
    apart = min(abs(party.birth_year - year) for year in entry.birth_years)
    if apart <= policy.birth_year_tolerance:
        return "agrees", policy.birth_year_agrees
    if apart > policy.birth_year_ruled_out:
        return f"{apart} years apart", -RULED_OUT
    return f"{apart} years apart", -policy.birth_year_differs


def _nationality(party: Party, entry: Entry, policy: Policy) -> tuple[str, float]:
    if party.nationality is None or not entry.nationalities:
        return "", 0.0
    if party.nationality in entry.nationalities:
        return "agrees", policy.nationality_agrees
    return "differs", -policy.nationality_differs
