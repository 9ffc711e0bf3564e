"""Every kind of write: once, twice, and with the request or the reply lost."""

import pytest

from remit.kernel.errors import Unavailable
from remit.store.commit import commit
from remit.store.item import encode_item
from remit.store.write import Write, delete, put_new, update
from remit.store.write import put as put_over
from tests.integration.store.faulty import LOSE_REPLY, LOSE_REQUEST, TRIES


class Refused(Exception):
    """A failed condition, with the item as it stands."""


KEY = {"pk": "a", "sk": "1"}
OTHER = {"pk": "a", "sk": "2"}


def put(key=KEY, state: str = "new") -> Write:
    return put_new("Things", key | {"state": state, "n": 1}, exists=Refused)


def finish(key=KEY) -> Write:
    return update(
        "Things",
        key,
        set_to={"state": "done"},
        append={"history": ["done"]},
        remove=("n",),
        only_if={"state": ("new", "open")},
        failed=Refused,
    )


def existing(things, key=KEY, state: str = "new") -> None:
    item = key | {"state": state, "n": 1, "history": []}
    things.client.client.put_item(TableName=things.name, Item=encode_item(item))


def test_a_new_item_is_put_once(things):
    commit(things.client, [put()])

    assert things.get(KEY) == KEY | {"state": "new", "n": 1}


def test_a_new_item_put_twice_is_refused_with_the_item_as_it_stands(things):
    commit(things.client, [put()])

    with pytest.raises(Refused) as refused:
        commit(things.client, [put(state="other")])

    assert refused.value.args[0] == KEY | {"state": "new", "n": 1}
    assert things.get(KEY)["state"] == "new"


def test_an_update_changes_what_is_as_expected(things):
    existing(things)

    commit(things.client, [finish()])

    assert things.get(KEY) == KEY | {"state": "done", "history": ["done"]}


def test_an_update_made_twice_is_refused_the_second_time(things):
    existing(things)
    commit(things.client, [finish()])

    with pytest.raises(Refused) as refused:
        commit(things.client, [finish()])

    assert refused.value.args[0]["state"] == "done"
    assert things.get(KEY)["history"] == ["done"]


def test_an_update_never_makes_an_item(things):
    with pytest.raises(Refused) as refused:
        commit(things.client, [finish()])

    assert refused.value.args == (None,)
    assert things.get(KEY) is None


def test_an_item_is_deleted_once_and_missing_afterwards(things):
    existing(things)
    drop = delete("Things", KEY, missing=Refused)

    commit(things.client, [drop])

    assert things.get(KEY) is None
    with pytest.raises(Refused):
        commit(things.client, [drop])


def test_when_one_condition_fails_nothing_is_written(things):
    existing(things, state="closed")

    with pytest.raises(Refused) as refused:
        commit(things.client, [put(OTHER), finish()])

    assert refused.value.args[0]["state"] == "closed"
    assert things.get(OTHER) is None


@pytest.mark.parametrize("fault", [None, LOSE_REQUEST, LOSE_REPLY])
def test_an_item_put_over_another_stands_whatever_was_there(things, fault):
    existing(things)
    things.client.plan = [fault]

    commit(things.client, [put_over("Things", KEY | {"state": "over"})])

    assert things.get(KEY) == KEY | {"state": "over"}


def test_a_condition_is_checked_without_a_change(things):
    existing(things)
    request = finish(KEY).request
    only = {
        name: request[name] for name in ("TableName", "Key", "ReturnValuesOnConditionCheckFailure")
    } | {
        "ConditionExpression": "#state = :state",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": {":state": {"S": "new"}},
    }

    commit(things.client, [Write(action="ConditionCheck", request=only, failed=Refused)])

    assert things.get(KEY)["state"] == "new"


@pytest.mark.parametrize("fault", [LOSE_REQUEST, LOSE_REPLY])
def test_a_transaction_is_made_once_though_its_request_or_reply_is_lost(things, fault):
    existing(things)
    things.client.plan = [fault]

    commit(things.client, [put(OTHER), finish()])

    assert things.get(KEY)["history"] == ["done"]
    assert things.get(OTHER) is not None
    assert things.client.writes == 2


def test_the_same_transaction_sent_again_later_changes_nothing(things):
    existing(things)
    writes = [put(OTHER), finish()]
    things.client.plan = [LOSE_REPLY] * TRIES

    with pytest.raises(Unavailable):
        commit(things.client, writes)
    commit(things.client, writes)

    assert things.get(KEY)["history"] == ["done"]


def test_a_lost_request_of_a_single_write_is_sent_again(things):
    things.client.plan = [LOSE_REQUEST]

    commit(things.client, [put()])

    assert things.get(KEY) is not None


def test_a_single_write_whose_reply_was_lost_is_told_of_its_own_effect(things):
    things.client.plan = [LOSE_REPLY]

    with pytest.raises(Refused) as refused:
        commit(things.client, [put()])

    assert refused.value.args[0] == KEY | {"state": "new", "n": 1}
