"""How a batch of stream records is seen through."""

import asyncio
import json
from typing import Any

import pytest

from local import streams
from local.environment import Answer
from local.streams import Mapping, matches


class Pool:
    """Plays the function: fails by `verdict`, which gets the records' numbers."""

    def __init__(self, verdict: Any) -> None:
        self.verdict, self.batches = verdict, []

    async def invoke(self, name: str, payload: bytes) -> Answer:
        numbers = [r["dynamodb"]["SequenceNumber"] for r in json.loads(payload)["Records"]]
        self.batches.append("".join(numbers))
        said = self.verdict(self.batches)
        if said is None:
            return Answer(b'{"errorType":"Boom"}', failed=True)
        failures = [{"itemIdentifier": each} for each in said]
        return Answer(json.dumps({"batchItemFailures": failures}).encode())


class Engine:
    def __init__(self) -> None:
        self.letters: list[dict[str, Any]] = []

    async def call(self, service: str, target: str, **fields: Any) -> dict[str, Any]:
        self.letters.append(json.loads(fields["MessageBody"]))
        return {}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(streams, "RETRY_SECONDS", 0)


def deliver(verdict: Any, **properties: Any) -> tuple[list[str], list[str]]:
    """The batches that the function got of records a to d, and what was given up."""
    pool, engine = Pool(verdict), Engine()
    given = {
        "EventSourceArn": "arn:s",
        "FunctionName": "f",
        "StartingPosition": "TRIM_HORIZON",
        "MaximumRetryAttempts": 1,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "DestinationConfig": {"QueueUrl": "q"},
    }
    mapping = Mapping({**given, **properties}, engine=engine, pool=pool)
    records = [{"dynamodb": {"SequenceNumber": n}} for n in "abcd"]
    asyncio.run(mapping.deliver(records))
    infos = [letter["DDBStreamBatchInfo"] for letter in engine.letters]
    return pool.batches, [i["startSequenceNumber"] + i["endSequenceNumber"] for i in infos]


def test_a_batch_without_failures_is_done():
    assert deliver(lambda _: []) == (["abcd"], [])


def test_what_comes_after_the_first_failure_comes_again():
    assert deliver(lambda b: ["c", "d"] if len(b) == 1 else []) == (["abcd", "cd"], [])


def test_an_unknown_identifier_fails_the_whole_batch():
    assert deliver(lambda b: ["z"] if len(b) == 1 else [])[0] == ["abcd", "abcd"]


def test_a_batch_that_fails_too_often_is_given_up():
    assert deliver(lambda _: None) == (["abcd", "abcd"], ["ad"])


def test_a_batch_is_halved_until_the_bad_record_is_alone():
    batches, given_up = deliver(
        lambda b: None if "c" in b[-1] else [], BisectBatchOnFunctionError=True
    )
    assert batches == ["abcd", "ab", "cd", "c", "c", "d"]
    assert given_up == ["cc"]


def test_without_partial_responses_only_an_error_is_a_failure():
    assert deliver(lambda _: ["a"], FunctionResponseTypes=[]) == (["abcd"], [])


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ({"eventName": ["INSERT"]}, True),
        ({"eventName": ["REMOVE", "INSERT"]}, True),
        ({"eventName": ["REMOVE"]}, False),
        ({"dynamodb": {"Keys": {"pk": {"S": ["a"]}}}}, True),
        ({"dynamodb": {"Keys": {"pk": {"S": ["b"]}}}}, False),
        ({"dynamodb": {"NewImage": {"pk": {"S": ["a"]}}}}, False),
    ],
)
def test_a_filter_names_the_values_that_a_field_may_have(pattern, fits):
    record = {"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": "a"}}}}
    assert matches(record, pattern) is fits


def test_a_filter_operator_is_not_passed_over():
    with pytest.raises(NotImplementedError, match="prefix"):
        matches({"a": "b"}, {"a": [{"prefix": "b"}]})
