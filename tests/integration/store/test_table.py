"""Reading tables: order, bounds, pages, and an index."""

import pytest

from remit.store.commit import commit
from remit.store.write import put_new


@pytest.fixture
def filled(things):
    for n in range(1, 6):
        item = {"pk": "a", "sk": str(n), "owner": "anna", "n": n}
        commit(things.client, [put_new(things.name, item, exists=AssertionError)])
    return things


def numbers(page) -> list[int]:
    return [item["n"] for item in page.items]


def test_an_item_that_is_not_there_reads_as_none(filled):
    assert filled.get({"pk": "a", "sk": "9"}) is None
    assert filled.get({"pk": "a", "sk": "3"})["n"] == 3


def test_a_query_gives_a_partition_in_order(filled):
    page = filled.query("a", limit=10)

    assert numbers(page) == [1, 2, 3, 4, 5]
    assert page.next_key is None


def test_a_query_may_go_backwards(filled):
    assert numbers(filled.query("a", newest_first=True, limit=2)) == [5, 4]


def test_bounds_of_a_query_are_exclusive(filled):
    assert numbers(filled.query("a", above="3", limit=10)) == [4, 5]
    assert numbers(filled.query("a", below="3", limit=10)) == [1, 2]


def test_pages_follow_each_other_without_gap_or_overlap(filled):
    first = filled.query("a", limit=2)
    second = filled.query("a", limit=2, start=first.next_key)
    third = filled.query("a", limit=2, start=second.next_key)

    assert numbers(first) + numbers(second) + numbers(third) == [1, 2, 3, 4, 5]
    assert third.next_key is None


def test_an_unknown_partition_is_an_empty_page(filled):
    assert filled.query("b", limit=10).items == ()


def test_an_index_gives_the_newest_first_down_to_the_least(filled):
    def ask(start=None):
        return filled.query_index(
            "by_owner", attribute="owner", equals="anna", sort="sk", least="3", limit=2, start=start
        )

    first = ask()
    second = ask(first.next_key)

    assert numbers(first) == [5, 4]
    assert numbers(second) == [3]


def test_many_items_come_in_the_order_asked_for_and_none_for_what_is_missing(filled):
    keys = [{"pk": "a", "sk": number} for number in ("4", "9", "2")]

    found = filled.get_many(keys)

    assert [item["n"] if item else None for item in found] == [4, None, 2]
