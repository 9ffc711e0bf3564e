"""What DynamoDB must do for the unit of work and the ledger to be right."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import Cloud


@pytest.fixture
def dynamodb(here: Cloud) -> Any:
    return here.client("dynamodb")


@pytest.fixture
def pk() -> str:
    return f"k-{uuid.uuid4()}"


def item(pk: str, sk: str, **attributes: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}, **{n: {"S": v} for n, v in attributes.items()}}


def put_new(table: str, pk: str, sk: str, **attributes: str) -> dict[str, Any]:
    return {
        "Put": {
            "TableName": table,
            "Item": item(pk, sk, **attributes),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def test_reasons_come_in_the_order_of_the_writes_with_the_old_item(dynamodb, things, pk):
    dynamodb.put_item(TableName=things, Item=item(pk, "2", note="was here"))
    with pytest.raises(ClientError) as raised:
        dynamodb.transact_write_items(
            TransactItems=[put_new(things, pk, sk) for sk in ("1", "2", "3")]
        )
    assert raised.value.response["Error"]["Code"] == "TransactionCanceledException"
    reasons = raised.value.response["CancellationReasons"]
    assert [each["Code"] for each in reasons] == ["None", "ConditionalCheckFailed", "None"]
    assert reasons[1]["Item"] == item(pk, "2", note="was here")


def test_a_cancelled_transaction_leaves_nothing(dynamodb, things, pk):
    dynamodb.put_item(TableName=things, Item=item(pk, "2"))
    with pytest.raises(ClientError):
        dynamodb.transact_write_items(TransactItems=[put_new(things, pk, s) for s in ("1", "2")])
    assert "Item" not in dynamodb.get_item(TableName=things, Key=item(pk, "1"), ConsistentRead=True)


def test_a_condition_check_alone_can_cancel(dynamodb, things, pk):
    check = {
        "TableName": things,
        "Key": item(pk, "none"),
        "ConditionExpression": "attribute_exists(pk)",
    }
    with pytest.raises(ClientError) as raised:
        dynamodb.transact_write_items(
            TransactItems=[{"ConditionCheck": check}, put_new(things, pk, "1")]
        )
    codes = [each["Code"] for each in raised.value.response["CancellationReasons"]]
    assert codes == ["ConditionalCheckFailed", "None"]


def test_one_token_writes_once(dynamodb, things, pk):
    token = str(uuid.uuid4())
    add = {
        "TableName": things,
        "Key": item(pk, "1"),
        "UpdateExpression": "ADD times :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[{"Update": add}], ClientRequestToken=token)
    assert dynamodb.get_item(TableName=things, Key=item(pk, "1"))["Item"]["times"] == {"N": "1"}


def test_of_many_racing_for_one_record_one_wins(dynamodb, things, pk):
    def race(number: int) -> str:
        writes = [put_new(things, pk, "prize"), put_new(things, pk, f"ticket {number}")]
        try:
            dynamodb.transact_write_items(TransactItems=writes)
        except ClientError as lost:
            codes = {each["Code"] for each in lost.response["CancellationReasons"]}
            assert codes <= {"None", "ConditionalCheckFailed", "TransactionConflict"}
            return "lost"
        return "won"

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(race, range(32)))
    assert results.count("won") == 1
    left = dynamodb.query(
        TableName=things,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ConsistentRead=True,
    )
    assert left["Count"] == 2


def test_a_transaction_takes_a_hundred_items_and_no_more(dynamodb, things, pk):
    writes = [put_new(things, pk, f"{n:03}") for n in range(101)]
    with pytest.raises(ClientError) as raised:
        dynamodb.transact_write_items(TransactItems=writes)
    assert raised.value.response["Error"]["Code"] == "ValidationException"
    dynamodb.transact_write_items(TransactItems=writes[:100])


def test_a_transaction_may_not_touch_an_item_twice(dynamodb, things, pk):
    with pytest.raises(ClientError) as raised:
        dynamodb.transact_write_items(TransactItems=[put_new(things, pk, "1")] * 2)
    assert raised.value.response["Error"]["Code"] == "ValidationException"


def test_the_last_record_of_a_chain_is_one_consistent_query(dynamodb, things, pk):
    for number in range(5):
        dynamodb.put_item(TableName=things, Item=item(pk, f"{number:012}"))
    last = dynamodb.query(
        TableName=things,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ScanIndexForward=False,
        Limit=1,
        ConsistentRead=True,
    )
    assert [each["sk"]["S"] for each in last["Items"]] == [f"{4:012}"]


def test_an_index_gives_keys_in_order_page_by_page(dynamodb, things, pk):
    for number in range(5):
        dynamodb.put_item(TableName=things, Item=item(pk, f"{number}", owner=pk, note="not in it"))
    found, start = [], {}
    while True:
        page = dynamodb.query(
            TableName=things,
            IndexName="by_owner",
            KeyConditionExpression="#o = :o",
            ExpressionAttributeNames={"#o": "owner"},
            ExpressionAttributeValues={":o": {"S": pk}},
            ScanIndexForward=False,
            Limit=2,
            **start,
        )
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert found == [item(pk, f"{number}", owner=pk) for number in (4, 3, 2, 1, 0)]


def test_records_may_expire_as_the_template_says(dynamodb, things):
    said = dynamodb.describe_time_to_live(TableName=things)["TimeToLiveDescription"]
    assert said == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
