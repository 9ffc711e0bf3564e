"""What goes back through API Gateway: a status, headers and a body. No business, no logging."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Fault, LimitReached, RemitError, problem
from remit.kernel.value import value
from remit.store.idempotency import Answer, InFlight

if TYPE_CHECKING:
    from pydantic import BaseModel

JSON = "application/json"
PROBLEM = "application/problem+json"
XML = "application/xml"
CSV = "text/csv"

_FIRST_ERROR = 400
_RETRY_AFTER_SECONDS = "1"


@value
class Reply:
    """An answer with a media type of its own; `body` as bytes must be UTF-8."""

    status: int
    body: str | bytes
    content_type: str = JSON
    headers: Mapping[str, str] | None = None


def ok(model: "BaseModel", status: int = 200) -> Reply:
    """`model` as a JSON reply."""
    return Reply(status=status, body=model.model_dump_json(by_alias=True))


def refusal(error: RemitError, *, instance: str, headers: Mapping[str, str] | None = None) -> Reply:
    """`error` as a problem document (RFC 9457), with the headers that its status asks for."""
    more: dict[str, str] = {}
    if isinstance(error, Fault | InFlight):
        more["Retry-After"] = _RETRY_AFTER_SECONDS
    if isinstance(error, LimitReached):
        more["Retry-After"] = str(error.retry_after_seconds)
    if error.status == 401:  # noqa: PLR2004 - RFC 9110 §15.5.2 demands the header with this one
        more["WWW-Authenticate"] = "Bearer"
    return Reply(
        status=error.status,
        body=canonical_json(problem(error, instance=instance)),
        content_type=PROBLEM,
        headers=more | dict(headers or {}),
    )


def from_answer(answer: Answer) -> Reply:
    """A stored or fresh answer as a reply; a refusal among them is a problem document."""
    return Reply(
        status=answer.status,
        body=answer.body,
        content_type=PROBLEM if answer.status >= _FIRST_ERROR else JSON,
        headers={"Idempotency-Replayed": "true"} if answer.replayed else None,
    )


def render(reply: Reply, *, request_id: str) -> dict[str, Any]:
    """`reply` in the shape that API Gateway's proxy integration wants."""
    body = reply.body.decode() if isinstance(reply.body, bytes) else reply.body
    headers = {
        "Cache-Control": "no-store",
        "Content-Type": reply.content_type,
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": request_id,
    }
    return {
        "statusCode": reply.status,
        "headers": headers | dict(reply.headers or {}),
        "body": body,
        "isBase64Encoded": False,
    }
