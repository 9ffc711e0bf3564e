"""The HTTP edge of a function: declared routes in, problems out. Holds no business rule.

A route says what it takes and gives, so that the same declaration reads requests and writes the
OpenAPI document. Nothing that goes wrong leaves this module as an exception.
"""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from remit.kernel import clock
from remit.kernel.errors import NotFound, RemitError
from remit.kernel.value import value
from remit.runtime import observability
from remit.runtime.reply import XML, Reply, from_answer, ok, refusal, render
from remit.runtime.request import Headers, Request, traceparent
from remit.runtime.route import Answers, Handle, Route, check_permission, identified, read
from remit.store.idempotency import Answer

__all__ = ["Api", "Internal", "Reply", "Request", "ok"]

_FIRST_FAULT = 500


class Internal(RemitError):
    """A defect of ours. What it is stays in the log."""


class Api:
    """The routes of one function. `service` names the context in logs, metrics and documents."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.routes: dict[tuple[str, str], Route] = {}

    def get(
        self,
        path: str,
        *,
        action: str | None,
        answers: Answers,
        query: type[BaseModel] | None = None,
        also_xml: bool = False,
    ) -> Callable[[Handle], Handle]:
        """Declare that the decorated function answers GET on `path`; see `Route`."""
        return self._declare(
            "GET", path, action=action, answers=answers, query=query, also_xml=also_xml
        )

    def post(
        self,
        path: str,
        *,
        action: str | None,
        answers: Answers,
        body: type[BaseModel] | None = None,
        raw: str | None = None,
        idempotent: bool = True,
        waits: bool = False,
        signed: bool = False,
    ) -> Callable[[Handle], Handle]:
        """Declare that the decorated function answers POST on `path`; see `Route`."""
        return self._declare(
            "POST",
            path,
            action=action,
            answers=answers,
            body=body,
            raw=raw,
            idempotent=idempotent,
            waits=waits,
            signed=signed,
        )

    def upload(
        self, path: str, *, action: str, answers: Answers, query: type[BaseModel]
    ) -> Callable[[Handle], Handle]:
        """Declare that the decorated function answers POST of an XML or CSV file on `path`, with
        what belongs to it in the query string; see `Route`.
        """
        return self._declare(
            "POST",
            path,
            action=action,
            answers=answers,
            raw=XML,
            or_csv=True,
            query=query,
            idempotent=True,
        )

    def _declare(self, method: str, path: str, **declared: Any) -> Callable[[Handle], Handle]:
        def declare(handle: Handle) -> Handle:
            self.routes[path, method] = Route(method=method, path=path, handle=handle, **declared)
            return handle

        return declare

    def handler(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """The Lambda handler: one event of API Gateway's proxy integration to its answer."""
        now = clock.now()
        origin = _origin(event)
        outcome: dict[str, object] = {}
        observability.bind(self.service, request_id=origin.request_id)
        route = self.routes.get(origin.address)
        try:
            remaining = context.get_remaining_time_in_millis()
            reply = self._reply(route, event, now=now, remaining=remaining)
        except RemitError as error:
            reply = refusal(error, instance=origin.path)
            outcome = _outcome(error, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not leak
            defect = Internal()
            reply = refusal(defect, instance=origin.path)
            outcome = _outcome(defect, error)
        _log(route, reply, outcome | {"duration_ms": clock.now() - now})
        return render(reply, request_id=origin.request_id)

    def _reply(
        self, route: Route | None, event: dict[str, Any], *, now: int, remaining: int
    ) -> Reply:
        if route is None:
            raise NotFound
        headers, who = Headers(event), identified(route, event)
        observability.bind(
            self.service,
            request_id=event["requestContext"]["requestId"],
            tenant=who.tenant if who else None,
            traceparent=traceparent(headers),
        )
        check_permission(route, who)
        request = read(route, event, headers, who=who, now=now, remaining=remaining)
        answer = route.handle(request)
        return from_answer(answer) if isinstance(answer, Answer) else answer


@value
class _Origin:
    """Where a request comes from and what it asks for, as far as the event tells."""

    address: tuple[str, str] = ("", "")
    request_id: str = "-"
    path: str = "/"


def _origin(event: dict[str, Any]) -> _Origin:
    try:
        context = event["requestContext"]
        return _Origin(
            address=(str(event["resource"]), str(event["httpMethod"])),
            request_id=str(context["requestId"]),
            path=str(context["path"]),
        )
    except (KeyError, TypeError):
        return _Origin()


def _outcome(shown: RemitError, error: Exception) -> dict[str, object]:
    outcome: dict[str, object] = {"code": shown.code}
    return outcome | observability.described(error) if shown.status >= _FIRST_FAULT else outcome


def _log(route: Route | None, reply: Reply, outcome: dict[str, object]) -> None:
    log = observability.logger.error if reply.status >= _FIRST_FAULT else observability.logger.info
    # The route as declared, not the path as sent, which may hold anything.
    name = f"{route.method} {route.path}" if route else "no such route"
    log(name, extra={"status": reply.status, **outcome})
    observability.flush()
