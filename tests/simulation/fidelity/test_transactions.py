"""TransactWriteItems, as the API reference and the guide's "Transactions: how it works" have it."""

import uuid

from tests.simulation.fidelity.items import (
    FILLING,
    check,
    codes,
    increment,
    item,
    key,
    n,
    put_new,
    s,
)


def test_reasons_come_in_the_order_of_the_writes_with_the_item_where_asked(there, pk):
    there.put(item(pk, "2", note=s("was here")))
    silent = put_new(pk, "2")["Put"] | {"ReturnValuesOnConditionCheckFailure": "NONE"}

    with there.refusal("TransactionCanceledException", "[None, ConditionalCheckFailed, None]") as e:
        there.transact(put_new(pk, "1"), put_new(pk, "2"), put_new(pk, "3"))
    reasons = e.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed", "None"]
    assert reasons[1]["Item"] == item(pk, "2", note=s("was here"))
    assert reasons[1]["Message"] == "The conditional request failed"
    assert "Message" not in reasons[0]

    with there.refusal("TransactionCanceledException") as e:
        there.transact({"Put": silent})
    assert "Item" not in e.value.response["CancellationReasons"][0]


def test_every_failed_condition_is_told_not_the_first_alone(there, pk):
    there.put(item(pk, "1"))
    with there.refusal("TransactionCanceledException") as raised:
        there.transact(put_new(pk, "1"), put_new(pk, "2"), check(pk, "3"))
    assert codes(raised) == ["ConditionalCheckFailed", "None", "ConditionalCheckFailed"]
    assert "Item" not in raised.value.response["CancellationReasons"][2]


def test_a_cancelled_transaction_leaves_nothing_behind(there, pk):
    there.put(item(pk, "2"))
    with there.refusal("TransactionCanceledException"):
        there.transact(put_new(pk, "1"), put_new(pk, "2"))
    assert there.get(key(pk, "1")) is None


def test_a_condition_check_writes_nothing_and_cancels_alone(there, pk):
    there.transact(check(pk, "1", "attribute_not_exists(pk)"), put_new(pk, "2"))
    assert there.get(key(pk, "1")) is None
    with there.refusal("TransactionCanceledException") as raised:
        there.transact(put_new(pk, "3"), check(pk, "1"))
    assert codes(raised) == ["None", "ConditionalCheckFailed"]


def test_a_condition_check_may_compare_with_a_value_and_fails_where_there_is_none(there, pk):
    there.put(item(pk, "1", until=n(9)))
    there.put(item(pk, "2"))

    def later(sk, moment):
        more = {
            "ConditionExpression": "#until > :moment",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": {":moment": n(moment)},
        }
        return {"ConditionCheck": check(pk, sk)["ConditionCheck"] | more}

    there.transact(put_new(pk, "end"), later("1", 8))
    for sk, moment in (("1", 9), ("1", 10), ("2", 8), ("none", 8)):
        with there.refusal("TransactionCanceledException") as raised:
            there.transact(put_new(pk, "other"), later(sk, moment))
        assert codes(raised) == ["None", "ConditionalCheckFailed"], (sk, moment)


def test_one_item_cannot_be_in_two_writes(there, pk):
    turned = {"sk": s("1"), "pk": s(pk)}
    for other in (
        put_new(pk),
        check(pk, "1"),
        {"Delete": {"Key": turned}},
    ):
        with there.refusal("ValidationException", "multiple operations on one item"):
            there.transact(put_new(pk), other)
    assert there.get(key(pk)) is None


def test_one_transaction_may_write_to_two_tables(there, pk):
    there.transact(put_new(pk), {"Put": {"TableName": there.keys, "Item": {"pk": s(pk)}}})
    found = there.client.get_item(TableName=there.keys, Key={"pk": s(pk)}, ConsistentRead=True)
    assert found["Item"] == {"pk": s(pk)}
    assert there.get(key(pk)) == item(pk)


def test_a_hundred_writes_are_taken_and_no_more(there, pk):
    writes = [put_new(pk, f"{number:03}") for number in range(101)]
    with there.refusal("ValidationException", "less than or equal to 100"):
        there.transact(*writes)
    there.transact(*writes[:100])
    assert there.get(key(pk, "099")) == item(pk, "099")


def test_more_than_4_megabytes_are_not_taken(there, pk):
    filling = s(FILLING * 380)
    with there.refusal("ValidationException", "size cannot exceed"):
        there.transact(*[put_new(pk, f"{each}", filling=filling) for each in range(12)])
    there.transact(*[put_new(pk, f"{each}", filling=filling) for each in range(10)])


