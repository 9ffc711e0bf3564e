"""Stands in for API Gateway: one REST API under its stage, and a few pages beside it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from typing import Any

from local import wire
from local.api import Api, Operation
from local.authoriser import Gatekeeper
from local.environment import Answer
from local.event import Call, Malformed, answer_of
from local.refusal import Refused, refusal
from local.throttle import Buckets
from local.wire import Request, Response

LIMITS = wire.Limits(body_bytes=10 * 1024 * 1024)
INTEGRATION_SECONDS = 29
EVENT_BYTES = 6 * 1024 * 1024  # what Lambda takes; API Gateway refuses the rest in its stead
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
KIND_OF_STATUS = {413: "REQUEST_TOO_LARGE"}

Invoke = Callable[[str, bytes], Awaitable[Answer]]
Page = Callable[[Request], Awaitable[Response]]


class Gateway:
    """`invoke` runs a function by its resource name; `pages` answer outside the API's stage."""

    def __init__(self, api: Api, invoke: Invoke, pages: dict[str, Page]) -> None:
        self.api, self.pages = api, pages
        self._invoke = invoke
        self._gatekeeper = Gatekeeper(self._run)
        self._buckets = Buckets(api.throttle) if api.throttle else None

    async def handle(self, request: Request) -> Response:
        path = request.target.partition("?")[0]
        if page := self.pages.get(path):
            response = await page(request)
        else:
            response = await self._call(Call(request, self.api.stage, self.api.binary))
        response.headers.append(("Date", formatdate(usegmt=True)))
        return response

    def unreadable(self, status: int) -> Response:
        """The answer to what is not HTTP, or too much of it."""
        kind = KIND_OF_STATUS.get(status, "DEFAULT_4XX")
        call = Call(Request("GET", "/", []), self.api.stage)
        response = refusal(kind, self.api.gateway_responses, call.context())
        response.status = status
        return response

    async def _call(self, call: Call) -> Response:
        try:
            return await self._pass_on(call)
        except Refused as refused:
            return refusal(refused.kind, self.api.gateway_responses, call.context())
        except Malformed:
            return refusal("DEFAULT_5XX", self.api.gateway_responses, call.context())

    async def _pass_on(self, call: Call) -> Response:
        operation = self._route(call)
        key = None
        if operation.authoriser:
            key = await self._gatekeeper.admit(call, operation.authoriser)
        if operation.needs_key:
            self._count(key)
        response = answer_of(await self._run(operation.function, call.proxy_event()))
        response.headers.append(("x-amzn-RequestId", call.request_id))
        return response

    def _route(self, call: Call) -> Operation:
        in_stage = call.full_path.startswith(f"/{call.stage}/")
        found = self.api.find(call.raw_path) if in_stage else None
        if found and call.request.method in METHODS:
            call.route, call.parameters = found
            operation = call.route.operation(call.request.method)
            if operation:
                return operation
        raise Refused("MISSING_AUTHENTICATION_TOKEN")

    def _count(self, key: str | None) -> None:
        if key is None:
            raise Refused("INVALID_API_KEY")
        if self._buckets and not self._buckets.take(key, now=time.monotonic()):
            raise Refused("THROTTLED")

    async def _run(self, function: str, event: dict[str, Any]) -> Answer:
        payload = json.dumps(event, ensure_ascii=False).encode()
        if len(payload) > EVENT_BYTES:
            raise Refused("REQUEST_TOO_LARGE")
        running = asyncio.ensure_future(self._invoke(function, payload))
        try:
            async with asyncio.timeout(INTEGRATION_SECONDS):
                return await asyncio.shield(running)
        except TimeoutError as late:  # the function runs on, as it does on Lambda
            raise Refused("INTEGRATION_TIMEOUT") from late
