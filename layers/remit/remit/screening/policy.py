"""How much a name must resemble, and what evidence does: one table of data, and nothing else."""

from collections.abc import Mapping

from remit.kernel.value import value
from remit.screening.model import EntryKind, Fit, PartyKind

RULED_OUT = 1.0
"""Taken off a score, it leaves nothing: that evidence rules an entry out."""


@value
class Policy:
    """Thresholds, penalties and evidence, under one version. Scores are 0 to 1.

    The Jaro-Winkler part and its defaults are those that Moov's Watchman publishes.
    `threshold` maps how names met to the score that makes a hit: names that meet whole may differ
    more in their letters than a name of which words are left over. `kind` says what is taken off
    when a party of one kind meets an entry of another.
    """

    version: str
    threshold: Mapping[Fit, float]
    boost_threshold: float = 0.7
    boost_prefix: int = 4
    length_cutoff: float = 0.9
    length_penalty: float = 0.3
    first_letter_penalty: float = 0.9
    unmatched_weight: float = 0.15
    least_similarity: float = 0.59
    initial: float = 0.85
    least_joined: float = 0.9
    birth_year_tolerance: int = 1
    birth_year_agrees: float = 0.02
    birth_year_differs: float = 0.08
    birth_year_ruled_out: int = 15
    nationality_agrees: float = 0.01
    nationality_differs: float = 0.02
    kind: Mapping[PartyKind, Mapping[EntryKind, float]]


POLICY = Policy(
    version="2026-12",
    threshold={"whole": 0.87, "part": 0.895, "word": 0.78},
    kind={
        "person": {"individual": 0, "entity": 0.06, "vessel": RULED_OUT, "aircraft": RULED_OUT},
        "business": {"individual": 0.06, "entity": 0, "vessel": 0.06, "aircraft": 0.06},
    },
)
