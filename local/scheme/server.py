"""The schemes on the network: take our signed messages, and send theirs until they are taken."""

import asyncio
import json
import queue
import secrets
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local import wire
from local.scheme import control
from local.scheme.book import Book
from local.scheme.control import Outcome, problem
from local.wire import Limits, Request, Response
from remit.kernel import clock
from remit.kernel.errors import RemitError
from remit.kernel.signature import signed, verify
from remit.sandbox.banks import FPS_HK, RAILS, SCT_INST, RailName
from remit.sandbox.model import Delivery
from remit.sandbox.tell import VERIFICATIONS as TO_VERIFY
from remit.sandbox.tell import tell

MESSAGES = f"/{SCT_INST}/messages"
SECRET = "RailsSecret"  # noqa: S105  the resource's name in the template
VERIFICATIONS = "/scheme/verifications"
_MESSAGES = "messages"
LIMITS = Limits(body_bytes=1 << 20)

DELIVERIES = 8
FIRST_PAUSE_SECONDS = 0.1
SEND_SECONDS = 8  # the cloud ends within 10, whatever is under way
TAKEN = 202
FINAL = frozenset({400, 409, 413, 415, 422})
"""Answers after which the same message would be answered the same again."""

_REMEMBERED = 1_000


@dataclass(frozen=True)
class Terms:
    """What the scheme of a rail and its member have agreed on: who signs with which key."""

    ours: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    theirs: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def secret(self) -> Mapping[str, object]:
        """What the member keeps in its Secrets Manager for this rail."""
        return {"ours": [control.whsec(self.ours)], "theirs": [control.whsec(self.theirs)]}


Agreement = Mapping[str, Terms]
"""By rail, its terms."""


def agreed() -> Agreement:
    """New terms for every rail."""
    return {rail: Terms() for rail in RAILS}


def addresses(site: str) -> dict[str, str]:
    """The template's parameters that lead a member to the schemes at `site`."""
    return {
        "SctInstUrl": f"{site}/{SCT_INST}/{_MESSAGES}",
        "FpsHkUrl": f"{site}/{FPS_HK}/{_MESSAGES}",
        "VopUrl": f"{site}/{SCT_INST}/{TO_VERIFY}",
    }


@dataclass
class Sent:
    """What became of a message that the scheme sent: the last HTTP status, None for no answer."""

    id: str
    message: str
    rail: str = SCT_INST
    tries: int = 0
    status: int | None = None
    done: bool = False


class Simulator:
    """The schemes of all rails with their network: serve, and send messages until they are closed.

    `member` is where their member's API is, `ours` the member's BIC. They share memory and clock.
    """

    def __init__(self, terms: Agreement, *, ours: str, member: str = "") -> None:
        self.terms = terms
        self.member = member
        self.book = Book(ours)
        self.sent: deque[Sent] = deque(maxlen=_REMEMBERED)
        self._moved = asyncio.Event()
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

    def send(self, deliveries: Iterable[Delivery]) -> None:
        """Send messages, each when its time has come."""
        for delivery in deliveries:
            task = asyncio.create_task(self._send(delivery))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def moved(self) -> None:
        """The clock was moved: whoever waits for a time looks at it again."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def _answer(self, request: Request) -> Response:
        path = request.target.partition("?")[0]
        rail, service = _service(path)
        if rail is not None:
            if request.method != "POST":
                return problem(Outcome(405, "not_allowed", "send messages and questions by POST"))
            try:
                if service == _MESSAGES:
                    return await self._taken(rail, request)
                return await self._told(rail, service, request)
            except RemitError as refused:
                return _refusal(refused)
        if (request.method, path) == ("POST", VERIFICATIONS):
            return await asyncio.to_thread(control.verified, self, request)
        return control.answer(self, request)

    async def _taken(self, rail: RailName, request: Request) -> Response:
        headers = _Fields(request.headers)
        verify([self.terms[rail].ours], headers, request.body, now=clock.now())
        taken = self.book.take(request.body, rail)
        self.send(taken.deliveries)
        if hold := self.book.knobs.hold_seconds:
            await asyncio.sleep(hold)
        return control.document(taken.status, {"code": taken.code, "id": taken.message_id})

    async def _told(self, rail: RailName, service: str, request: Request) -> Response:
        told = tell(
            rail,
            service,
            keys=[self.terms[rail].ours],
            headers=_Fields(request.headers),
            body=request.body,
            now=clock.now(),
        )
        await asyncio.sleep(told.seconds)
        return control.document(200, told.content)

    async def _send(self, delivery: Delivery) -> None:
        await self._until(delivery.at)
        sent = Sent(id=delivery.id, message=delivery.message, rail=delivery.rail)
        url = f"{self.member}/rails/{delivery.rail}/messages"
        self.sent.append(sent)
        for attempt in range(DELIVERIES):
            headers = {
                "Content-Type": "application/xml",
                **signed(
                    [self.terms[delivery.rail].theirs],
                    identifier=delivery.id,
                    now=clock.now(),
                    body=delivery.body,
                ),
            }
            sent.tries += 1
            sent.status = await asyncio.to_thread(_status, url, delivery.body, headers)
            if sent.status == TAKEN or sent.status in FINAL:
                break
            await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
        sent.done = True

    async def _until(self, at: int) -> None:
        while (left := at - self.book.now()) > 0:
            try:
                async with asyncio.timeout(left / clock.SECOND):
                    await self._moved.wait()
            except TimeoutError:
                pass


def _service(path: str) -> tuple[RailName | None, str]:
    """The rail and the service that a path names; no rail where it names none."""
    _, name, *rest = [*path.split("/"), ""]
    rail = next((each for each in RAILS if each == name), None)
    return rail, "/".join(rest).removesuffix("/")


def _refusal(refused: RemitError) -> Response:
    return problem(Outcome(refused.status, refused.code, str(refused), refused.errors))


class _Fields:
    """Header fields by name, whatever its case."""

    def __init__(self, headers: list[tuple[str, str]]) -> None:
        self._headers = headers

    def all(self, name: str) -> list[str]:
        """Every value of the field, in order."""
        return [value for own, value in self._headers if own.lower() == name]


def _status(url: str, body: bytes, headers: dict[str, str]) -> int | None:
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310  loopback
    try:
        with urllib.request.urlopen(request, timeout=SEND_SECONDS) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code
    except (OSError, ValueError):
        return None


def introduce(terms: Agreement, resources: dict[str, str], secretsmanager: Any) -> None:
    """Keep the keys where functions look for them; a test's template may have no such place."""
    if SECRET in resources:
        secretsmanager.put_secret_value(
            SecretId=resources[SECRET],
            SecretString=json.dumps({rail: each.secret for rail, each in terms.items()}),
        )


@contextmanager
def running(terms: Agreement, *, ours: str, member: str) -> Iterator[tuple[Simulator, str]]:
    """The schemes with a thread of their own, for tests: they and their address."""
    made, address = queue.SimpleQueue[Simulator](), queue.SimpleQueue[str]()
    stop: list[Callable[[], object]] = []

    async def live() -> None:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(stopping.set))
        simulator = Simulator(terms, ours=ours, member=member)
        made.put(simulator)
        address.put(await simulator.serve())
        await stopping.wait()
        await simulator.close()

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    try:
        yield made.get(timeout=5), address.get(timeout=5)
    finally:
        stop[0]()
        thread.join(5)
