"""How well names of the real list are found, on a sample: `bench/screening.py` does all of it."""

import random

import pytest

from bench import screening as bench
from tests.unit.screening.lists import needs_shared_data, ofac_entries, ofac_index

SAMPLE = 300
SLACK = 0.015  # a sample of 300 may miss a name or two more than the whole list does


@needs_shared_data
@pytest.mark.parametrize(("spoil", "bar"), bench.BARS.items())
def test_names_of_the_real_list_are_found_however_they_are_spoilt(spoil, bar):
    everyone = bench.individuals(ofac_entries(), weak=False)
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
