"""How well names of the real list are found, on a sample: `bench/screening.py` does all of it."""

import random
from functools import cache

import pytest

from bench import screening as bench
from remit.screening.index import Index, build
from remit.screening.lists import un
from remit.screening.model import Entry, Party
from tests.unit.screening.lists import SHARED, needs_shared_data, ofac_entries, ofac_index

SAMPLE = 300
SLACK = 0.015  # a sample of 300 may miss a name or two more than the whole list does


@needs_shared_data
@pytest.mark.parametrize(("spoil", "bar"), bench.BARS.items())
def test_names_of_the_real_list_are_found_however_they_are_spoilt(spoil, bar):
    everyone = bench.individuals(ofac_entries())
    sought = random.Random("sample").sample(everyone, SAMPLE)

    found = bench.recall(ofac_index(), sought, spoil)[bench.HOUSE]

    assert found >= (bar if bar == 1.0 else bar - SLACK)


@needs_shared_data
def test_weak_aliases_find_themselves():
    weak = random.Random("weak").sample(bench.individuals(ofac_entries(), weak=True), SAMPLE)

    assert bench.recall(ofac_index(), weak, "exact")[bench.HOUSE] == 1.0


@needs_shared_data
def test_ordinary_names_seldom_raise_a_hit():
    assert bench.raised(ofac_index(), 1_000)[bench.HOUSE] <= bench.MOST_ORDINARY + SLACK / 3


@cache
def un_entries() -> tuple[Entry, ...]:
    return tuple(un.read({"consolidated.xml": (SHARED / "lists/un_consolidated.xml").read_bytes()}))


@needs_shared_data
def test_every_individual_and_entity_of_the_uns_real_list_finds_itself():
    index = Index.load(build(un_entries()))
    missed = []
    for one in un_entries():
        kind = "person" if one.kind == "individual" else "business"
        hits = index.search(Party(name=one.names[0].text, kind=kind))
        missed += [] if one.id in {hit.entry_id for hit in hits} else [one.names[0].text]

    assert len(un_entries()) == 1_003
    assert missed == []
