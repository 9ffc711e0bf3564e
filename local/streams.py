"""Feeds DynamoDB streams to functions as Lambda's event source mappings do.

Batches and their window, filters, `ReportBatchItemFailures`, bisection, retries and the dead-letter
queue; one shard per table, in order. The engine's own reader has none of these but filters.
"""

import asyncio
import json
import time
import urllib.error
import urllib.request
from typing import Any, Protocol

from local.environment import Answer

POLL_SECONDS = 0.5
RETRY_SECONDS = 1.0
SHARD = "shardId-00000000000000000000-00000000"


class Invoker(Protocol):
    async def invoke(self, name: str, payload: bytes) -> Answer: ...


class Engine:
    """The two AWS calls needed, made raw: a function gets a record as the stream has it."""

    def __init__(self, endpoint: str, region: str) -> None:
        self.endpoint, self.region = endpoint, region

    async def call(self, service: str, target: str, **fields: Any) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310  loopback
            self.endpoint,
            json.dumps(fields).encode(),
            {
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": target,
                "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/"
                f"{self.region}/{service}/aws4_request, SignedHeaders=host, Signature=0",
            },
        )
        while True:
            try:
                answer: dict[str, Any] = json.loads(
                    await asyncio.to_thread(_read, request) or b"{}"
                )
            except urllib.error.HTTPError:
                raise
            except OSError:  # too busy to listen; if it is gone, its watcher will say so
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return answer


def _read(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  loopback
        return bytes(answer.read())


class Mapping:
    """One stream, one function."""

    def __init__(self, properties: dict[str, Any], *, engine: Engine, pool: Invoker) -> None:
        self.engine, self.pool = engine, pool
        self.stream = properties["EventSourceArn"]
        self.function = properties["FunctionName"]
        self.start = properties["StartingPosition"]
        self.batch_size = int(properties.get("BatchSize", 100))
        self.window_seconds = int(properties.get("MaximumBatchingWindowInSeconds", 0))
        self.bisect = bool(properties.get("BisectBatchOnFunctionError"))
        self.retries = int(properties.get("MaximumRetryAttempts", -1))
        self.partial = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        filters = properties.get("FilterCriteria", {}).get("Filters", [])
        self.patterns = [json.loads(each["Pattern"]) for each in filters]
        self.dead_letters = properties.get("DestinationConfig", {}).get("QueueUrl")

    async def run(self) -> None:
        """Read the stream for ever."""
        place = await self._call(
            "GetShardIterator", StreamArn=self.stream, ShardId=SHARD, ShardIteratorType=self.start
        )
        iterator, opened = place["ShardIterator"], 0.0
        batch: list[dict[str, Any]] = []
        while True:
            page = await self._call("GetRecords", ShardIterator=iterator, Limit=self.batch_size)
            iterator = page["NextShardIterator"]
            if not batch:
                opened = time.monotonic()
            batch += [self._as_event(each) for each in page["Records"] if self._wanted(each)]
            waited = time.monotonic() - opened >= self.window_seconds
            if batch and (waited or len(batch) >= self.batch_size):
                await self.deliver(batch[: self.batch_size])
                batch = batch[self.batch_size :]
            elif not page["Records"]:
                await asyncio.sleep(POLL_SECONDS)

    async def deliver(self, batch: list[dict[str, Any]]) -> None:
        """See a batch through: done, or split and retried, or given up to the dead letters."""
        pending = [(batch, 0)]
        while pending:
            records, failures = pending.pop(0)
            failed_at = await self._first_failure(records)
            if failed_at is None:
                continue
            left = records[failed_at:]
            if failed_at > 0:
                pending.insert(0, (left, 0))  # progress was made: the count starts again
            elif 0 <= self.retries <= failures:
                await self._bury(records, failures + 1)
                continue
            elif self.bisect and len(left) > 1:
                middle = len(left) // 2
                pending[:0] = [(left[:middle], failures), (left[middle:], failures)]
            else:
                pending.insert(0, (left, failures + 1))
            await asyncio.sleep(RETRY_SECONDS)

    async def _first_failure(self, records: list[dict[str, Any]]) -> int | None:
        """The index of the first record that was not dealt with; None when all were."""
        answer = await self.pool.invoke(self.function, json.dumps({"Records": records}).encode())
        if answer.failed:
            return 0
        said = json.loads(answer.body or b"null")
        if not self.partial or not said or not said.get("batchItemFailures"):
            return None
        failed = {each.get("itemIdentifier") for each in said["batchItemFailures"]}
        numbers = [each["dynamodb"]["SequenceNumber"] for each in records]
        # An identifier that is not of this batch fails it as a whole, as on Lambda.
        return min((numbers.index(each) for each in failed if each in numbers), default=0)

    def _wanted(self, record: dict[str, Any]) -> bool:
        return not self.patterns or any(matches(record, each) for each in self.patterns)

    def _as_event(self, record: dict[str, Any]) -> dict[str, Any]:
        return {**record, "eventSourceARN": self.stream}

    async def _bury(self, records: list[dict[str, Any]], attempts: int) -> None:
        if not self.dead_letters:
            return
        first, last = records[0]["dynamodb"], records[-1]["dynamodb"]
        letter = {
            "requestContext": {
                "functionArn": self.function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": attempts,
            },
            "version": "1.0",
            "DDBStreamBatchInfo": {
                "shardId": SHARD,
                "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"],
                "batchSize": len(records),
                "streamArn": self.stream,
            },
        }
        await self.engine.call(
            "sqs",
            "AmazonSQS.SendMessage",
            QueueUrl=self.dead_letters,
            MessageBody=json.dumps(letter),
        )

    async def _call(self, operation: str, **fields: Any) -> dict[str, Any]:
        return await self.engine.call("dynamodb", f"DynamoDBStreams_20120810.{operation}", **fields)


def matches(record: Any, pattern: dict[str, Any]) -> bool:
    """Whether a record fits an event filter: nested fields, each a list of allowed values.

    Raises `NotImplementedError` for the operators (`prefix`, `exists`, …) that it does not know.
    """
    for name, wanted in pattern.items():
        found = record.get(name) if isinstance(record, dict) else None
        if isinstance(wanted, dict):
            if not matches(found, wanted):
                return False
        elif any(isinstance(each, dict) for each in wanted):
            raise NotImplementedError(f"the filter on {name} uses an operator: {wanted}")
        elif found not in wanted:
            return False
    return True
