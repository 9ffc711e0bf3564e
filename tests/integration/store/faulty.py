"""A DynamoDB client on moto whose writes get lost as planned, and that honours tokens.

moto applies a transaction again under the same `ClientRequestToken`; DynamoDB does not. A write
that is not answered is sent again under the same token, as the SDK does.
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ReadTimeoutError

LOSE_REQUEST = "the request never arrives"
LOSE_REPLY = "the request is carried out, its reply is lost"

TRIES = 3
"""How often our clients' SDK sends a write before it gives up (`runtime.clients`)."""

Fault = str | Exception | Callable[[], None]


class Faulty:
    """`plan` holds what happens to the coming writes, in order: a loss, an error raised instead,
    or something that somebody else does just before. Reads are never hit."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.plan: list[Fault | None] = []
        self.writes = 0
        self._applied: set[str] = set()

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)
        if operation in ("get_item", "batch_get_item", "query"):
            return getattr(self.client, operation)

        def call(**parameters: Any) -> Any:
            for _ in range(TRIES - 1):
                try:
                    return self._write(operation, parameters)
                except ReadTimeoutError:
                    continue
            return self._write(operation, parameters)

        return call

    def _write(self, operation: str, parameters: dict[str, Any]) -> Any:
        self.writes += 1
        fault = self.plan.pop(0) if self.plan else None
        if isinstance(fault, Exception):
            raise fault
        if callable(fault):
            fault()
        if fault == LOSE_REQUEST:
            raise ReadTimeoutError(endpoint_url="dynamodb")
        token = parameters.get("ClientRequestToken")
        if token not in self._applied:
            getattr(self.client, operation)(**parameters)
        if token is not None:
            self._applied.add(token)
        if fault == LOSE_REPLY:
            raise ReadTimeoutError(endpoint_url="dynamodb")
        return {}
