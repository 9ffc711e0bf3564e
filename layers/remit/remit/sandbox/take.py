"""Take in, as the sandbox's scheme, what a member sends: once, and answered later."""

from collections.abc import Callable, Sequence

from remit.kernel.errors import Rejection, Unavailable
from remit.kernel.signature import Headers, verify
from remit.kernel.value import value
from remit.sandbox import scheme
from remit.sandbox.banks import RailName
from remit.sandbox.model import Delivery, Taken
from remit.sandbox.rules import Knobs
from remit.sandbox.store import SchemeStore
from remit.store import commit as unit_of_work
from remit.store.commit import Stale, commit, pause


class MessageRepeated(Rejection):
    """The scheme has the message: nothing follows from it again."""

    status = 409
    title = "The message has come before"


@value
class SchemeDesk:
    """Where the scheme of a rail takes messages. `keys` are those that its member signs with.

    `ours` is the member's BIC. `later` puts messages where they are sent from when it is time.
    """

    rail: RailName
    store: SchemeStore
    keys: Sequence[bytes]
    ours: str
    later: Callable[[Sequence[Delivery]], None]


def take(desk: SchemeDesk, *, headers: Headers, body: bytes, now: int) -> Taken:
    """Take in a message, and put its answers where they are sent from.

    They are there before the message is remembered: a crash in between sends some twice, under the
    same ids, and none never. Raises `SignatureInvalid`, `MessageRepeated`, what `scheme.take`
    raises, or a `Fault` after which the same may be sent again.
    """
    verify(desk.keys, headers, body, now=now)
    for attempt in range(unit_of_work.ATTEMPTS):
        read = desk.store.reading()
        taken = scheme.take(
            body, rail=desk.rail, memory=read, knobs=Knobs(), now=now, ours=desk.ours
        )
        if taken.status == MessageRepeated.status:
            raise MessageRepeated
        desk.later(taken.deliveries)
        try:
            commit(desk.store.table.client, desk.store.keep(taken, read))
        except Stale:
            pause(attempt)
        else:
            return taken
    raise Unavailable("the message could not be kept")
