"""What takes days, or another's transaction under way: asked of the store alone."""

import pytest

from tests.simulation.database import Database
from tests.simulation.database_refusals import Unsupported
from tests.simulation.fidelity.items import codes, increment, item, key, n, put_new, s
from tests.simulation.fidelity.places import INDEX, START, Store

MINUTE, DAY = 60_000, 86_400_000


@pytest.fixture
def there():
    return Store()


def test_a_token_protects_for_ten_minutes_and_no_longer(there):
    """API reference, TransactWriteItems: after 10 minutes the token makes a new request."""
    there.put(item("p", times=n(0)))
    for after, times in ((0, 1), (10 * MINUTE, 1), (10 * MINUTE + 1, 2)):
        there.now = START + after
        there.transact(increment("p"), ClientRequestToken="token")
        assert there.get(key("p")) == item("p", times=n(times)), after


def test_a_token_may_be_used_for_another_transaction_after_ten_minutes(there):
    there.transact(put_new("p"), ClientRequestToken="token")
    there.now += 10 * MINUTE + 1
    there.transact(put_new("q"), ClientRequestToken="token")
    assert there.get(key("q")) == item("q")


def remember(there, pk, expires_at):
    row = {"pk": s(pk), "expires_at": expires_at}
    there.client.put_item(TableName="Keys", Item=row)


def remembered(there):
    return sorted(row["pk"]["S"] for row in there.database.items("Keys"))


def test_what_has_expired_is_there_until_it_is_deleted(there):
    """Guide, "Time to live": deletion takes days, and reads and conditions see the item."""
    remember(there, "old", n(START // 1000 + 60))
    there.now += 2 * DAY
    assert remembered(there) == ["old"]
    new = {"Item": {"pk": s("old")}, "ConditionExpression": "attribute_not_exists(pk)"}
    with there.refusal("ConditionalCheckFailedException"):
        there.client.put_item(TableName="Keys", **new)
    assert there.database.expire() == 1
    assert remembered(there) == []


def test_only_what_is_due_expires_and_only_by_a_number_of_seconds(there):
    """Guide, "Time to live": a number, in seconds, and not more than five years ago."""
    now = START // 1000
    remember(there, "due", n(now - 1))
    remember(there, "due too", n(now - 2))
    remember(there, "later", n(now + 1))
    remember(there, "text", s(str(now - 1)))
    remember(there, "long ago", n(now - 6 * 365 * DAY // 1000))
    assert there.database.expire(lambda table, row: row["pk"] == s("due too")) == 1
    assert there.database.expire() == 1
    assert remembered(there) == ["later", "long ago", "text"]


def test_a_stream_says_that_the_service_deleted_what_expired():
    """Guide, "DynamoDB Streams and time to live"."""
    database = Database(lambda: START)
    database.create_table("Keys", "pk", stream=True, ttl="expires_at")
    row = {"pk": s("old"), "expires_at": n(1_699_999_999)}
    database.call("put_item", {"TableName": "Keys", "Item": row})
    database.expire()
    written, gone = database.stream_records("Keys")
    assert "userIdentity" not in written
    assert gone["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert (gone["eventName"], gone["dynamodb"]["OldImage"]) == ("REMOVE", row)


def owned(there, **more):
    return there.database.call(
        "query",
        {
            "TableName": "Things",
            "IndexName": INDEX,
            "KeyConditionExpression": "#o = :o",
            "ExpressionAttributeNames": {"#o": "owner"},
            "ExpressionAttributeValues": {":o": s("me")},
        },
        **more,
    )["Items"]


def test_an_index_may_lag_behind_and_catches_up(there):
    """Guide, "Global secondary indexes": they are updated later than the table."""
    first, second = (item("p", each, owner=s("me"), since=s(each)) for each in "12")
    there.put(first)
    there.now += 5000
    there.put(second)
    there.client.delete_item(TableName="Things", Key=key("p", "1"))
    assert owned(there) == [second]
    assert owned(there, stale=True) == [first]
    there.now += 2000
    assert owned(there, stale=True) == [second]


def test_a_consistent_read_is_never_old_and_another_may_be(there):
    """Guide, "Read consistency"."""
    there.put(item("p", a=n(1)))
    there.now += 5000
    there.put(item("p", a=n(2)))
    asked = {"TableName": "Things", "Key": key("p")}
    consistent = asked | {"ConsistentRead": True}
    assert there.database.call("get_item", asked, stale=1000)["Item"]["a"] == n(1)
    assert there.database.call("get_item", asked)["Item"]["a"] == n(2)
    assert there.database.call("get_item", consistent, stale=1000)["Item"]["a"] == n(2)


def test_a_write_is_refused_while_a_transaction_is_under_way_on_its_item(there):
    """Guide, "Transactions: how it works": conflicts of single writes and of transactions."""
    busy = {"conflict_on": frozenset({("Things", ("p", "1"))})}
    write = {"TableName": "Things", "Item": item("p")}
    with there.refusal("TransactionConflictException", "Transaction is ongoing for the item"):
        there.database.call("put_item", write, **busy)

    there.put(item("p", "3"))
    writes = [
        {"Put": {"TableName": "Things", **put_new("p", each)["Put"]}} for each in ("1", "2", "3")
    ]
    with there.refusal("TransactionCanceledException") as raised:
        there.database.call("transact_write_items", {"TransactItems": writes}, **busy)
    assert codes(raised) == ["TransactionConflict", "None", "ConditionalCheckFailed"]
    assert there.get(key("p", "2")) is None


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("batch_write_item", {"RequestItems": {}}),
        ("scan", {"FilterExpression": "a = b"}),
        ("put_item", {"Item": item("p"), "ReturnValues": "ALL_OLD"}),
        ("put_item", {"Item": item("p", a={"SS": ["x"]})}),
        ("put_item", {"Item": item("p"), "ConditionExpression": "size(a) = a"}),
        ("update_item", {"Key": key("p"), "UpdateExpression": "REMOVE a.b"}),
        ("update_item", {"Key": key("p"), "UpdateExpression": "ADD a a"}),
        ("get_item", {"Key": key("p"), "ProjectionExpression": "a"}),
    ],
    ids=["operation", "filter", "parameter", "set", "function", "path", "section", "projection"],
)
def test_what_is_not_there_is_refused_aloud(there, operation, parameters):
    with pytest.raises(Unsupported):
        there.database.call(operation, {"TableName": "Things", **parameters})
