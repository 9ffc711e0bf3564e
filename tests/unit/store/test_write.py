"""Writes: every one carries a condition, and asks for the item when it fails."""

import pytest

from remit.store.write import (
    absent,
    count,
    delete,
    not_reached,
    put,
    put_new,
    unchanged,
    update,
)


def test_a_new_item_may_not_exist_yet():
    write = put_new("Things", {"pk": "one", "n": 1}, exists=ValueError)

    assert (write.action, write.failed) == ("Put", ValueError)
    assert write.request == {
        "TableName": "Things",
        "Item": {"pk": {"S": "one"}, "n": {"N": "1"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_deleted_item_must_exist():
    write = delete("Things", {"pk": "one"}, missing=ValueError)

    assert (write.action, write.failed) == ("Delete", ValueError)
    assert write.request == {
        "TableName": "Things",
        "Key": {"pk": {"S": "one"}},
        "ConditionExpression": "attribute_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_an_item_can_be_required_to_be_absent():
    write = absent("Things", {"pk": "one"}, found=ValueError)

    assert (write.action, write.failed) == ("ConditionCheck", ValueError)
    assert write.request == {
        "TableName": "Things",
        "Key": {"pk": {"S": "one"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_an_item_can_be_required_to_be_as_it_was():
    write = unchanged(
        "Things", {"pk": "one"}, only_if={"status": "new", "count": 2}, failed=ValueError
    )

    assert (write.action, write.failed) == ("ConditionCheck", ValueError)
    assert write.request == {
        "TableName": "Things",
        "Key": {"pk": {"S": "one"}},
        "ConditionExpression": "#n0 = :v0 AND #n1 = :v1",
        "ExpressionAttributeNames": {"#n0": "status", "#n1": "count"},
        "ExpressionAttributeValues": {":v0": {"S": "new"}, ":v1": {"N": "2"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_moment_can_be_required_to_be_still_ahead():
    write = not_reached("Things", {"pk": "one"}, "expires_at", 7, reached=ValueError)

    assert (write.action, write.failed) == ("ConditionCheck", ValueError)
    assert write.request == {
        "TableName": "Things",
        "Key": {"pk": {"S": "one"}},
        "ConditionExpression": "#n0 > :v0",
        "ExpressionAttributeNames": {"#n0": "expires_at"},
        "ExpressionAttributeValues": {":v0": {"N": "7"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_an_update_names_every_attribute_by_an_alias():
    write = update(
        "Things",
        {"pk": "one"},
        set_to={"status": "done"},
        append={"history": ["done"]},
        remove=("held_until",),
        only_if={"status": ("new", "held"), "version": 3},
        failed=ValueError,
    )

    assert write.request == {
        "TableName": "Things",
        "Key": {"pk": {"S": "one"}},
        "UpdateExpression": "SET #n0 = :v0, #n1 = list_append(#n1, :v1) REMOVE #n2",
        "ConditionExpression": "#n0 IN (:v2, :v3) AND #n3 = :v4",
        "ExpressionAttributeNames": {
            "#n0": "status", "#n1": "history", "#n2": "held_until", "#n3": "version",
        },
        "ExpressionAttributeValues": {
            ":v0": {"S": "done"}, ":v1": {"L": [{"S": "done"}]}, ":v2": {"S": "new"},
            ":v3": {"S": "held"}, ":v4": {"N": "3"},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }  # fmt: skip


def test_an_update_says_only_what_it_is_asked_to():
    bare = update("Things", {"pk": "one"}, set_to={"a": 1}, only_if={"b": 2}, failed=ValueError)
    removing = update(
        "Things", {"pk": "one"}, set_to={"a": 1}, remove=("c", "d"), only_if={"b": 2},
        failed=ValueError,
    )  # fmt: skip

    assert (bare.action, bare.failed) == ("Update", ValueError)
    assert bare.request["UpdateExpression"] == "SET #n0 = :v0"
    assert removing.request["UpdateExpression"] == "SET #n0 = :v0 REMOVE #n1, #n2"


def test_an_update_without_a_condition_is_refused():
    with pytest.raises(ValueError, match=r"^an update needs a condition$"):
        update("Things", {"pk": "one"}, set_to={"a": 1}, only_if={}, failed=ValueError)


def test_a_write_names_the_item_it_touches():
    keyed = update(
        "T", {"pk": "a", "sk": "b"}, set_to={"x": 1}, only_if={"x": 0}, failed=ValueError
    )

    assert keyed.target == put_new("T", {"pk": "a", "sk": "b", "x": 1}, exists=ValueError).target
    assert keyed.target != put_new("T", {"pk": "a"}, exists=ValueError).target
    assert keyed.target != put_new("U", {"pk": "a", "sk": "b"}, exists=ValueError).target
    assert put_new("T", {"pk": "a b"}, exists=ValueError).target != keyed.target


def test_a_put_over_whatever_is_there_has_no_condition_to_fail():
    write = put("Things", {"pk": "one"})

    assert write.action == "Put"
    assert write.request == {"TableName": "Things", "Item": {"pk": {"S": "one"}}}
    with pytest.raises(RuntimeError, match=r"^it had no condition$"):
        raise write.failed(None)


def test_a_count_goes_up_in_one_write_unless_that_is_too_much():
    write = count("T", {"pk": "c"}, by=2, most=5, set_to={"expires_at": 9}, full=ValueError)

    assert (write.action, write.failed) == ("Update", ValueError)
    assert write.request == {
        "TableName": "T",
        "Key": {"pk": {"S": "c"}},
        "UpdateExpression": "SET #n0 = if_not_exists(#n0, :v0) + :v1, #n1 = :v2",
        "ConditionExpression": "attribute_not_exists(#n0) OR #n0 <= :v3",
        "ExpressionAttributeNames": {"#n0": "count", "#n1": "expires_at"},
        "ExpressionAttributeValues": {
            ":v0": {"N": "0"}, ":v1": {"N": "2"}, ":v2": {"N": "9"}, ":v3": {"N": "3"},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }  # fmt: skip


def test_a_count_without_a_most_goes_up_whatever_there_is():
    write = count("T", {"pk": "c"}, by=1, most=None, set_to={}, full=ValueError)

    assert "ConditionExpression" not in write.request
