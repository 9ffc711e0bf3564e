"""The sandbox's scheme as its functions' settings describe it: its table, its queue, its keys."""

from collections.abc import Sequence

from remit.kernel import clock
from remit.rails import link
from remit.runtime import clients, lines, queues, settings
from remit.sandbox.model import Delivery
from remit.sandbox.store import SchemeStore
from remit.sandbox.take import SchemeDesk

RAIL = "sct_inst"
_LONGEST_DELAY = 900
"""SQS's own limit, in seconds."""


def desk() -> SchemeDesk:
    """Where the scheme takes its member's messages."""
    return SchemeDesk(
        store=SchemeStore.of(clients.dynamodb(), settings.required("SANDBOX_TABLE")),
        keys=lines.keys(RAIL, "ours"),
        ours=settings.required("BIC"),
        later=_later,
    )


def line() -> link.HttpLine:
    """Where its member takes messages."""
    url = f"{settings.required('API_URL')}/rails/{RAIL}/messages"
    return link.HttpLine(pool=lines.pool(), url=url, keys=lines.keys(RAIL, "theirs"))


def _later(deliveries: Sequence[Delivery]) -> None:
    for each in deliveries:
        queues.send(
            settings.required("SANDBOX_QUEUE_URL"),
            [{"id": each.id, "body": each.body.decode()}],
            delay_seconds=min(_LONGEST_DELAY, -((clock.now() - each.at) // clock.SECOND)),
        )
