"""One HTTP request as the handlers see it, read from API Gateway's event. Trusts nothing in it."""

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any, Generic

from typing_extensions import TypeVar

from remit.access.model import Caller
from remit.kernel.errors import NotFound, Rejection
from remit.kernel.value import value
from remit.store.idempotency import Command

MAX_JSON_BYTES = 64 * 1024
MAX_XML_BYTES = 4 * 1024 * 1024
MAX_WAIT_SECONDS = 10

B = TypeVar("B", default=None)
Q = TypeVar("Q", default=None)

_IDENTIFIER = re.compile(r"[!-~]{1,128}", re.ASCII)
_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
)
_WAIT = re.compile(r'wait\s*=\s*"?([0-9]+)"?\s*(?:;.*)?', re.ASCII | re.IGNORECASE)
_MEDIA_TYPE = re.compile(r'([^\s;]+)\s*(?:;\s*(?:charset\s*=\s*"?utf-8"?\s*)?)?', re.IGNORECASE)


class IdempotencyKeyMissing(Rejection):
    """A request that changes something came without `Idempotency-Key`."""

    title = "An Idempotency-Key header is needed"


class IdempotencyKeyInvalid(Rejection):
    """`Idempotency-Key` is not one header of 1 to 255 visible ASCII characters."""

    title = "The Idempotency-Key header is not valid"


class UnsupportedMediaType(Rejection):
    """The body has another media type than this resource takes."""

    status = 415
    title = "The body's media type is not supported"


class PayloadTooLarge(Rejection):
    """The body has more bytes than this resource takes."""

    status = 413
    title = "The body is too large"


class MalformedBody(Rejection):
    """The body cannot be read as bytes."""

    title = "The body cannot be read"


class Headers:
    """Header fields by name, whatever its case."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        fields = event.get("multiValueHeaders") or {
            name: [content] for name, content in (event.get("headers") or {}).items()
        }
        self._fields: dict[str, list[str]] = {}
        for name, values in fields.items():
            self._fields.setdefault(name.lower(), []).extend(values)

    def all(self, name: str) -> Sequence[str]:
        """Every value of the field, in order."""
        return self._fields.get(name.lower(), ())

    def get(self, name: str) -> str | None:
        """The field's first value."""
        return next(iter(self.all(name)), None)


@value
class Request(Generic[B, Q]):
    """One request. `now` and `deadline` are milliseconds; `deadline` is when Lambda ends us.

    `body` is the validated model (None where there is none), `raw` the bytes as sent, `query` the
    validated query string, `path` the path parameters.
    """

    body: B
    query: Q
    raw: bytes
    path: Mapping[str, str]
    headers: Headers
    who: Caller | None
    once: Command | None
    request_id: str
    now: int
    deadline: int

    @property
    def caller(self) -> Caller:
        """Who is calling; a public route has nobody (`TypeError`)."""
        if self.who is None:
            raise TypeError("this route is public")
        return self.who

    @property
    def command(self) -> Command:
        """The command of an idempotent route; others have none (`TypeError`)."""
        if self.once is None:
            raise TypeError("this route takes no idempotency key")
        return self.once

    @property
    def wait_seconds(self) -> int:
        """For how long the client would wait for a settled answer, at most 10."""
        return wait_seconds(self.headers)

    @property
    def traceparent(self) -> str | None:
        """The W3C trace context, where it is a valid one."""
        return traceparent(self.headers)

    @property
    def is_csv(self) -> bool:
        """Whether the body was sent as CSV, on a route that takes it."""
        return (self.headers.get("Content-Type") or "").lower().startswith("text/csv")

    @property
    def accepts_xml(self) -> bool:
        """Whether the client asks for XML rather than JSON."""
        accepted = ",".join(self.headers.all("Accept")).lower()
        return "application/xml" in accepted and "application/json" not in accepted


def wait_seconds(headers: Headers) -> int:
    """N of `Prefer: wait=N` (RFC 7240), at most 10; 0 without it. The first one counts."""
    for preference in ",".join(headers.all("Prefer")).split(","):
        found = _WAIT.fullmatch(preference.strip())
        if found:
            return min(int(found[1][:9]), MAX_WAIT_SECONDS)
    return 0


def traceparent(headers: Headers) -> str | None:
    """The `traceparent` field when it is valid (W3C Trace Context §3.2), else None."""
    found = headers.get("traceparent")
    return found if found and _TRACEPARENT.fullmatch(found) else None


def idempotency_key(headers: Headers) -> str:
    """The request's key; `IdempotencyKeyMissing` or `IdempotencyKeyInvalid` when there is none."""
    keys = headers.all("Idempotency-Key")
    if not keys:
        raise IdempotencyKeyMissing
    if len(keys) > 1 or _KEY.fullmatch(keys[0]) is None:
        raise IdempotencyKeyInvalid("it must be one header of 1 to 255 visible ASCII characters")
    return keys[0]


def body_bytes(
    event: Mapping[str, Any], headers: Headers, *, media_types: Sequence[str], most: int
) -> bytes:
    """The body, of one of `media_types` and at most `most` bytes; empty when there is none."""
    body = event.get("body") or ""
    if not body:
        return b""
    # No encoding makes a text shorter than a byte per character, and base64 at most a third longer.
    if len(body) > most * 4 // 3 + 4:
        raise PayloadTooLarge(f"at most {most} bytes are accepted")
    _check_media_type(headers, media_types)
    try:
        raw = (
            base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        )
    except ValueError:
        raise MalformedBody from None
    if len(raw) > most:
        raise PayloadTooLarge(f"at most {most} bytes are accepted")
    return raw


def _check_media_type(headers: Headers, expected: Sequence[str]) -> None:
    sent = headers.all("Content-Type")
    found = _MEDIA_TYPE.fullmatch(sent[0].strip()) if len(sent) == 1 else None
    if found is None or found[1].lower() not in expected:
        raise UnsupportedMediaType(f"the body must be {' or '.join(expected)} in UTF-8")


def path_parameters(event: Mapping[str, Any]) -> Mapping[str, str]:
    """The path's parameters; `NotFound` for one that cannot be an id of ours."""
    found: Mapping[str, str] = event.get("pathParameters") or {}
    if not all(_IDENTIFIER.fullmatch(text) for text in found.values()):
        raise NotFound
    return found


def query_parameters(event: Mapping[str, Any]) -> Mapping[str, Sequence[str]]:
    """The query string, every value of every parameter."""
    return event.get("multiValueQueryStringParameters") or {
        name: [content] for name, content in (event.get("queryStringParameters") or {}).items()
    }