def test_large_items_may_be_deleted_by_a_small_transaction(there, pk):
    for each in range(11):
        there.put(item(pk, f"{each}", filling=s(FILLING * 390)))
    there.transact(*[{"Delete": {"Key": key(pk, f"{each}")}} for each in range(11)])
    assert there.query("pk = :pk", {":pk": s(pk)})["Items"] == []


def test_a_token_makes_two_sendings_one_transaction(there, pk):
    there.put(item(pk, times=n(0)))
    token = str(uuid.uuid4())
    for _ in range(3):
        there.transact(increment(pk), ClientRequestToken=token)
    assert there.get(key(pk)) == item(pk, times=n(1))
    there.transact(increment(pk), ClientRequestToken=str(uuid.uuid4()))
    assert there.get(key(pk)) == item(pk, times=n(2))


def test_a_repeated_token_is_answered_before_any_condition_is_judged(there, pk):
    token = str(uuid.uuid4())
    for _ in range(2):
        there.transact(put_new(pk), ClientRequestToken=token)
    assert there.get(key(pk)) == item(pk)


def test_a_token_is_refused_for_another_transaction(there, pk):
    token = str(uuid.uuid4())
    there.transact(put_new(pk, "1"), ClientRequestToken=token)
    with there.refusal("IdempotentParameterMismatchException"):
        there.transact(put_new(pk, "2"), ClientRequestToken=token)
    assert there.get(key(pk, "2")) is None


def test_the_order_of_attributes_makes_no_other_transaction(there, pk):
    token = str(uuid.uuid4())
    there.transact({"Put": {"Item": item(pk, a=n(1), b=n(2))}}, ClientRequestToken=token)
    there.transact({"Put": {"Item": item(pk, b=n(2), a=n(1))}}, ClientRequestToken=token)
    assert there.get(key(pk)) == item(pk, a=n(1), b=n(2))


def test_a_cancelled_transaction_may_be_tried_again_under_its_token(there, pk):
    token = str(uuid.uuid4())
    there.put(item(pk))
    with there.refusal("TransactionCanceledException"):
        there.transact(put_new(pk), put_new(pk, "2"), ClientRequestToken=token)
    there.client.delete_item(TableName=there.things, Key=key(pk))
    there.transact(put_new(pk), put_new(pk, "2"), ClientRequestToken=token)
    assert there.get(key(pk, "2")) == item(pk, "2")


def test_a_token_has_36_characters_at_most(there, pk):
    token = uuid.uuid4().hex + "1234"
    with there.refusal("ValidationException", "lientRequestToken"):
        there.transact(put_new(pk), ClientRequestToken=token + "5")
    there.transact(put_new(pk), ClientRequestToken=token)


def test_an_item_with_a_key_of_another_type_cancels_before_conditions_are_judged(there, pk):
    odd = [{"Put": {"Item": {"pk": n(each), "sk": s("1")}}} for each in (7, 8)]
    with there.refusal("TransactionCanceledException") as raised:
        there.transact(*odd, check(pk, "none"))
    assert codes(raised) == ["ValidationError", "None", "None"]


def test_an_empty_key_or_a_wrong_expression_refuses_the_whole_request(there, pk):
    wrong = {"Put": {"Item": item(pk), "ConditionExpression": "attribute_exists(#none)"}}
    for write, saying in ((put_new("", "1"), "empty string value"), (wrong, "#none")):
        with there.refusal("ValidationException", saying):
            there.transact(put_new(pk, "2"), write)


def test_an_update_that_cannot_be_computed_cancels_with_its_reason(there, pk):
    there.put(item(pk))
    append = {
        "Update": {
            "Key": key(pk),
            "UpdateExpression": "SET steps = list_append(steps, :more)",
            "ExpressionAttributeValues": {":more": {"L": [s("new")]}},
        }
    }
    with there.refusal("TransactionCanceledException") as raised:
        there.transact(put_new(pk, "2"), append)
    assert codes(raised) == ["None", "ValidationError"]


def test_an_update_that_makes_an_item_too_large_cancels_with_its_reason(there, pk):
    there.put(item(pk, filling=s(FILLING * 400)))
    grow = {
        "Update": {
            "Key": key(pk),
            "UpdateExpression": "SET more = :more",
            "ExpressionAttributeValues": {":more": s(FILLING * 10)},
        }
    }
    with there.refusal("TransactionCanceledException") as raised:
        there.transact(grow, put_new(pk, "2"))
    assert codes(raised) == ["ValidationError", "None"]


def test_an_unknown_table_refuses_the_whole_request(there, pk):
    nowhere = {"Put": {"TableName": f"{there.things}-none", "Item": item(pk)}}
    with there.refusal("ResourceNotFoundException"):
        there.transact(put_new(pk), nowhere)
    assert there.get(key(pk)) is None
