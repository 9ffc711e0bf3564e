"""The sandbox's scheme as its functions' settings describe it: its table, its queue, its keys."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from remit.kernel import clock
from remit.rails import link
from remit.runtime import clients, queues, settings
from remit.runtime.rail_keys import keys_in
from remit.runtime.secrets import secret
from remit.sandbox.model import Delivery
from remit.sandbox.store import SchemeStore
from remit.sandbox.take import SchemeDesk

if TYPE_CHECKING:
    from urllib3 import PoolManager

RAIL = "sct_inst"
_LONGEST_DELAY = 900
"""SQS's own limit, in seconds."""


def desk() -> SchemeDesk:
    """Where the scheme takes its member's messages."""
    return SchemeDesk(
        store=SchemeStore.of(clients.dynamodb(), settings.required("SANDBOX_TABLE")),
        keys=_keys("ours"),
        ours=settings.required("BIC"),
        later=_later,
    )


def line() -> link.HttpLine:
    """Where its member takes messages."""
    url = f"{settings.required('API_URL')}/rails/{RAIL}/messages"
    return link.HttpLine(pool=_pool(), url=url, keys=_keys("theirs"))


def _later(deliveries: Sequence[Delivery]) -> None:
    for each in deliveries:
        queues.send(
            settings.required("SANDBOX_QUEUE_URL"),
            [{"id": each.id, "body": each.body.decode()}],
            delay_seconds=min(_LONGEST_DELAY, -((clock.now() - each.at) // clock.SECOND)),
        )


def _keys(whose: str) -> Sequence[bytes]:
    return keys_in(secret(settings.required("RAILS_SECRET_ARN")), RAIL, whose)


@cache
def _pool() -> "PoolManager":
    return link.pool()
