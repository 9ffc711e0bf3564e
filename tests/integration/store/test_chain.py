"""Chains: dense numbers, one winner for each, and the state at any moment."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.store.chain import Chain, sequence_key, sequence_of
from remit.store.commit import Stale, commit


@pytest.fixture
def chain(things) -> Chain:
    return Chain(table=things, pk="a")


ANOTHER = count()
"""Examples share a table, so each gets a chain of its own."""


def grow(chain: Chain, moments: list[int], *, first: int = 1) -> None:
    for number, at in enumerate(moments, first):
        commit(chain.table.client, [chain.append(number, {"at": at, "n": number})])


def numbers(page) -> list[int]:
    return [sequence_of(item) for item in page.items]


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**12 - 1))
def test_sequence_keys_sort_as_their_numbers_do(one, other):
    assert (sequence_key(one) < sequence_key(other)) == (one < other)


def test_an_empty_chain_has_no_newest_record(chain):
    assert chain.newest().items == ()
    assert chain.record(1) is None


def test_records_come_newest_first_or_oldest_first_from_a_number_on(chain):
    grow(chain, [10, 20, 30, 40])

    assert numbers(chain.newest(2)) == [4, 3]
    assert numbers(chain.newest(2, start=chain.newest(2).next_key)) == [2, 1]
    assert numbers(chain.after(2, limit=10)) == [3, 4]
    assert chain.record(3)["at"] == 30


def test_of_two_who_append_the_same_number_the_second_is_stale(chain):
    grow(chain, [10])

    with pytest.raises(Stale):
        commit(chain.table.client, [chain.append(1, {"at": 11, "n": 99})])

    assert chain.record(1)["n"] == 1


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    first=st.sampled_from([0, 1]),
    gaps=st.lists(st.integers(0, 3), max_size=9),
    moment=st.integers(0, 30),
)
def test_the_state_at_a_moment_is_the_last_record_not_after_it(things, first, gaps, moment):
    chain = Chain(table=things, pk=f"chain {next(ANOTHER)}")
    moments = [5 + sum(gaps[:end]) for end in range(1, len(gaps) + 1)]
    grow(chain, moments, first=first)
    due = [number for number, at in enumerate(moments, first) if at <= moment]

    found = chain.last_at(moment)

    assert (sequence_of(found) if found else None) == (due[-1] if due else None)
