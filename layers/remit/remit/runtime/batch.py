"""Handlers of queues and streams: one record at a time, failures reported record by record.

Both deliver at least once, so each piece of work must bear being done again.
"""

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from remit.kernel import clock
from remit.kernel.errors import RemitError
from remit.kernel.value import value
from remit.runtime.observability import Unexpected, bind, flush, observed
from remit.store.item import Item, decode_item

BatchHandler: TypeAlias = Callable[[dict[str, Any], Any], dict[str, Any]]
Record: TypeAlias = Mapping[str, Any]


@value
class Message:
    """One message of a queue. `attempt` counts deliveries from 1.

    `deadline` is when Lambda ends us, in milliseconds.
    """

    body: Mapping[str, Any]
    attempt: int
    deadline: int


@value
class Change:
    """One change of an item. `kind` is INSERT, MODIFY or REMOVE; `deadline` as in `Message`."""

    kind: str
    old: Item | None
    new: Item | None
    deadline: int


R = TypeVar("R", Message, Change)


def queue(service: str, name: str) -> Callable[[Callable[[Message], None]], BatchHandler]:
    """Make a function of a `Message` the handler of an SQS queue. `name` is its line in the log.

    A message whose work raises is reported and comes back by itself; the others are done.
    """

    def decorate(work: Callable[[Message], None]) -> BatchHandler:
        @functools.wraps(work)
        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            deadline = clock.now() + context.get_remaining_time_in_millis()
            failed = [
                record["messageId"]
                for record in event["Records"]
                if not _done(service, name, functools.partial(_message, record, deadline), work)
            ]
            return _report(failed)

        return handler

    return decorate


def stream(service: str, name: str) -> Callable[[Callable[[Change], None]], BatchHandler]:
    """Make a function of a `Change` the handler of a DynamoDB stream. `name` as in `queue`.

    Order matters in a stream: at the first change whose work raises, the rest waits with it.
    """

    def decorate(work: Callable[[Change], None]) -> BatchHandler:
        @functools.wraps(work)
        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            deadline = clock.now() + context.get_remaining_time_in_millis()
            for record in event["Records"]:
                if not _done(service, name, functools.partial(_change, record, deadline), work):
                    return _report([record["dynamodb"]["SequenceNumber"]])
            return _report([])

        return handler

    return decorate


def _done(service: str, name: str, opened: Callable[[], R], work: Callable[[R], None]) -> bool:
    """Open one record and do its work; False when either fails, which the log then tells."""

    def carried_out() -> None:
        delivered = opened()
        bind(service, **_named(delivered))
        work(delivered)

    bind(service)
    try:
        observed(name, carried_out, shown=lambda _: {})
    except (RemitError, Unexpected):
        return False
    finally:
        flush()
    return True


def _message(record: Record, deadline: int) -> Message:
    return Message(
        body=json.loads(record["body"]),
        attempt=int(record["attributes"]["ApproximateReceiveCount"]),
        deadline=deadline,
    )


def _change(record: Record, deadline: int) -> Change:
    images = record["dynamodb"]
    old, new = images.get("OldImage"), images.get("NewImage")
    return Change(
        kind=record["eventName"],
        old=decode_item(old) if old else None,
        new=decode_item(new) if new else None,
        deadline=deadline,
    )


def _named(delivered: Message | Change) -> dict[str, str]:
    """What of a record the log may name it by."""
    found: Mapping[str, object]
    if isinstance(delivered, Message):
        found = delivered.body
    else:
        found = delivered.new or delivered.old or {}
    named = {name: found.get(name) for name in ("id", "tenant", "request_id")}
    return {name: text for name, text in named.items() if isinstance(text, str)}


def _report(failed: list[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
