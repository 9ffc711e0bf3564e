"""Runs the authoriser function for real, keeps its answers, and reads the policy in them."""

import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local.api import Authoriser
from local.environment import Answer
from local.event import Call
from local.refusal import Refused

CACHE_ENTRIES = 10_000
INVOKE = "execute-api:Invoke"
FAILED = "AUTHORIZER_FAILURE"
MISCONFIGURED = "AUTHORIZER_CONFIGURATION_ERROR"

Invoke = Callable[[str, dict[str, Any]], Awaitable[Answer]]


class Gatekeeper:
    """Lets calls in, or raises `Refused`."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self._cache: dict[tuple[str, ...], tuple[float, dict[str, Any]]] = {}

    async def admit(self, call: Call, authoriser: Authoriser) -> str | None:
        """Put the caller's context into the call; returns the caller's usage key.

        An answer is kept for the authoriser's time for the same identity, whatever is asked for:
        its policy is read anew for each request, as API Gateway does.
        """
        identity = [call.request.header(name) for name in authoriser.headers]
        if not all(identity):
            raise Refused("UNAUTHORIZED")  # without waking the function
        key = (authoriser.function, *map(str, identity))
        until, said = self._cache.get(key, (0.0, {}))
        if until < time.monotonic():
            said = await self._ask(call, authoriser)
            if len(self._cache) >= CACHE_ENTRIES:
                self._cache.clear()
            if authoriser.ttl_seconds:
                self._cache[key] = (time.monotonic() + authoriser.ttl_seconds, said)
        call.authorizer = {**(said.get("context") or {}), "principalId": said.get("principalId")}
        if not allows(said["policyDocument"], call.method_arn):
            raise Refused("ACCESS_DENIED")
        usage_key = said.get("usageIdentifierKey")
        return str(usage_key) if usage_key else None

    async def _ask(self, call: Call, authoriser: Authoriser) -> dict[str, Any]:
        answer = await self._invoke(authoriser.function, call.authoriser_event())
        said = json.loads(answer.body or b"null")
        if answer.failed:
            # The one error with a meaning: the function raised Exception("Unauthorized").
            raise Refused("UNAUTHORIZED" if said["errorMessage"] == "Unauthorized" else FAILED)
        if not _well_formed(said):
            raise Refused(MISCONFIGURED)
        answer_as_dict: dict[str, Any] = said
        return answer_as_dict


def _well_formed(said: Any) -> bool:
    """Whether API Gateway would take it: a principal, a policy, and a flat context."""
    if not isinstance(said, Mapping) or not isinstance(said.get("principalId"), str):
        return False
    context = said.get("context") or {}
    flat = all(isinstance(value, str | int | float | bool) for value in context.values())
    policy = said.get("policyDocument")
    return flat and isinstance(policy, Mapping) and bool(policy.get("Statement"))


def allows(policy: Mapping[str, Any], arn: str) -> bool:
    """Whether an IAM policy lets `arn` be invoked: some statement allows it and none denies it."""
    effects = {
        statement["Effect"]
        for statement in _listed(policy["Statement"])
        if _fits(statement.get("Action", []), INVOKE, ignore_case=True)
        and _fits(statement.get("Resource", []), arn)
    }
    return effects == {"Allow"}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fits(patterns: Any, text: str, *, ignore_case: bool = False) -> bool:
    flags = re.IGNORECASE if ignore_case else 0
    return any(
        re.fullmatch(re.escape(each).replace(r"\*", ".*").replace(r"\?", "."), text, flags)
        for each in _listed(patterns)
    )
