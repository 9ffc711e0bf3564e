"""REST API proxy events, and the answers to them, exactly as API Gateway has them (format 1.0)."""

import base64
import binascii
import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.api import Route
from local.environment import Answer
from local.home import ACCOUNT, REGION
from local.wire import Request, Response

API_ID = "local"
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
OURS_TO_SET = ("connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade")
SMALLEST_STATUS, LARGEST_STATUS = 100, 599


class Malformed(Exception):
    """A function answered with something that is not a proxy answer."""


@dataclass
class Call:
    """One request on its way through the gateway."""

    request: Request
    stage: str
    binary: frozenset[str] = frozenset()
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: float = field(default_factory=time.time)
    route: Route | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    authorizer: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        raw, _, self.query = self.request.target.partition("?")
        self.full_path = unquote(raw) or "/"
        self.path = self.full_path.removeprefix(f"/{self.stage}") or "/"
        self.raw_path = raw.removeprefix(f"/{self.stage}") or "/"

    @property
    def method_arn(self) -> str:
        method = self.request.method
        base = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API_ID}/{self.stage}"
        return f"{base}/{method}/{self.path.lstrip('/')}"

    def context(self) -> dict[str, Any]:
        """The `requestContext` of an event, and what `$context` means in gateway responses."""
        agent = self.request.header("user-agent")
        return {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": self.request.header("host") or "127.0.0.1",
            "domainPrefix": "local",
            "extendedRequestId": base64.b64encode(self.request_id[:12].encode()).decode(),
            "httpMethod": self.request.method,
            "identity": {"sourceIp": self.request.peer, "userAgent": agent},
            "path": self.full_path,
            "protocol": "HTTP/1.1",
            "requestId": self.request_id,
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(self.at)),
            "requestTimeEpoch": int(self.at * 1000),
            "resourceId": "local",
            "resourcePath": self.route.path if self.route else None,
            "stage": self.stage,
            **({"authorizer": self.authorizer} if self.authorizer else {}),
        }

    def _common(self) -> dict[str, Any]:
        headers = [*self.request.headers, ("X-Forwarded-For", self.request.peer)]
        headers += [("X-Forwarded-Proto", "http")]
        query = parse_qsl(self.query, keep_blank_values=True, errors="replace")
        return {
            "resource": self.route.path if self.route else None,
            "path": self.path,
            "httpMethod": self.request.method,
            "headers": dict(headers) or None,
            "multiValueHeaders": _gathered(headers),
            "queryStringParameters": dict(query) or None,
            "multiValueQueryStringParameters": _gathered(query),
            "pathParameters": self.parameters or None,
            "stageVariables": None,
            "requestContext": self.context(),
        }

    def proxy_event(self) -> dict[str, Any]:
        media_type = (self.request.header("content-type") or "").partition(";")[0].strip().lower()
        binary = media_type in self.binary
        sent = base64.b64encode(self.request.body) if binary else self.request.body
        body = sent.decode("utf-8", "replace") or None
        return {**self._common(), "body": body, "isBase64Encoded": binary and body is not None}

    def authoriser_event(self) -> dict[str, Any]:
        return {"type": "REQUEST", "methodArn": self.method_arn, **self._common()}


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]] | None:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found or None


def answer_of(answer: Answer) -> Response:
    """The HTTP answer that a function gave; raises `Malformed` when it gave none."""
    if answer.failed:
        raise Malformed
    try:
        said = json.loads(answer.body)
    except ValueError as wrong:
        raise Malformed from wrong
    if not isinstance(said, Mapping):
        raise Malformed
    return Response(_status(said), _headers(said), _body(said))


def _status(said: Mapping[str, Any]) -> int:
    try:
        status = int(said["statusCode"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise Malformed from wrong
    if not SMALLEST_STATUS <= status <= LARGEST_STATUS:
        raise Malformed
    return status


def _headers(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    single, several = said.get("headers") or {}, said.get("multiValueHeaders") or {}
    if not (isinstance(single, Mapping) and isinstance(several, Mapping)):
        raise Malformed
    pairs = [(name, str(value)) for name, values in several.items() for value in values]
    named = {name.lower() for name in several}
    pairs += [(n, str(v)) for n, v in single.items() if v is not None and n.lower() not in named]
    if not all(HEADER_NAME.fullmatch(n) and HEADER_VALUE.fullmatch(v) for n, v in pairs):
        raise Malformed
    kept = [(name, value) for name, value in pairs if name.lower() not in OURS_TO_SET]
    if not any(name.lower() == "content-type" for name, _ in kept):
        kept.append(("Content-Type", "application/json"))
    return kept


def _body(said: Mapping[str, Any]) -> bytes:
    body = said.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise Malformed
    if not said.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as wrong:
        raise Malformed from wrong
