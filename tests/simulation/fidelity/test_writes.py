"""Single writes: PutItem, UpdateItem, DeleteItem (API reference), and the guide's "Limits"."""

import pytest

from tests.simulation.fidelity.items import FILLING, codes, item, key, n, put_new, s

KILOBYTES_400 = 400 * 1024


def test_a_failed_condition_is_told_with_the_item_where_asked(there, pk):
    there.put(item(pk, note=s("old")))
    new = put_new(pk)["Put"]
    with there.refusal("ConditionalCheckFailedException", "The conditional request failed") as e:
        there.client.put_item(TableName=there.things, **new)
    assert e.value.response["Item"] == item(pk, note=s("old"))

    silent = new | {"ReturnValuesOnConditionCheckFailure": "NONE"}
    with there.refusal("ConditionalCheckFailedException") as e:
        there.client.put_item(TableName=there.things, **silent)
    assert "Item" not in e.value.response
    assert there.get(key(pk)) == item(pk, note=s("old"))


def test_a_put_replaces_the_whole_item(there, pk):
    there.put(item(pk, a=n(1)))
    there.put(item(pk, b=n(2)))
    assert there.get(key(pk)) == item(pk, b=n(2))


def test_an_update_makes_the_item_that_is_not_there_unless_a_condition_forbids(there, pk):
    values = {"ExpressionAttributeValues": {":one": n(1)}}
    with there.refusal("ConditionalCheckFailedException") as raised:
        there.update(
            key(pk),
            "SET a = :one",
            ConditionExpression="a = :one",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **values,
        )
    assert "Item" not in raised.value.response
    there.update(key(pk), "SET a = :one", **values)
    assert there.get(key(pk)) == item(pk, a=n(1))


def test_deleting_nothing_succeeds_unless_a_condition_forbids(there, pk):
    gone = {"TableName": there.things, "Key": key(pk)}
    there.client.delete_item(**gone)
    with there.refusal("ConditionalCheckFailedException"):
        there.client.delete_item(**gone, ConditionExpression="attribute_exists(pk)")


def test_an_item_may_have_exactly_400_kilobytes(there, pk):
    rest = KILOBYTES_400 - len("pk") - len(pk) - len("sk") - len("1") - len("a")
    with there.refusal("ValidationException", "Item size has exceeded the maximum allowed size"):
        there.put(item(pk, a=s("x" * (rest + 1))))
    there.put(item(pk, a=s("x" * rest)))
    with there.refusal("ValidationException", "Item size to update has exceeded"):
        there.update(key(pk), "SET b = :b", ExpressionAttributeValues={":b": s("")})


def test_sizes_count_bytes_of_utf_8_and_digits_in_pairs(there, pk):
    """ "Item sizes and formats": a list takes 3 bytes, and 1 for each entry."""
    keys = len("pk") + len(pk) + len("sk") + len("1")
    number = len("n") + (36 // 2 + 1) + 1
    listed = len("l") + 3 + 2 * 1 + len("\N{EURO SIGN}".encode()) + 1
    rest = KILOBYTES_400 - keys - number - listed - len("a")
    parts = {"n": n("9" * 37), "l": {"L": [s("\N{EURO SIGN}"), {"BOOL": True}]}}
    with there.refusal("ValidationException"):
        there.put(item(pk, **parts, a=s("x" * (rest + 1))))
    there.put(item(pk, **parts, a=s("x" * rest)))


def test_keys_have_2048_and_1024_bytes_at_most(there, pk):
    full = pk + "x" * (2048 - len(pk))
    there.put(item(full, "y" * 1024))
    with there.refusal("ValidationException", "Size of hashkey has exceeded"):
        there.put(item(full + "x", "1"))
    with there.refusal("ValidationException", "size of all range keys has exceeded"):
        there.put(item(pk, "y" * 1025))


def test_only_keys_may_not_be_empty(there, pk):
    there.put(item(pk, note=s("")))
    assert there.get(key(pk)) == item(pk, note=s(""))
    for empty in (item("", "1"), item(pk, "")):
        with there.refusal("ValidationException", "cannot contain an empty string value"):
            there.put(empty)


def test_an_item_needs_its_whole_key_and_of_the_right_type(there, pk):
    with there.refusal("ValidationException", "Missing the key sk in the item"):
        there.put({"pk": s(pk)})
    with there.refusal("ValidationException", "Type mismatch for key sk"):
        there.put({"pk": s(pk), "sk": n(1)})


@pytest.mark.parametrize("odd", [{}, {"more": s("x")}, {"sk": n(1)}], ids=["short", "long", "type"])
def test_a_key_is_all_of_the_key_and_nothing_else(there, pk, odd):
    wrong = key(pk) | odd if odd else {"pk": s(pk)}
    with there.refusal("ValidationException", "The provided key element does not match the schema"):
        there.client.get_item(TableName=there.things, Key=wrong)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("1.0", "1"),
        ("007", "7"),
        ("-0", "0"),
        ("1e3", "1000"),
        ("1.50e-2", "0.015"),
        ("-12.340", "-12.34"),
        ("9" * 38, "9" * 38),
    ],
)
def test_a_number_comes_back_without_zeros_that_say_nothing(there, pk, given, kept):
    there.put(item(pk, amount=n(given)))
    assert there.get(key(pk)) == item(pk, amount=n(kept))


