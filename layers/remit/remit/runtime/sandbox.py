"""The sandbox's scheme as its functions' settings describe it: its table, its queue, its keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from remit.access.model import Forbidden
from remit.kernel import clock
from remit.kernel.errors import NotFound
from remit.rails import link
from remit.runtime import clients, lines, queues, settings
from remit.runtime.request import Request
from remit.sandbox.banks import RAILS, SCT_INST, RailName
from remit.sandbox.model import Delivery
from remit.sandbox.store import SchemeStore
from remit.sandbox.take import SchemeDesk
from remit.sandbox.tell import Told, tell

_LONGEST_DELAY = 900
"""SQS's own limit, in seconds."""


def rail_named(name: str) -> RailName:
    """The rail of that name. Raises `NotFound` where the sandbox has no scheme for it."""
    found = next((rail for rail in RAILS if rail == name), None)
    if found is None:
        raise NotFound("the sandbox has no such rail")
    return found


def desk(rail: RailName) -> SchemeDesk:
    """Where the scheme of a rail takes its member's messages."""
    return SchemeDesk(
        rail=rail,
        store=SchemeStore.of(clients.dynamodb(), settings.required("SANDBOX_TABLE")),
        keys=lines.keys(rail, "ours"),
        ours=settings.required("BIC"),
        later=_later,
    )


def told(rail: str, service: str, request: Request) -> Told:
    """What a service of the rail's scheme answers; see `tell`."""
    return tell(
        rail,
        service,
        keys=lines.keys(rail_named(rail), "ours"),
        headers=request.headers,
        body=request.raw,
        now=request.now,
    )


def line(rail: str) -> link.HttpLine:
    """Where its member takes messages of the rail."""
    url = f"{settings.required('API_URL')}/rails/{rail}/messages"
    return link.HttpLine(pool=lines.pool(), url=url, keys=lines.keys(rail, "theirs"))


def rail_of(message: Mapping[str, Any]) -> str:
    """The rail that a message in the queue goes over; one that does not say is SCT Inst's."""
    return str(message.get("rail", SCT_INST))


def only_here() -> None:
    """Raise `Forbidden` unless this is the sandbox."""
    if not settings.flag("SANDBOX"):
        raise Forbidden("the scheme that only acts as one exists in the sandbox only")


def _later(deliveries: Sequence[Delivery]) -> None:
    for each in deliveries:
        queues.send(
            settings.required("SANDBOX_QUEUE_URL"),
            [{"id": each.id, "rail": each.rail, "body": each.body.decode()}],
            delay_seconds=min(_LONGEST_DELAY, -((clock.now() - each.at) // clock.SECOND)),
        )
