"""A bank is the same in both forms of its code."""

from remit.kernel.bic import whole


def test_a_code_of_eight_characters_is_the_head_offices():
    assert whole("DEUTDEFF") == whole("DEUTDEFFXXX") == "DEUTDEFFXXX"


def test_a_branch_stays_what_it_is():
    assert whole("DEUTDEFF500") == "DEUTDEFF500"