@pytest.mark.parametrize(
    "given", ["9" * 39, "1e126", "1e-131", "one", "", "NaN", "Infinity"], ids=str
)
def test_a_number_that_cannot_be_kept_exactly_is_refused(there, pk, given):
    with there.refusal("ValidationException"):
        there.put(item(pk, amount=n(given)))


def test_equal_numbers_are_equal_however_they_are_written(there, pk):
    there.put(item(pk, amount=n("100")))
    there.update(
        key(pk),
        "SET seen = :yes",
        ConditionExpression="amount = :same",
        ExpressionAttributeValues={":same": n("1.00e2"), ":yes": {"BOOL": True}},
    )
    assert there.get(key(pk)) == item(pk, amount=n(100), seen={"BOOL": True})


def test_documents_nest_32_levels_deep_at_most(there, pk):
    def nested(levels):
        content = s("bottom")
        for _ in range(levels - 1):
            content = {"M": {"in": content}}
        return content

    there.put(item(pk, deep=nested(32)))
    with there.refusal("ValidationException", "Nesting Levels have exceeded supported limits"):
        there.put(item(pk, deep=nested(33)))


def test_an_index_refuses_a_key_of_another_type_or_an_empty_one(there, pk):
    with there.refusal("ValidationException", "Type mismatch for Index Key owner"):
        there.put(item(pk, owner=n(1), since=s("1")))
    with there.refusal("ValidationException", "IndexKey: owner"):
        there.put(item(pk, owner=s(""), since=s("1")))
    with there.refusal("TransactionCanceledException") as raised:
        there.transact(put_new(pk, "2"), {"Put": {"Item": item(pk, owner=n(1))}})
    assert codes(raised) == ["None", "ValidationError"]


def test_an_attribute_has_one_type(there, pk):
    with there.refusal("ValidationException"):
        there.put(item(pk, odd={"S": "1", "N": "1"}))


def test_a_stream_tells_each_change_with_both_images_and_nothing_where_nothing_changed(there, pk):
    """ "Change data capture": a write that changes nothing writes no stream record."""
    heard = there.listen()
    there.put(item(pk, a=n(1)))
    there.put(item(pk, a=n(1)))
    there.update(key(pk), "SET a = :two", ExpressionAttributeValues={":two": n(2)})
    there.update(key(pk), "SET a = :two", ExpressionAttributeValues={":two": n(2)})
    there.client.delete_item(TableName=there.things, Key=key(pk))
    there.client.delete_item(TableName=there.things, Key=key(pk))

    changes = heard.changes(pk, 3)
    assert [change["eventName"] for change in changes] == ["INSERT", "MODIFY", "REMOVE"]
    one, two = item(pk, a=n(1)), item(pk, a=n(2))
    images = [
        (change["dynamodb"].get("OldImage"), change["dynamodb"].get("NewImage"))
        for change in changes
    ]
    assert images == [(None, one), (one, two), (two, None)]
    assert all(change["dynamodb"]["Keys"] == key(pk) for change in changes)
    numbers = [int(change["dynamodb"]["SequenceNumber"]) for change in changes]
    assert numbers == sorted(set(numbers))


def test_a_stream_tells_each_item_of_a_transaction_and_no_check(there, pk):
    heard = there.listen()
    there.put(item(pk, "0"))
    checked = {
        "ConditionCheck": {"Key": key(pk, "0"), "ConditionExpression": "attribute_exists(pk)"}
    }
    there.transact(checked, put_new(pk, "1"), put_new(pk, "2", filling=s(FILLING)))
    told = [change["dynamodb"]["Keys"]["sk"]["S"] for change in heard.changes(pk, 3)]
    assert sorted(told) == ["0", "1", "2"]
