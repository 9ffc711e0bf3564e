"""How well names are found on the real OFAC list, how often ordinary names are, and how fast.

Reads the list where it lies beside the checkout (`REMIT_SHARED_DATA`); without it there is nothing
to measure. Speed and memory are of 20,000 names: the list, and as many perturbed names as lack.
"""

import itertools
import os
import random
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from bench.ordinary_names import FIRST, LAST
from remit.screening.index import Index, build
from remit.screening.lists import ofac
from remit.screening.model import Entry, Fit, Hit, Name, Party, entry
from remit.screening.policy import POLICY, Policy

_HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("REMIT_SHARED_DATA", _HERE.parents[2] / "shared/data"))
THRESHOLDS = (0.85, 0.86, 0.865, 0.87, 0.88, 0.89)
LARGE = 20_000
ORDINARY = 10_000
BARS = {"exact": 1.0, "one letter changed": 0.98, "two letters swapped": 0.98, "reordered": 1.0}
MOST_ORDINARY = 0.01
P99_SECONDS = 0.020
LOAD_SECONDS = 0.300
MEMORY_MB = 128


def real() -> list[Entry]:
    """The OFAC list as it lies beside the checkout."""
    files = {name: (SHARED / f"lists/ofac_{name}").read_bytes() for name in ofac.FILES}
    return list(ofac.read(files))


def ordinary(count: int, chance: random.Random) -> Iterator[str]:
    """Names of people who are on no list but by accident, a fifth with a middle name or initial."""
    first, last = FIRST.split(), LAST.replace("Da Silva", "DaSilva").split()
    for _ in range(count):
        middle = chance.choice(["", "", "", "", "", "", "", "", chance.choice(first), "J"])
        yield " ".join(filter(None, (chance.choice(first), middle, chance.choice(last))))


def exact(name: str, _: random.Random) -> str:
    return name


def changed(name: str, chance: random.Random) -> str:
    """One letter is another."""
    places = [place for place, letter in enumerate(name) if letter.isalpha()]
    if not places:
        return name
    at = chance.choice(places)
    other = chance.choice(string.ascii_lowercase.replace(name[at].lower(), ""))
    return name[:at] + other + name[at + 1 :]


def swapped(name: str, chance: random.Random) -> str:
    """Two neighbouring letters of a word have changed places, where there are two that differ."""
    places = [
        place
        for place, (one, other) in enumerate(itertools.pairwise(name))
        if one.isalpha() and other.isalpha() and one.lower() != other.lower()
    ]
    if not places:
        return name
    at = chance.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def reordered(name: str, chance: random.Random) -> str:
    """The words in another order."""
    words = name.replace(",", " ").split()
    chance.shuffle(words)
    return " ".join(words)


SPOILT: dict[str, Callable[[str, random.Random], str]] = {
    "exact": exact,
    "one letter changed": changed,
    "two letters swapped": swapped,
    "reordered": reordered,
}


@dataclass(frozen=True)
class Sought:
    """A name of an individual, and the entry that it should lead to."""

    name: str
    entry_id: str


def individuals(entries: Sequence[Entry], *, weak: bool | None = None) -> list[Sought]:
    """Every primary and alias name of individuals; or only the weak aliases, or all but these."""
    return [
        Sought(name.text, one.id)
        for one in entries
        if one.kind == "individual"
        for name in one.names
        if weak in (None, name.quality == "weak")
    ]


def recall(index: Index, sought: Sequence[Sought], spoil: str) -> dict[float, float]:
    """Which part of `sought`, spoilt in one way, finds its entry, at each threshold."""
    chance = random.Random(f"{spoil} 1")
    found = dict.fromkeys(THRESHOLDS, 0)
    for one in sought:
        party = Party(name=SPOILT[spoil](one.name, chance), kind="person")
        hits = [hit for hit in index.search(party, LOWEST) if hit.entry_id == one.entry_id]
        for threshold in THRESHOLDS:
            found[threshold] += any(is_hit(hit, threshold) for hit in hits)
    return {threshold: count / len(sought) for threshold, count in found.items()}


def raised(index: Index, count: int) -> dict[float, float]:
    """Which part of `count` ordinary names raises a hit, at each threshold."""
    found = dict.fromkeys(THRESHOLDS, 0)
    for name in ordinary(count, random.Random("ordinary 1")):
        hits = index.search(Party(name=name, kind="person"), LOWEST)
        for threshold in THRESHOLDS:
            found[threshold] += any(is_hit(hit, threshold) for hit in hits)
    return {threshold: hits / count for threshold, hits in found.items()}


def words(index: Index) -> float:
    """Which part of ordinary first and last names, given alone, raises a hit."""
    each = sorted({*FIRST.split(), *LAST.split()})
    return sum(bool(index.search(Party(name=one, kind="person"))) for one in each) / len(each)


def is_hit(hit: Hit, threshold: float) -> bool:
    """Whether it were one at another threshold for names that meet whole."""
    met = cast(Fit, hit.evidence["words"])
    return hit.score >= at_threshold(threshold).threshold[met]


