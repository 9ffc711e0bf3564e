"""What streams, queues and buckets must do for the sweep, the resumption and payment files."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import Cloud

Eventually = Callable[..., Any]
TimesSeen = Callable[[str], int]


def add(here: Cloud, table: str, pk: str, sk: str, **numbers: int) -> None:
    item = {"pk": {"S": pk}, "sk": {"S": sk}, **{n: {"N": str(v)} for n, v in numbers.items()}}
    here.client("dynamodb").put_item(TableName=table, Item=item)


def taken_from(here: Cloud, queue: str) -> list[str]:
    answer = here.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=0
    )
    return [message["Body"] for message in answer.get("Messages", [])]


def test_an_insert_reaches_its_function_once_and_a_change_does_not(
    here, things, eventually: Eventually, times_seen: TimesSeen
):
    pk = f"s-{uuid.uuid4()}"
    add(here, things, pk, "1")
    add(here, things, pk, "1", changed=1)
    add(here, things, pk, "2")
    eventually(lambda: times_seen(f"stream {pk} 2"))
    assert times_seen(f"stream {pk} 1") == 1


def test_a_failed_record_comes_again_and_those_before_it_do_not(
    here, things, eventually: Eventually, times_seen: TimesSeen
):
    pk = f"s-{uuid.uuid4()}"
    here.client("dynamodb").transact_write_items(
        TransactItems=[
            {
                "Put": {
                    "TableName": things,
                    "Item": {"pk": {"S": pk}, "sk": {"S": sk}, "fails": {"N": fails}},
                }
            }
            for sk, fails in (("1", "0"), ("2", "1"), ("3", "0"))
        ]
    )
    eventually(lambda: times_seen(f"stream {pk} 3"))
    assert [times_seen(f"stream {pk} {n}") for n in (1, 2, 3)] == [1, 2, 1]


def test_a_record_that_always_fails_is_given_up_and_the_rest_goes_on(
    here, things, eventually: Eventually, times_seen: TimesSeen
):
    pk = f"s-{uuid.uuid4()}"
    add(here, things, pk, "1", fails=99)
    add(here, things, pk, "2")
    eventually(lambda: times_seen(f"stream {pk} 2"))
    (letter,) = eventually(lambda: taken_from(here, here.outputs["FeedDeadUrl"]))
    assert json.loads(letter)["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_good_message_is_done_once_and_a_bad_one_ends_with_the_dead_letters(
    here, eventually: Eventually, times_seen: TimesSeen
):
    good, bad = f"good {uuid.uuid4()}", f"bad {uuid.uuid4()}"
    here.client("sqs").send_message_batch(
        QueueUrl=here.outputs["WorkUrl"],
        Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate((good, bad))],
    )
    assert eventually(lambda: taken_from(here, here.outputs["WorkDeadUrl"])) == [bad]
    assert (times_seen(f"queue {good}"), times_seen(f"queue {bad}")) == (1, 2)


def test_a_delayed_message_waits(here, eventually: Eventually, times_seen: TimesSeen):
    late, soon = f"late {uuid.uuid4()}", f"soon {uuid.uuid4()}"
    sqs = here.client("sqs")
    sqs.send_message(QueueUrl=here.outputs["WorkUrl"], MessageBody=late, DelaySeconds=2)
    sqs.send_message(QueueUrl=here.outputs["WorkUrl"], MessageBody=soon)
    eventually(lambda: times_seen(f"queue {soon}"))
    assert times_seen(f"queue {late}") == 0
    eventually(lambda: times_seen(f"queue {late}"))


def test_a_bucket_gives_back_what_it_took(here):
    s3, bucket = here.client("s3"), here.outputs["FilesName"]
    s3.put_object(Bucket=bucket, Key="a/b.xml", Body=b"<a/>", ContentType="application/xml")
    got = s3.get_object(Bucket=bucket, Key="a/b.xml")
    assert (got["Body"].read(), got["ContentType"]) == (b"<a/>", "application/xml")
    with pytest.raises(ClientError) as missing:
        s3.get_object(Bucket=bucket, Key="a/none.xml")
    assert missing.value.response["Error"]["Code"] == "NoSuchKey"


def test_a_bucket_takes_a_new_object_only_once_when_asked_so(here):
    s3, bucket, key = here.client("s3"), here.outputs["FilesName"], str(uuid.uuid4())
    s3.put_object(Bucket=bucket, Key=key, Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError) as refused:
        s3.put_object(Bucket=bucket, Key=key, Body=b"2", IfNoneMatch="*")
    assert refused.value.response["Error"]["Code"] == "PreconditionFailed"
