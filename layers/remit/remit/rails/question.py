"""A question that a scheme answers at once, in JSON: signed, asked once, answered or not.

Unlike a message of a payment, nothing follows from it but its answer: without one, nothing.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from remit.kernel.canonical import canonical_json
from remit.kernel.signature import signed
from remit.kernel.value import value

if TYPE_CHECKING:
    from urllib3 import PoolManager

MAX_BYTES = 16 * 1024
"""No answer to a question about one payee is nearly as large."""


class Unanswered(Exception):
    """No answer came in time, or the scheme could not give one."""


@value
class Heard:
    """What was answered: the status, and the JSON object; None when it is none."""

    status: int
    content: Mapping[str, Any] | None


class Questions(Protocol):
    """Where questions to one scheme go."""

    def ask(self, identifier: str, question: Mapping[str, object], *, now: int) -> Heard:
        """Ask, signed at `now` (milliseconds) under an id. Raises `Unanswered`."""


@value
class HttpQuestions:
    """The scheme at `url`, which knows us by what we sign with `keys`."""

    pool: "PoolManager"
    url: str
    keys: Sequence[bytes]

    def __repr__(self) -> str:
        return f"HttpQuestions({self.url})"

    def ask(self, identifier: str, question: Mapping[str, object], *, now: int) -> Heard:
        """See `Questions.ask`."""
        from urllib3.exceptions import HTTPError

        body = canonical_json(dict(question)).encode()
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "X-Request-Id": identifier,
            **signed(self.keys, identifier=identifier, now=now, body=body),
        }
        try:
            answer = self.pool.request(
                "POST", self.url, body=body, headers=headers, redirect=False, preload_content=False
            )
            found = answer.read(MAX_BYTES + 1, decode_content=False)
            if len(found) > MAX_BYTES:
                answer.close()  # what is left of it would stand before the next answer
            else:
                answer.release_conn()
        except HTTPError as error:
            # Its text may quote the request.
            raise Unanswered(type(error).__name__) from None
        if answer.status // 100 == 5:  # noqa: PLR2004
            raise Unanswered(f"answered with {answer.status}")
        return Heard(status=answer.status, content=_object(found))


def _object(body: bytes) -> Mapping[str, Any] | None:
    if len(body) > MAX_BYTES:
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
