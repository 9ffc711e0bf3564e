"""Reading: what is asked of DynamoDB, and what its troubles become."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from remit.kernel.errors import Unavailable
from remit.store.commit import ATTEMPTS
from remit.store.table import Page, Table
from tests.unit.store.scripted import Scripted, failure

SILENT = "the database did not answer"
FAILING = "the database is throttling or failing"


def asked(client: Scripted) -> tuple[str, dict]:
    """The one request that was made."""
    (request,) = client.calls
    return request


def test_one_item_is_read_as_last_committed():
    client = Scripted({"Item": {"pk": {"S": "one"}, "n": {"N": "7"}}})

    assert Table(client=client, name="Things").get({"pk": "one"}) == {"pk": "one", "n": 7}
    assert asked(client) == (
        "get_item",
        {"TableName": "Things", "Key": {"pk": {"S": "one"}}, "ConsistentRead": True},
    )


def test_an_item_that_is_not_there_is_none():
    assert Table(client=Scripted({}), name="Things").get({"pk": "one"}) is None


@pytest.mark.parametrize(
    ("more", "condition", "bounds", "forward"),
    [
        ({}, "pk = :pk", {}, True),
        ({"newest_first": True}, "pk = :pk", {}, False),
        ({"above": "3"}, "pk = :pk AND sk > :above", {":above": {"S": "3"}}, True),
        ({"below": "3"}, "pk = :pk AND sk < :below", {":below": {"S": "3"}}, True),
    ],
)
def test_a_query_reads_a_partition_in_order_as_last_committed(more, condition, bounds, forward):
    client = Scripted({"Items": [{"pk": {"S": "one"}}]})

    page = Table(client=client, name="Things").query("one", limit=5, **more)

    assert page == Page(items=({"pk": "one"},), next_key=None)
    assert asked(client) == (
        "query",
        {
            "TableName": "Things",
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": {":pk": {"S": "one"}, **bounds},
            "ScanIndexForward": forward,
            "ConsistentRead": True,
            "Limit": 5,
        },
    )


def test_a_query_of_an_index_is_newest_first_and_may_lag_behind():
    client = Scripted({"Items": []})

    page = Table(client=client, name="Things").query_index(
        "by_owner", attribute="owner", equals="ann", sort="made", least="2026", limit=5
    )

    assert page == Page(items=(), next_key=None)
    assert asked(client) == (
        "query",
        {
            "TableName": "Things",
            "IndexName": "by_owner",
            "KeyConditionExpression": "#pk = :pk AND #sk >= :least",
            "ExpressionAttributeNames": {"#pk": "owner", "#sk": "made"},
            "ExpressionAttributeValues": {":pk": {"S": "ann"}, ":least": {"S": "2026"}},
            "ScanIndexForward": False,
            "Limit": 5,
        },
    )


def test_a_scan_gives_every_item_page_by_page_as_last_committed():
    key = {"pk": {"S": "one"}}
    client = Scripted(
        {"Items": [{"pk": {"S": "one"}}], "LastEvaluatedKey": key},
        {"Items": [{"pk": {"S": "two"}}, {"pk": {"S": "three"}}]},
    )

    found = list(Table(client=client, name="Things").scan())

    assert found == [{"pk": "one"}, {"pk": "two"}, {"pk": "three"}]
    first = {"TableName": "Things", "ConsistentRead": True}
    assert client.calls == [("scan", first), ("scan", first | {"ExclusiveStartKey": key})]


def test_a_query_goes_on_where_the_last_page_ended():
    key, stored = {"pk": "one", "sk": "5"}, {"pk": {"S": "one"}, "sk": {"S": "5"}}
    client = Scripted(*[{"Items": [], "LastEvaluatedKey": stored}] * 2)
    table = Table(client=client, name="Things")

    pages = [
        table.query("one", limit=5, start=key),
        table.query_index(
            "by_owner", attribute="a", equals="b", sort="c", least="d", limit=5, start=key
        ),
    ]

    assert [page.next_key for page in pages] == [key, key]
    assert [call["ExclusiveStartKey"] for _, call in client.calls] == [stored, stored]


@pytest.mark.parametrize(
    ("trouble", "detail"),
    [
        (ReadTimeoutError(endpoint_url="dynamodb"), SILENT),
        (EndpointConnectionError(endpoint_url="dynamodb"), SILENT),
        (failure("ThrottlingException", operation="GetItem"), FAILING),
        (failure("502", status=502, operation="GetItem"), FAILING),
    ],
)
def test_an_outage_is_a_fault_that_may_pass(trouble, detail):
    with pytest.raises(Unavailable) as raised:
        Table(client=Scripted(trouble), name="Things").get({"pk": "one"})

    assert raised.value.__cause__ is trouble
    assert raised.value.detail == detail


def test_anything_else_is_raised_as_it_is():
    denied = failure("AccessDeniedException", operation="GetItem")

    with pytest.raises(ClientError) as raised:
        Table(client=Scripted(denied), name="Things").get({"pk": "one"})

    assert raised.value is denied


def some(*names: str, unprocessed: tuple[str, ...] = ()) -> dict:
    left = {"Keys": [{"pk": {"S": name}} for name in unprocessed], "ConsistentRead": True}
    return {
        "Responses": {"Things": [{"pk": {"S": name}} for name in names]},
        "UnprocessedKeys": {"Things": left} if unprocessed else {},
    }


def test_what_a_throttling_database_left_out_is_asked_for_again(pauses):
    client = Scripted(some("b", unprocessed=("a", "c")), {**some("c", "a")})
    table = Table(client=client, name="Things")

    assert table.get_many([{"pk": "a"}, {"pk": "b"}, {"pk": "c"}]) == [
        {"pk": "a"},
        {"pk": "b"},
        {"pk": "c"},
    ]
    assert client.calls == [
        ("batch_get_item", {"RequestItems": some(unprocessed=left)["UnprocessedKeys"]})
        for left in (("a", "b", "c"), ("a", "c"))
    ]
    assert pauses == [0]


def test_a_database_that_never_hands_out_all_is_unavailable():
    client = Scripted(*[some(unprocessed=("a",))] * 50)

    with pytest.raises(Unavailable) as raised:
        Table(client=client, name="Things").get_many([{"pk": "a"}])

    assert len(client.calls) == ATTEMPTS
    assert raised.value.detail == "the database is throttling"


def test_an_item_nobody_has_is_none_in_its_place():
    client = Scripted({"Responses": {}})  # a table without any of them is not even named

    assert Table(client=client, name="Things").get_many([{"pk": "a"}]) == [None]


def test_items_are_told_apart_by_both_parts_of_their_key():
    stored = [{"pk": {"S": "a"}, "sk": {"S": sk}, "n": {"N": sk}} for sk in ("1", "2")]
    client = Scripted({"Responses": {"Things": stored}})

    found = Table(client=client, name="Things").get_many(
        [{"pk": "a", "sk": "2"}, {"pk": "a", "sk": "1"}]
    )

    assert [item and item["n"] for item in found] == [2, 1]
