"""Send, as the sandbox's scheme, one of its messages to its member."""

from collections.abc import Mapping
from typing import Any

from remit.kernel.errors import Fault
from remit.rails.link import Line


class NotDelivered(Fault):
    """The member has not taken the message: send it again later."""

    title = "The member has not taken the message yet"


def deliver(line: Line, message: Mapping[str, Any], *, now: int) -> None:
    """Send a message, `{id, body}`, to whom its line leads. Raises `NotDelivered`."""
    sent = line.send(message["id"], message["body"].encode(), now=now)
    if sent not in ("taken", "duplicate"):
        raise NotDelivered
