"""Expressions, as the guide's "Expressions", "Reserved words" and "Limits" have them."""

import pytest

from tests.simulation.fidelity.items import item, key, n, s

YES = {"BOOL": True}


def holds(there, pk, condition, values=None, names=None):
    """Whether a condition holds of the item, by a write that needs it."""
    more = {"ExpressionAttributeNames": names} if names else {}
    if values:
        more["ExpressionAttributeValues"] = values
    there.client.update_item(
        TableName=there.things, Key=key(pk), ConditionExpression=condition, **more
    )


def fails(there, pk, condition, values=None):
    with there.refusal("ConditionalCheckFailedException"):
        holds(there, pk, condition, values)


@pytest.mark.parametrize("word", ["status", "Name", "AT", "region"])
def test_a_reserved_word_needs_an_alias(there, pk, word):
    """The product's `status`, and others, in any case of letters."""
    there.put(item(pk, **{word: s("x")}))
    with there.refusal("ValidationException", f"reserved keyword: {word}"):
        holds(there, pk, f"{word} = :x", {":x": s("x")})
    holds(there, pk, "#w = :x", {":x": s("x")}, {"#w": word})


@pytest.mark.parametrize("word", ["pk", "sk", "history", "held_until", "case_id"])
def test_other_words_need_no_alias(there, pk, word):
    there.put(item(pk))
    holds(there, pk, f"attribute_not_exists(absent) OR attribute_exists({word})")


def test_an_alias_that_no_expression_uses_is_refused(there, pk):
    more = {"ConditionExpression": "attribute_not_exists(pk)"}
    with there.refusal("ValidationException", "unused in expressions: keys: {:x}"):
        there.put(item(pk), **more, ExpressionAttributeValues={":x": n(1)})
    with there.refusal("ValidationException", "unused in expressions: keys: {#x}"):
        there.put(item(pk), **more, ExpressionAttributeNames={"#x": "x"})


def test_an_alias_that_is_not_defined_is_refused(there, pk):
    with there.refusal("ValidationException", "value used in expression is not defined"):
        there.put(item(pk), ConditionExpression="a = :x")
    with there.refusal("ValidationException", "attribute name: #x"):
        there.put(item(pk), ConditionExpression="attribute_exists(#x)")


def test_aliases_without_an_expression_or_none_at_all_are_refused(there, pk):
    with there.refusal("ValidationException", "can only be specified when using expressions"):
        there.put(item(pk), ExpressionAttributeValues={":x": n(1)})
    with there.refusal("ValidationException", "ExpressionAttributeValues must not be empty"):
        there.put(
            item(pk),
            ConditionExpression="attribute_not_exists(pk)",
            ExpressionAttributeValues={},
        )


@pytest.mark.parametrize(
    "condition",
    ["", "a =", "a == :x", "a = :x AND", "(a = :x", "a = :x b", "nothing(a, :x)"],
    ids=["empty", "half", "sign", "open", "bracket", "word", "function"],
)
def test_a_condition_that_is_none_is_refused(there, pk, condition):
    values = {"ExpressionAttributeValues": {":x": n(1)}} if ":x" in condition else {}
    with there.refusal("ValidationException", "Invalid ConditionExpression: "):
        there.put(item(pk), ConditionExpression=condition, **values)


def test_an_expression_has_4096_bytes_at_most(there, pk):
    there.put(item(pk))
    test = "attribute_exists(pk)"
    holds(there, pk, test + " AND " + " " * (4096 - 2 * len(test) - len(" AND ")) + test)
    with there.refusal("ValidationException", "Expression size has exceeded"):
        holds(there, pk, test + " AND " + " " * (4097 - 2 * len(test) - len(" AND ")) + test)


def test_in_takes_a_hundred_choices(there, pk):
    there.put(item(pk, a=n(99)))
    values = {f":v{number}": n(number) for number in range(100)}
    holds(there, pk, f"a IN ({', '.join(values)})", values)


def test_in_takes_no_more_than_a_hundred_choices(there, pk):
    there.put(item(pk, a=n(99)))
    values = {f":v{number}": n(number) for number in range(101)}
    with there.refusal("ValidationException", "number of operands: 101"):
        holds(there, pk, f"a IN ({', '.join(values)})", values)


def test_values_of_unlike_types_are_unequal_and_in_no_order(there, pk):
    there.put(item(pk, a=n(5)))
    for condition in ("a = :x", "a < :x", "a >= :x", "a BETWEEN :x AND :x", "a IN (:x)"):
        fails(there, pk, condition, {":x": s("5")})
    holds(there, pk, "a <> :x", {":x": s("5")})


