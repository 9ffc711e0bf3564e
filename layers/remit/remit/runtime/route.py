"""What a route declares, and reading a request by it: permission first, then form, then content."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel

from remit.access import policy
from remit.access.model import Caller, Forbidden, caller
from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.value import value
from remit.runtime import request
from remit.runtime.body import parse, validated, validated_query
from remit.runtime.reply import CSV, JSON, XML, Reply
from remit.runtime.request import MAX_JSON_BYTES, MAX_XML_BYTES, Headers, Request
from remit.store.idempotency import Answer, Command

Handle: TypeAlias = Callable[[Request[Any, Any]], Answer | Reply]
Answers: TypeAlias = Mapping[int, type[BaseModel] | None]


class Nothing(BaseModel):
    """The body of a request that needs none: absent, or an empty object."""


@value
class Route:
    """What one resource and method takes and gives.

    `action` is its name in the policy table; None needs no token. `body` is the model of a JSON
    body, `raw` the media type of a body that is handed over as it is. `answers` maps a status to
    the model of its body. `waits` says that `Prefer: wait=N` is heeded, `also_xml` that XML can be
    asked for, `or_csv` that the body may be CSV, too, `signed` that a signature is needed instead
    of a token.
    """

    method: str
    path: str
    action: str | None
    handle: Handle
    answers: Answers
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    raw: str | None = None
    idempotent: bool = False
    waits: bool = False
    also_xml: bool = False
    signed: bool = False
    or_csv: bool = False

    def __post_init__(self) -> None:
        if self.action is not None and self.action not in policy.ROLES_BY_ACTION:
            raise ValueError(f"{self.action} is not in the policy table")
        if self.idempotent and self.action is None:
            raise ValueError("an idempotency key belongs to a tenant, so the route needs an action")


def identified(route: Route, event: Mapping[str, Any]) -> Caller | None:
    """Whom the authoriser has named, else `Unauthorized`; None on a public route."""
    if route.action is None:
        return None
    named = event["requestContext"].get("authorizer") or {}
    return caller(
        {"tenant": named.get("tenant"), "sub": named.get("subject"), "role": named.get("role")}
    )


def check_permission(route: Route, who: Caller | None) -> None:
    """Raise `Forbidden` unless the policy lets `who` do this, or anybody may."""
    if route.action is None:
        return
    if who is None or not policy.allows(who.role, route.action):
        raise Forbidden


def read(
    route: Route,
    event: Mapping[str, Any],
    headers: Headers,
    *,
    who: Caller | None,
    now: int,
    remaining: int,
) -> Request[Any, Any]:
    """The request that `event` is, or the `Rejection` that it deserves. Times in milliseconds."""
    path = request.path_parameters(event)
    key = request.idempotency_key(headers) if route.idempotent else None
    most = MAX_XML_BYTES if route.raw == XML else MAX_JSON_BYTES
    taken = [route.raw or JSON, *([CSV] if route.or_csv else [])]
    raw = request.body_bytes(event, headers, media_types=taken, most=most)
    body, content = _content(route, raw)
    query = validated_query(route.query, request.query_parameters(event))
    origin = event["requestContext"]
    once = None
    if who is not None and key is not None:
        once = Command(
            tenant=who.tenant,
            key=key,
            fingerprint=_fingerprint(route, path, query, content),
            path=origin["path"],
            actor=who.subject,
            now=now,
        )
    return Request(
        body=body,
        query=query,
        raw=raw,
        path=path,
        headers=headers,
        who=who,
        once=once,
        request_id=origin["requestId"],
        now=now,
        deadline=now + remaining,
    )


def _fingerprint(
    route: Route, path: Mapping[str, str], query: BaseModel | None, content: bytes
) -> str:
    """What tells two requests under one key apart."""
    asked = {} if query is None else {"query": query.model_dump(mode="json")}
    address = canonical_json([route.method, route.path, {**path, **asked}]).encode()
    return fingerprint(address, content)


def _content(route: Route, raw: bytes) -> tuple[BaseModel | None, bytes]:
    """The body as a model, and what of it the fingerprint covers."""
    if route.raw is not None:
        return None, raw
    if route.method == "GET":
        return None, b""
    raw = raw if raw or route.body else b"{}"
    document = parse(raw)
    model = validated(route.body or Nothing, raw, document)
    return (model if route.body else None), canonical_json(document).encode()
