"""The line to a scheme: a signed message goes out over HTTP, once. Decides and retries nothing.

What a scheme makes of a message it says in a message of its own, which comes in elsewhere; here is
only heard whether it has taken ours. So a lost answer is nothing to despair of.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from remit.kernel.signature import signed
from remit.kernel.value import value

if TYPE_CHECKING:
    from urllib3 import PoolManager

Sent = Literal["taken", "duplicate", "refused", "unanswered"]
"""`duplicate`: the scheme has it already, which is as good as taken. `refused`: it answered with an
error. `unanswered`: it may have the message or not.
"""

_CONNECT_SECONDS, _READ_SECONDS = 1.0, 2.0
_CONFLICT = 409


class Line(Protocol):
    """Where messages to one scheme go out."""

    def send(self, message_id: str, body: bytes, *, now: int) -> Sent:
        """Send a message, signed at `now` (milliseconds), and tell what the scheme made of it."""


def pool() -> "PoolManager":
    """Connections to a scheme: with time-outs, without redirects and retries."""
    import urllib3

    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    return urllib3.PoolManager(timeout=timeout, retries=False, maxsize=1)


@value
class HttpLine:
    """The scheme at `url`, which knows us by what we sign with `keys`."""

    pool: "PoolManager"
    url: str
    keys: Sequence[bytes]

    def __repr__(self) -> str:
        return f"HttpLine({self.url})"

    def send(self, message_id: str, body: bytes, *, now: int) -> Sent:
        """See `Line.send`."""
        from urllib3.exceptions import HTTPError

        headers = {
            "Content-Type": "application/xml",
            **signed(self.keys, identifier=message_id, now=now, body=body),
        }
        try:
            answer = self.pool.request(
                "POST", self.url, body=body, headers=headers, redirect=False, preload_content=False
            )
            answer.close()  # nothing that it says here counts, so none of it is read
        except HTTPError:
            return "unanswered"
        if answer.status == _CONFLICT:
            return "duplicate"
        return "taken" if answer.status // 100 == 2 else "refused"  # noqa: PLR2004