def test_an_absent_attribute_is_unequal_to_everything_and_in_no_order(there, pk):
    there.put(item(pk))
    for condition in ("a = :x", "a < :x", "a >= :x", "a IN (:x)", "begins_with(a, :x)"):
        fails(there, pk, condition, {":x": s("5")})
    holds(there, pk, "a <> :x AND NOT a = :x", {":x": s("5")})


def test_numbers_are_ordered_as_numbers_and_text_as_text(there, pk):
    there.put(item(pk, figure=n(9), word=s("9")))
    holds(there, pk, "figure < :x AND word > :y", {":x": n(10), ":y": s("10")})
    holds(there, pk, "figure BETWEEN :x AND :x", {":x": n(9)})
    fails(there, pk, "figure BETWEEN :x AND :y", {":x": n(10), ":y": n(11)})


def test_and_binds_more_than_or_and_not_more_than_and(there, pk):
    there.put(item(pk, a=n(1)))
    values = {":one": n(1), ":two": n(2)}
    holds(there, pk, "a = :one OR a = :two AND a = :two", values)
    fails(there, pk, "(a = :one OR a = :two) AND a = :two", values)
    holds(there, pk, "NOT a = :two AND a = :one", values)
    holds(there, pk, "not a = :two or a = :one", values)


def test_lists_and_maps_are_equal_by_content(there, pk):
    content = {"L": [{"M": {"a": n("1.0"), "b": s("x")}}, YES]}
    same = {"L": [{"M": {"b": s("x"), "a": n("1")}}, YES]}
    there.put(item(pk, a=content))
    holds(there, pk, "a = :same", {":same": same})
    fails(there, pk, "a = :other", {":other": {"L": []}})


@pytest.mark.parametrize(
    ("condition", "value"),
    [("begins_with(a, :x)", n(1)), ("a < :x", YES), ("a BETWEEN :x AND :x", {"L": []})],
    ids=["begins_with", "order", "between"],
)
def test_an_operator_refuses_a_value_that_it_cannot_work_on(there, pk, condition, value):
    with there.refusal("ValidationException", "Incorrect operand type for operator or function"):
        there.put(item(pk), ConditionExpression=condition, ExpressionAttributeValues={":x": value})


def test_every_setting_sees_the_item_as_it_was(there, pk):
    there.put(item(pk, a=n(1), b=n(2)))
    there.update(
        key(pk),
        "SET a = b, b = a, c = a + :ten REMOVE absent",
        ExpressionAttributeValues={":ten": n(10)},
    )
    assert there.get(key(pk)) == item(pk, a=n(2), b=n(1), c=n(11))


def test_a_list_grows_only_where_there_is_one(there, pk):
    there.put(item(pk, steps={"L": [s("a")]}))
    more = {"ExpressionAttributeValues": {":more": {"L": [s("b")]}}}
    there.update(key(pk), "SET steps = list_append(steps, :more)", **more)
    assert there.get(key(pk))["steps"] == {"L": [s("a"), s("b")]}
    with there.refusal("ValidationException", "an attribute that does not exist in the item"):
        there.update(key(pk), "SET absent = list_append(absent, :more)", **more)
    there.update(key(pk), "SET absent = list_append(if_not_exists(absent, :more), :more)", **more)
    assert there.get(key(pk))["absent"] == {"L": [s("b"), s("b")]}


def test_only_a_list_can_be_appended_to(there, pk):
    there.put(item(pk, word=s("a")))
    with there.refusal("ValidationException", "incorrect data type"):
        there.update(
            key(pk),
            "SET word = list_append(word, :more)",
            ExpressionAttributeValues={":more": {"L": [s("b")]}},
        )


def test_a_condition_is_judged_before_an_update_is_computed(there, pk):
    there.put(item(pk))
    with there.refusal("ConditionalCheckFailedException"):
        there.update(
            key(pk),
            "SET absent = list_append(absent, :more)",
            ConditionExpression="attribute_exists(absent)",
            ExpressionAttributeValues={":more": {"L": []}},
        )


@pytest.mark.parametrize(
    ("expression", "saying"),
    [
        pytest.param("SET a = :x, a = :x", "Two document paths overlap", id="set twice"),
        pytest.param("SET a = :x REMOVE a", "Two document paths overlap", id="set and removed"),
        pytest.param("SET a = :x SET b = :x", 'The "SET" section can only be used', id="sections"),
        pytest.param("SET pk = :x", "This attribute is part of the key", id="key"),
        pytest.param("SET a = list_append(a, :x)", "operand type: S", id="no list"),
        pytest.param("SET a :x", "Syntax error", id="no sign"),
        pytest.param("MAKE a = :x", "Syntax error", id="no section"),
    ],
)
def test_an_update_that_is_none_is_refused(there, pk, expression, saying):
    there.put(item(pk))
    with there.refusal("ValidationException", saying):
        there.update(key(pk), expression, ExpressionAttributeValues={":x": s("1")})
