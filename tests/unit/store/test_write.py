"""Writes: every one carries a condition, and asks for the item when it fails."""

import pytest

from remit.store.write import delete, put, put_new, update


def test_a_new_item_may_not_exist_yet():
    write = put_new("Things", {"pk": "one", "n": 1}, exists=ValueError)

    assert write.action == "Put"
    assert write.request == {
        "TableName": "Things",
        "Item": {"pk": {"S": "one"}, "n": {"N": "1"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_deleted_item_must_exist():
    write = delete("Things", {"pk": "one"}, missing=ValueError)

    assert write.action == "Delete"
    assert write.request["ConditionExpression"] == "attribute_exists(pk)"
    assert write.request["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


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


def test_an_update_without_a_condition_is_refused():
    with pytest.raises(ValueError, match="condition"):
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

    assert "ConditionExpression" not in write.request
    with pytest.raises(RuntimeError, match="no condition"):
        raise write.failed(None)
