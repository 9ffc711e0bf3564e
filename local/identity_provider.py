"""A provider of identity checks, as one would buy it: an HTTP service that signs its callbacks.

It answers by the last two characters of the document's number:

    01 expired · 02 mismatch · 03 slow, then clear · 04 never · 05 fails twice, then clear
    06 unreadable · 07 clear, told twice · any other: clear

`POST /v1/checks` asks, under an idempotency key; `GET /v1/checks/<key>` looks for the answer.
Callbacks are Standard Webhooks, sent again until they are taken. Everything is in memory.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import queue
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local import wire
from local.ports import HOST
from local.wire import Limits, Request, Response

NAME = "simulator"
SECRET = "IdentitySecret"  # noqa: S105  the resource's name in the template
CHECKS = "/v1/checks"

OUTCOMES = {"01": "expired", "02": "mismatch", "06": "unreadable"}
REASONS = {"expired": "document_expired", "mismatch": "name_differs", "unreadable": "too_dark"}
SLOW, NEVER, FAILS, TWICE = "03", "04", "05", "07"
FAILURES = 2

APPLICANT = (
    "name", "birth_date", "nationality", "document_type", "document_number", "document_country",
    "document_expires_on",
)  # fmt: skip
LIMITS = Limits(body_bytes=64 * 1024)
DELIVERIES = 7
FIRST_PAUSE_SECONDS = 0.25
CALLBACK_SECONDS = 10


@dataclass(frozen=True)
class Terms:
    """What the provider and its customer have agreed on, and how fast it is (seconds)."""

    api_key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    signing_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    soon: float = 0.1
    slow: float = 2.0

    @property
    def webhook_key(self) -> str:
        return "whsec_" + base64.b64encode(self.signing_key).decode()

    @property
    def secret(self) -> str:
        """What the customer keeps in its Secrets Manager."""
        return json.dumps({"api_key": self.api_key, "webhook_keys": [self.webhook_key]})


@dataclass
class Question:
    """A check that was asked for; `ready_at` is when it is answered, None for never."""

    asked: str
    reference: str
    outcome: str
    ready_at: float | None
    callback_url: str
    times: int = 1


class Book:
    """What was asked, and what is answered when: the provider without its network."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.questions: dict[str, Question] = {}
        self.failed: dict[str, int] = {}
        self.clock = time.time

    def start(self, key: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and document that answer a question under an idempotency key."""
        content = json.dumps(asked, sort_keys=True)
        if known := self.questions.get(key):
            same = known.asked == content
            return (200, {"reference": known.reference}) if same else (409, error("key_reused"))
        number = _document_number(key, asked)
        if number is None:
            return 422, error("question_malformed")
        ending = number[-2:]
        if ending == FAILS and self.failed.get(key, 0) < FAILURES:
            self.failed[key] = self.failed.get(key, 0) + 1
            return 503, error("try_again")
        delay = self.terms.slow if ending == SLOW else self.terms.soon
        self.questions[key] = Question(
            asked=content,
            reference="ver_" + hashlib.sha256(key.encode()).hexdigest()[:24],
            outcome=OUTCOMES.get(ending, "clear"),
            ready_at=None if ending == NEVER else self.clock() + delay,
            callback_url=asked["callback_url"],
            times=2 if ending == TWICE else 1,
        )
        return 201, {"reference": self.questions[key].reference}

    def result(self, key: str) -> tuple[int, dict[str, Any]]:
        """Status and document that answer whoever asks for a result."""
        question = self.questions.get(key)
        if question is None:
            return 404, error("no_such_check")
        if question.ready_at is None or self.clock() < question.ready_at:
            return 200, {"status": "pending"}
        return 200, {"status": "completed", "data": self.answer(key)}

    def answer(self, key: str) -> dict[str, Any]:
        """The answer to a question that has one."""
        question = self.questions[key]
        assert question.ready_at is not None  # noqa: S101  only asked of those
        at = datetime.fromtimestamp(question.ready_at, UTC).isoformat(timespec="milliseconds")
        reason = REASONS.get(question.outcome)
        return {
            "check": key,
            "reference": question.reference,
            "outcome": question.outcome,
            "reasons": [reason] if reason else [],
            "completed_at": at.replace("+00:00", "Z"),
        }

    def callback(self, key: str) -> bytes:
        """What is sent when a question is answered."""
        return json.dumps({"type": "check.completed", "data": self.answer(key)}).encode()


def error(code: str) -> dict[str, Any]:
    return {"error": code}


def _document_number(key: str, asked: dict[str, Any]) -> str | None:
    """The document's number in a question that is well formed; None if it is not."""
    applicant, url = asked.get("applicant"), asked.get("callback_url")
    well_formed = (
        asked.get("check") == key
        and isinstance(url, str)
        and url.startswith(f"http://{HOST}:")
        and isinstance(applicant, dict)
        and all(isinstance(applicant.get(name), str) for name in APPLICANT)
    )
    return str(applicant["document_number"]) if well_formed and applicant else None


def signed(terms: Terms, identifier: str, body: bytes, *, at: int) -> dict[str, str]:
    """The headers of a callback, as Standard Webhooks has them; `at` in seconds."""
    content = f"{identifier}.{at}.".encode() + body
    digest = hmac.new(terms.signing_key, content, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


class Simulator:
    """The provider with its network: serves, and sends callbacks until it is closed."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.book = Book(terms)
        self._server: asyncio.Server | None = None
        self._sending: set[asyncio.Task[None]] = set()

    async def serve(self, port: int = 0) -> str:
        """Listen on loopback; returns where."""
        self._server = await wire.serve(self._answer, port=port, limits=LIMITS)
        return "http://{}:{}".format(*self._server.sockets[0].getsockname())

    async def close(self) -> None:
        """Stop listening and sending."""
        for task in self._sending:
            task.cancel()
        if self._server:
            self._server.close()

    async def _answer(self, request: Request) -> Response:
        status, document = self._answered(request)
        body = json.dumps(document).encode()
        return Response(status, [("Content-Type", "application/json")], body)

    def _answered(self, request: Request) -> tuple[int, dict[str, Any]]:
        given = (request.header("authorization") or "").encode()
        if not hmac.compare_digest(given, f"Bearer {self.terms.api_key}".encode()):
            return 401, error("who_are_you")
        if request.method == "GET" and request.target.startswith(CHECKS + "/"):
            return self.book.result(request.target.removeprefix(CHECKS + "/"))
        if (request.method, request.target) != ("POST", CHECKS):
            return 404, error("nothing_here")
        key = request.header("idempotency-key")
        try:
            asked = json.loads(request.body)
        except (ValueError, RecursionError):
            return 400, error("not_json")
        if not key or not isinstance(asked, dict):
            return 400, error("question_malformed")
        status, document = self.book.start(key, asked)
        if status == 201:  # noqa: PLR2004  asked for the first time
            self._send_when_ready(key)
        return status, document

    def _send_when_ready(self, key: str) -> None:
        question = self.book.questions[key]
        if question.ready_at is None:
            return
        for number in range(question.times):
            task = asyncio.create_task(self._send(key, number))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, key: str, number: int) -> None:
        question = self.book.questions[key]
        assert question.ready_at is not None  # noqa: S101  else nothing is sent
        await asyncio.sleep(max(0.0, question.ready_at - self.book.clock()))
        identifier = f"msg_{question.reference}_{number}"
        for attempt in range(DELIVERIES):
            body = self.book.callback(key)
            headers = signed(self.terms, identifier, body, at=int(time.time()))
            if await asyncio.to_thread(_taken, question.callback_url, body, headers):
                return
            await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt)


def _taken(url: str, body: bytes, headers: dict[str, str]) -> bool:
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310  loopback
    try:
        with urllib.request.urlopen(request, timeout=CALLBACK_SECONDS) as answer:  # noqa: S310
            return bool(answer.status < 300)  # noqa: PLR2004  the successes end there
    except (OSError, urllib.error.HTTPError):
        return False


def introduce(terms: Terms, resources: dict[str, str], secretsmanager: Any) -> None:
    """Keep the terms where functions look for them; a test's template may have no such place."""
    if SECRET in resources:
        secretsmanager.put_secret_value(SecretId=resources[SECRET], SecretString=terms.secret)


@contextmanager
def running(terms: Terms) -> Iterator[tuple[Simulator, str]]:
    """A provider with a thread of its own, for tests: it and its address."""
    simulator, address = Simulator(terms), queue.SimpleQueue[str]()
    stop: list[Callable[[], object]] = []

    async def live() -> None:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(stopping.set))
        address.put(await simulator.serve())
        await stopping.wait()
        await simulator.close()

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    try:
        yield simulator, address.get(timeout=5)
    finally:
        stop[0]()
        thread.join(5)