def at_threshold(threshold: float) -> Policy:
    """The house's policy with another threshold for names that meet whole; the others keep their
    distance."""
    by = threshold - POLICY.threshold["whole"]
    thresholds = {met: score + by for met, score in POLICY.threshold.items()}
    return replace(POLICY, version=f"bench-{threshold}", threshold=thresholds)


LOWEST = at_threshold(min(THRESHOLDS))


def large(entries: Sequence[Entry]) -> list[Entry]:
    """`entries`, and perturbed copies of them up to 20,000 names."""
    chance = random.Random("large 1")
    found, names = list(entries), sum(len(one.names) for one in entries)
    while names < LARGE:
        one = chance.choice(entries)
        spoilt = [
            Name(text=changed(name.text, chance), quality=name.quality)
            for name in one.names
            if any(map(str.isalpha, name.text))
        ]
        found.append(entry(source=one.source, id=f"{len(found)}-copy", kind=one.kind, names=spoilt))
        names += len(spoilt)
    return found


def times(index: Index, names: Sequence[str]) -> list[float]:
    """How long each search takes, in seconds of this process, sorted."""
    found = []
    for name in names:
        started = time.process_time()
        index.search(Party(name=name, kind="person"))
        found.append(time.process_time() - started)
    return sorted(found)


_LOADING = """
import sys, time
from pathlib import Path
from remit.screening.index import Index
def peak():  # not ru_maxrss, which a new process has from the one that started it
    line = next(one for one in open("/proc/self/status") if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
block = Path(sys.argv[1]).read_bytes()
before = peak()
started = time.perf_counter()
index = Index.load(block)
print(time.perf_counter() - started, peak() - before, peak())
"""


def loading(block: bytes) -> tuple[float, float, float]:
    """Seconds to load an index in a new process, and megabytes that it takes, and in all."""
    path = _HERE.parents[1] / ".local/bench-screening-index"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(block)
    done = [
        subprocess.run(
            [sys.executable, "-c", _LOADING, str(path)],
            env=os.environ | {"PYTHONPATH": str(_HERE.parents[1] / "layers/remit")},
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(3)
    ]
    path.unlink()
    took, grown, whole = min(tuple(map(float, one.stdout.split())) for one in done)
    return took, grown, whole


def main() -> int:
    """Print the tables; 0 when every bar was met."""
    if not SHARED.is_dir():
        print("screening: the lists do not lie beside the checkout; nothing was measured")
        return 0
    entries = real()
    index = Index.load(build(entries))
    met = [_accuracy(index, entries), _speed(entries)]
    return 0 if all(met) else 1


HOUSE = POLICY.threshold["whole"]


def _accuracy(index: Index, entries: Sequence[Entry]) -> bool:
    sought, weak = individuals(entries), individuals(entries, weak=True)
    print(f"screening: {len(sought)} names of individuals, {len(weak)} of them weak aliases")
    found = {spoil: recall(index, sought, spoil) for spoil in BARS}
    found["ordinary"] = raised(index, ORDINARY)
    print(f"{'threshold':<10}" + "".join(f"{what:>21}" for what in found))
    for threshold in THRESHOLDS:
        cells = "".join(f"{part[threshold]:>21.2%}" for part in found.values())
        print(f"{threshold:<10}{cells}", flush=True)
    of_weak = [recall(index, weak, spoil)[HOUSE] for spoil in BARS]
    print(f"{'weak':<10}" + "".join(f"{part:>21.2%}" for part in of_weak), flush=True)
    print(f"of names of one word {words(index):.1%} raise a hit", flush=True)
    met = all(found[spoil][HOUSE] >= bar for spoil, bar in BARS.items())
    return met and found["ordinary"][HOUSE] <= MOST_ORDINARY


def _speed(entries: Sequence[Entry]) -> bool:
    whole = large(entries)
    started = time.perf_counter()
    block = build(whole)
    took = time.perf_counter() - started
    load, grown, resident = loading(block)
    index = Index.load(block)
    chance = random.Random("speed 1")
    listed = chance.sample(individuals(entries), 1_000)
    each = times(index, [one.name for one in listed])
    plain = times(index, list(ordinary(1_000, chance)))
    worst = max(part[int(len(part) * 0.99)] for part in (each, plain))
    print(f"{sum(len(one.names) for one in whole)} names: {len(block) / 1e6:.1f} MB, ", end="")
    print(f"built in {took:.1f} s, loaded in {load * 1000:.0f} ms into {grown:.0f} MB", end="")
    print(f" (process {resident:.0f} MB)")
    for what, part in (("listed", each), ("ordinary", plain)):
        middle, late = part[len(part) // 2], part[int(len(part) * 0.99)]
        print(f"a search of {what} names: P50 {middle * 1000:.1f} ms, P99 {late * 1000:.1f} ms")
    return worst <= P99_SECONDS and load <= LOAD_SECONDS and grown <= MEMORY_MB
