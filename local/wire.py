"""HTTP/1.1 as a server speaks it: the framing is h11's, the limits are ours.

One event loop serves every connection, so that slow or idle clients cost no thread.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

import h11

from local.ports import HOST

READ_BYTES = 65536
BACKLOG = 1024
PAYLOAD_TOO_LARGE = 413
UNAVAILABLE = 503
BODILESS = (204, 304)
REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Limits:
    """What one client may ask of a server."""

    body_bytes: int
    header_bytes: int = 10_240
    connections: int = 1024
    idle_seconds: float | None = 75
    request_seconds: float | None = 30  # from the first byte of a request to its last


INTERNAL = Limits(body_bytes=64 << 20, idle_seconds=None, request_seconds=None)


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    peer: str = HOST

    def header(self, name: str) -> str | None:
        """The last value of a header; `name` in lower case."""
        return next((v for n, v in reversed(self.headers) if n.lower() == name), None)


@dataclass
class Response:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


Handler = Callable[[Request], Awaitable[Response]]
Refuse = Callable[[int], Response]


class BodyTooLarge(Exception):
    """The request's body is longer than the server takes."""


class Disconnected(Exception):
    """The client left, or was too slow."""


def bare(status: int) -> Response:
    return Response(status, [("Content-Type", "text/plain")], b"")


async def serve(
    handler: Handler, *, port: int, limits: Limits, refuse: Refuse = bare
) -> asyncio.Server:
    """Listen on loopback and answer every request through `handler`.

    `refuse` words the answers to what cannot be read as a request: 400, 413, 431, 503.
    """
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a connection is always a task
        connections.add(task)
        try:
            crowded = len(connections) > limits.connections
            conversation = _Conversation(reader, writer, limits)
            await conversation.hold(handler, refuse, crowded=crowded)
        except (OSError, Disconnected):
            pass  # there is nobody left to tell
        finally:
            connections.discard(task)
            writer.close()

    return await asyncio.start_server(connected, HOST, port, backlog=BACKLOG)


class _Conversation:
    """One connection, from its first request to its last."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits
    ) -> None:
        self.reader, self.writer, self.limits = reader, writer, limits
        self.http = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.header_bytes)
        self.to_head = False
        self.peer = str((writer.get_extra_info("peername") or (HOST,))[0])

    async def hold(self, handler: Handler, refuse: Refuse, *, crowded: bool) -> None:
        while True:
            try:
                request = await self.next_request()
            except h11.RemoteProtocolError as wrong:
                await self.answer(refuse(wrong.error_status_hint), last=True)
                return
            except BodyTooLarge:
                await self.answer(refuse(PAYLOAD_TOO_LARGE), last=True)
                return
            if request is None:
                return
            response = refuse(UNAVAILABLE) if crowded else await handler(request)
            await self.answer(response, last=crowded)
            if self.http.our_state is not h11.DONE or self.http.their_state is not h11.DONE:
                return
            self.http.start_next_cycle()

    async def next_request(self) -> Request | None:
        if not self.http.trailing_data[0]:
            async with _patience(self.limits.idle_seconds):
                self.http.receive_data(await self.reader.read(READ_BYTES))
        async with _patience(self.limits.request_seconds):
            head = await self.event()
            if not isinstance(head, h11.Request):
                return None
            self.to_head = head.method == b"HEAD"
            if sum(len(n) + len(v) for n, v in head.headers) > self.limits.header_bytes:
                raise h11.RemoteProtocolError("headers too large", error_status_hint=431)
            return Request(
                head.method.decode(),
                head.target.decode("latin-1"),
                [(n.decode("latin-1"), v.decode("latin-1")) for n, v in head.headers.raw_items()],
                await self.body(),
                self.peer,
            )

    async def body(self) -> bytes:
        parts, length = [], 0
        while isinstance(part := await self.event(), h11.Data):
            length += len(part.data)
            if length > self.limits.body_bytes:
                raise BodyTooLarge
            parts.append(bytes(part.data))
        return b"".join(parts)

    async def event(self) -> h11.Event | type[h11.PAUSED]:
        while True:
            event = self.http.next_event()
            if not (isinstance(event, type) and issubclass(event, h11.NEED_DATA)):
                return event
            if self.http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                self.writer.write(self.http.send(go_on) or b"")
            self.http.receive_data(await self.reader.read(READ_BYTES))

    async def answer(self, response: Response, *, last: bool) -> None:
        if self.http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        headers = list(response.headers)
        if response.status not in BODILESS:
            headers.append(("Content-Length", str(len(response.body))))
        if last:
            headers.append(("Connection", "close"))
        reason = REASONS.get(response.status, "")
        head = h11.Response(status_code=response.status, headers=headers, reason=reason)
        out = self.http.send(head) or b""
        if not (self.to_head or response.status in BODILESS):
            out += self.http.send(h11.Data(data=response.body)) or b""
        self.writer.write(out + (self.http.send(h11.EndOfMessage()) or b""))
        async with _patience(self.limits.request_seconds):
            await self.writer.drain()
        if last:
            await self.linger()

    async def linger(self) -> None:
        """Take in what the client still sends: closing at once would reset our answer away."""
        self.writer.write_eof()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                while await self.reader.read(READ_BYTES):
                    pass


class _patience:  # noqa: N801  reads as a verb at its call sites
    """`asyncio.timeout`, where running out means that the client is gone."""

    def __init__(self, seconds: float | None) -> None:
        self.timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> None:
        await self.timeout.__aenter__()

    async def __aexit__(self, *raised: object) -> None:
        try:
            await self.timeout.__aexit__(*raised)  # type: ignore[arg-type]
        except TimeoutError as slow:
            raise Disconnected from slow
