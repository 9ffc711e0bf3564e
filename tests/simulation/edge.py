"""API Gateway and the line to it: what is sent, and what comes back if something does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.builders import api_event
from tests.simulation import deployment
from tests.simulation.scheduler import MILLISECOND, SECOND

if TYPE_CHECKING:
    from tests.simulation.world import World

_GATEWAY = 29 * SECOND

STORED_REFUSALS = frozenset(
    {
        "account_closed", "account_frozen", "account_not_empty", "account_not_found",
        "balance_too_large", "case_decided", "case_not_found", "cooling_down", "currency_mismatch",
        "customer_not_found", "customer_not_served", "not_scored", "too_many_accounts",
        "day_not_begun", "erasure_not_allowed", "erasure_not_requested",
        "evidence_changed", "day_passed", "expiry_passed", "expiry_too_far", "insufficient_funds",
        "limit_exceeded", "message_id_reused", "more_than_held", "more_than_posted",
        "not_cancellable", "not_credited", "not_pending", "not_to_be_decided", "nothing_posted",
        "owned_elsewhere",
        "already_recalled", "not_recallable", "rail_not_available", "rail_rules_broken",
        "recall_answered", "recall_too_late", "same_account", "same_person", "subject_erased",
        "transfer_conflict", "transfer_expired",
        "transfer_not_found", "transfer_posted", "transfer_voided",
        "cap_below_use", "not_now", "window_still_open",
    }
)  # fmt: skip
"""The codes of refusals that are the key's answer for ever; other 4xx decide nothing."""


_COME_BACK = frozenset({"in_flight", "day_closing", "earlier_day_unfinished"})
"""The codes that ask for the same request again."""


@dataclass(frozen=True)
class Reply:
    """An answer of the API."""

    status: int
    text: str
    replayed: bool = False

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if self.status >= 400 else ""

    @property
    def stands(self) -> bool:
        """Whether it is the key's answer for ever."""
        return self.status < 300 or self.code in STORED_REFUSALS


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    resource: str
    tenant: str
    role: str | None
    key: str | None = None
    body: Any = None
    path: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    who: str = ""

    def event(self, number: str) -> dict[str, Any]:
        """It as API Gateway hands it over."""
        return api_event(
            self.method,
            self.resource,
            body=self.body,
            tenant=self.tenant,
            role=self.role,
            subject=self.who or f"{self.role}@{self.tenant}",
            headers=dict(self.headers),
            path=dict(self.path) if self.path else None,
            query=dict(self.query) if self.query else None,
            key=self.key,
            request_id=number,
        )


class Edge:
    """API Gateway, and the line to it."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def send(self, request: Request) -> Reply | None:
        """The answer to one request of the running task; None when nothing was heard."""
        world = self._world
        caller = world.scheduler.current
        assert caller is not None
        fault = world.faults.at(caller, "link", f"{request.method} {request.resource}")
        kind = fault.kind if fault else ""
        if kind == "request lost":
            world.scheduler.sleep(_GATEWAY)
            return None
        function = deployment.routes()[request.method, request.resource]
        task = world.fabric.invoke(function, request.event(world.number("request")))
        patience = fault.delay if fault and kind == "impatient" else _GATEWAY
        outcome = world.scheduler.wait(task, patience)
        if outcome.how == "late" or kind == "answer lost":
            return None
        if outcome.how != "returned":
            return Reply(502, "{}")
        answer = outcome.value
        replayed = answer["headers"].get("Idempotency-Replayed") == "true"
        return Reply(answer["statusCode"], answer["body"], replayed)

    def until_answered(self, request: Request) -> Reply:
        """The answer that decides something, however often it takes."""
        world = self._world
        while True:
            reply = self.send(request)
            caller = world.scheduler.current
            assert caller is not None
            told = f"{reply.status} {reply.code}" if reply else "nothing heard"
            world.tell(caller.name, f"{request.method} {request.resource}", None, told)
            if reply is not None and reply.status < 500 and reply.code not in _COME_BACK:
                return reply
            world.scheduler.sleep(world.chance.randrange(500 * MILLISECOND, 8 * SECOND))
