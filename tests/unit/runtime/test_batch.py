"""Queues and streams: what failed comes back, what was done does not."""

import json

import pytest

from remit.kernel.errors import Unavailable
from remit.runtime.batch import Change, Message, queue, stream
from tests.builders import lambda_context

CANARY = "canary-4929-1234"


def message(identifier: str, body: object) -> dict:
    return {
        "messageId": identifier,
        "receiptHandle": "AQEB",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "3", "SentTimestamp": "1795512600000"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:Resume",
    }


def change(number: str, kind: str = "INSERT", **images: dict) -> dict:
    return {
        "eventID": number,
        "eventName": kind,
        "dynamodb": {"SequenceNumber": number, "Keys": {"pk": {"S": "acme#pay_1"}}, **images},
    }


def failures(answer: dict) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def receive(work, *messages: dict) -> list[str]:
    return failures(
        queue("payments", "Resume")(work)({"Records": list(messages)}, lambda_context())
    )


def follow(work, *changes: dict) -> list[str]:
    return failures(stream("payments", "Sweep")(work)({"Records": list(changes)}, lambda_context()))


def test_a_message_is_given_as_it_was_sent():
    seen: list[Message] = []
    assert receive(seen.append, message("m-1", {"id": "pay_1"})) == []
    (one,) = seen
    assert (one.body, one.attempt) == ({"id": "pay_1"}, 3)
    assert one.deadline > 0


@pytest.mark.parametrize("error", [Unavailable(), KeyError(CANARY)])
def test_only_the_messages_whose_work_failed_come_back(error, log):
    def work(one: Message) -> None:
        if one.body["id"] == "bad":
            raise error

    messages = [message(f"m-{name}", {"id": name}) for name in ("good", "bad", "fine")]
    assert receive(work, *messages) == ["m-bad"]
    assert [line["id"] for line in log()] == ["good", "bad", "fine"]
    assert CANARY not in json.dumps(log())


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "5", '"text"'])
def test_a_message_that_is_no_object_comes_back_until_it_is_set_aside(body):
    seen: list[Message] = []
    assert receive(seen.append, message("m-1", body)) == ["m-1"]
    assert seen == []


def test_only_ids_of_a_message_are_logged(log):
    body = {"id": "pay_1", "tenant": "acme", "request_id": "r-1", "iban": CANARY}
    receive(lambda _: None, message("m-1", body), message("m-2", {"id": 5}))
    first, second = log()
    assert (first["id"], first["tenant"], first["request_id"]) == ("pay_1", "acme", "r-1")
    assert "id" not in second
    assert CANARY not in json.dumps(log())


def test_changes_are_given_as_plain_items():
    seen: list[list[Change]] = []
    new = {"pk": {"S": "acme#pay_1"}, "seq": {"N": "1"}}
    done = follow(
        seen.append, change("1", NewImage=new), change("2", "REMOVE", OldImage=new), change("3")
    )
    assert done == []
    plain = {"pk": "acme#pay_1", "seq": 1}
    assert seen == [
        [
            Change(kind="INSERT", old=None, new=plain),
            Change(kind="REMOVE", old=plain, new=None),
            Change(kind="INSERT", old=None, new=None),
        ]
    ]


@pytest.mark.parametrize("error", [Unavailable(), KeyError(CANARY)])
def test_a_batch_of_changes_whose_work_failed_comes_back_whole(error, log):
    def work(_: list[Change]) -> None:
        raise error

    assert follow(work, change("1"), change("2")) == ["1"]
    assert CANARY not in json.dumps(log())
