"""Handlers of queues and streams, which report what failed so that only that comes back.

Both deliver at least once, so each piece of work must bear being done again.
"""

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

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
    """One change of an item. `kind` is INSERT, MODIFY or REMOVE."""

    kind: str
    old: Item | None
    new: Item | None


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


def stream(service: str, name: str) -> Callable[[Callable[[list[Change]], None]], BatchHandler]:
    """Make a function of a batch of changes the handler of a DynamoDB stream. `name` as in `queue`.

    Order matters in a stream, so when the work raises the whole batch comes back.
    """

    def decorate(work: Callable[[list[Change]], None]) -> BatchHandler:
        @functools.wraps(work)
        def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
            records = event["Records"]
            bind(service)
            try:
                observed(
                    name,
                    lambda: work([_change(record) for record in records]),
                    shown=lambda _: {"changes": len(records)},
                )
            except (RemitError, Unexpected):
                return _report([records[0]["dynamodb"]["SequenceNumber"]])
            finally:
                flush()
            return _report([])

        return handler

    return decorate


def _done(
    service: str, name: str, opened: Callable[[], Message], work: Callable[[Message], None]
) -> bool:
    """Open one message and do its work; False when either fails, which the log then tells."""

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


def _change(record: Record) -> Change:
    images = record["dynamodb"]
    old, new = images.get("OldImage"), images.get("NewImage")
    return Change(
        kind=record["eventName"],
        old=decode_item(old) if old else None,
        new=decode_item(new) if new else None,
    )


def _named(delivered: Message) -> dict[str, str]:
    """What of a message the log may name it by."""
    named = {name: delivered.body.get(name) for name in ("id", "tenant", "request_id")}
    return {name: text for name, text in named.items() if isinstance(text, str)}


def _report(failed: list[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
