"""What is kept of a run is read back as it was."""

from remit.reconciliation import records
from remit.reconciliation.result import reconcile
from remit.reconciliation.rules import RULES
from tests.unit.reconciliation.made import given, ours, payment, statement, theirs

BEFORE = statement(id="stm_6", number=6)
LOOKED = given(
    [theirs("b1", 5, "A"), theirs("b2", 7, "B", e2e="E")],
    [ours("l1", 5, "A"), ours("l2", 9)],
    payments=[payment("pay_1", -3)],
    postings=[ours("tr_1", -3, payment="pay_1")],
    previous=BEFORE,
    carried=(theirs("b0", 9),),
)


def test_statement_input_and_result_come_back_as_they_were():
    one = statement(theirs("a", 1))
    cut = records.Cut(seen={"x": 3}, balance=-4, again=("pay_2",), returned={"pay_3": 5})
    looked = records.Looked(given=LOOKED, cut=cut)
    result = reconcile(LOOKED, RULES)

    assert records.statement_of(records.statement_bytes(one)) == one
    assert records.looked_of(records.looked_bytes(looked)) == looked
    assert records.result_of(records.result_bytes(result)) == result


def test_what_no_match_holds_is_left_for_the_next_run():
    result = reconcile(LOOKED, RULES)

    assert [one.id for one in records.left_ours(LOOKED, result)] == []
    assert [one.id for one in records.left_theirs(LOOKED, result)] == ["b2"]


def test_a_carried_line_counts_and_is_no_part_of_the_statements_sum():
    result = reconcile(LOOKED, RULES)

    assert {one.rule for one in result.matches if one.theirs == ("b0",)} == {"amount and day"}
    assert not [one for one in result.breaks if "do not come to" in one.detail]


def test_a_statement_may_hold_a_line_in_another_currency_which_is_no_part_of_its_sum():
    line = theirs("usd", 500, currency="USD")
    result = reconcile(given([line], closing=1000), RULES)

    assert [(one.type, one.currency) for one in result.breaks] == [("unexpected", "USD")]
