"""Values: compared by content, never changed."""

from dataclasses import FrozenInstanceError

import pytest

from remit.kernel.value import value


@value
class Point:
    x: int
    y: int = 0


def test_values_with_the_same_content_are_equal_and_hash_alike():
    assert Point(x=1) == Point(x=1, y=0)
    assert len({Point(x=1), Point(x=1), Point(x=2)}) == 2


def test_a_value_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Point(x=1).x = 2


def test_a_value_takes_only_keyword_arguments():
    with pytest.raises(TypeError):
        Point(1)
