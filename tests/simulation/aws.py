"""The AWS SDK as the product sees it: clients whose every call gives way, fails and is tried again.

Retries follow botocore's standard mode with three attempts; a call of which nothing is heard costs
the read time-out first. Every attempt is a site where a fault may strike.
"""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.simulation import present
from tests.simulation.faults import Fault
from tests.simulation.scheduler import MILLISECOND, SECOND

if TYPE_CHECKING:
    from tests.simulation.world import World

ATTEMPTS = 3
_READ_TIMEOUT = {"s3": 5 * SECOND}
_USUAL_READ_TIMEOUT = 2 * SECOND

_RETRIED_CODES = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_REFUSALS: Mapping[str, tuple[str, int]] = {
    "throttled": ("ThrottlingException", 400),
    "throttled out": ("ThrottlingException", 400),
    "failed": ("InternalServerError", 500),
    "outage": ("ServiceUnavailable", 503),
    "denied": ("AccessDeniedException", 400),
    "in progress": ("TransactionInProgressException", 400),
}
"""Faults that are an answer instead of the effect: AWS's code and HTTP status."""

_SILENT = frozenset({"request lost", "silence", "reply lost", "replies lost", "late"})
_NEVER_SENT = frozenset({"request lost", "silence"})
_FATAL = frozenset({"crash after", "zombie"})


def refusal(code: str, status: int, operation: str, **more: Any) -> ClientError:
    """The error that botocore raises for such an answer."""
    response: Any = {
        "Error": {"Code": code, "Message": "simulated"},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0},
    }
    return ClientError(response | more, operation)


class Client:
    """A botocore client of one service, in whatever world is running."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        if operation.startswith("_"):
            raise AttributeError(operation)
        method = partial(self._call, operation)
        setattr(self, operation, method)
        return method

    def _call(self, operation: str, **parameters: Any) -> Any:
        return present.world().sdk.call(self._service, operation, parameters)


class Sdk:
    """Sends calls from the running task, as often as botocore would."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def call(self, service: str, operation: str, parameters: dict[str, Any]) -> Any:
        """The service's answer, or botocore's error."""
        world, label = self._world, f"{service}.{operation}"
        if operation == "transact_write_items":
            parameters.setdefault("ClientRequestToken", world.number("token"))
        fault: Fault | None = None
        left = 0
        for attempt in range(ATTEMPTS):
            if left == 0:
                task = world.scheduler.current
                fault = world.faults.at(task, "call", label) if task else None
                left = fault.times if fault else 0
            left = max(0, left - 1)
            try:
                return _Attempt(world, service, operation, parameters, fault).made()
            except (ClientError, ReadTimeoutError) as error:
                if attempt == ATTEMPTS - 1 or not _retried(error):
                    raise
            if left == 0:
                fault = None
            world.scheduler.sleep(int(world.chance.random() * 2**attempt * SECOND))
        raise AssertionError("the last attempt returns or raises")

    def once(self, service: str, operation: str, parameters: dict[str, Any]) -> Any:
        """The same for a service that nobody asks again by himself."""
        world = self._world
        task = world.scheduler.current
        fault = world.faults.at(task, "call", f"{service}.{operation}") if task else None
        return _Attempt(world, service, operation, parameters, fault).made()


def _retried(error: Exception) -> bool:
    if not isinstance(error, ClientError):
        return True
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status >= 500 or error.response["Error"]["Code"] in _RETRIED_CODES


class _Attempt:
    """One request, and what becomes of it."""

    def __init__(
        self,
        world: "World",
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        fault: Fault | None,
    ) -> None:
        self._world, self._scheduler = world, world.scheduler
        self._service, self._operation = service, operation
        self._parameters, self._fault = parameters, fault
        self._kind = fault.kind if fault else ""
        self._task = world.scheduler.current
        self._answer: Callable[[int, Any], None] | None = None

    def made(self) -> Any:
        kind, scheduler = self._kind, self._scheduler
        if kind == "crash before":
            self._told("dies before it asks")
            scheduler.die()
        if kind == "paused" and self._fault:
            scheduler.sleep(self._fault.delay)
        self._answer = None if kind in _SILENT or kind == "overdue" else scheduler.ticket()
        self._send()
        if kind in _FATAL:
            scheduler.die()
        if kind in _SILENT:
            patience = _READ_TIMEOUT.get(self._service, _USUAL_READ_TIMEOUT)
            scheduler.sleep(patience)
            raise ReadTimeoutError(endpoint_url=self._service)
        how, result = scheduler.give_way()
        if how == "raised":
            raise result
        return result

    def _send(self) -> None:
        kind = self._kind
        if kind in _NEVER_SENT:
            self._told("its request is lost")
            return
        delay = self._world.latency()
        if kind in ("late", "zombie") and self._fault:
            delay += self._fault.delay
            self._told(f"its request is on its way for {delay / SECOND:.1f} s")
        self._scheduler.after(delay, self._arrive)

    def _arrive(self) -> None:
        """The service gets the request."""
        try:
            result: tuple[str, Any] = ("returned", self._served())
        except ClientError as error:
            result = ("raised", error)
        if self._kind == "failed after":
            result = ("raised", refusal("InternalServerError", 500, self._name))
        self._told(_outcome(result))
        self._world.look()
        if self._answer is not None:
            self._answer(self._world.latency(), result)

    def _served(self) -> Any:
        kind, world = self._kind, self._world
        if kind in _REFUSALS:
            raise refusal(*_REFUSALS[kind], self._name)
        if kind == "cancelled by throttle":
            raise self._cancelled("ThrottlingError")
        if kind == "partial":
            return world.services.partly(self._service, self._operation, self._parameters)
        if kind == "conflict":
            place = frozenset({self._conflicting()})
            return world.database.call(self._operation, self._parameters, conflict_on=place)
        stale = self._fault.delay // MILLISECOND if kind == "stale" and self._fault else 0
        return world.services.serve(self._service, self._operation, self._parameters, stale)

    def _conflicting(self) -> tuple[str, tuple[str, str]]:
        """One of the items that are to be written, on which another transaction is under way."""
        writes = [self._parameters]
        if "TransactItems" in self._parameters:
            writes = [
                write for item in self._parameters["TransactItems"] for write in item.values()
            ]
        chosen = self._world.chance.choice(writes)
        key = chosen.get("Key") or chosen["Item"]
        return chosen["TableName"], (key["pk"]["S"], key["sk"]["S"] if "sk" in key else "")

    def _cancelled(self, code: str) -> ClientError:
        """A transaction that one of its items stood in the way of, none being judged before."""
        count = len(self._parameters["TransactItems"])
        place = self._world.chance.randrange(count)
        reasons = [{"Code": code if number == place else "None"} for number in range(count)]
        return refusal("TransactionCanceledException", 400, self._name, CancellationReasons=reasons)

    @property
    def _name(self) -> str:
        return "".join(word.capitalize() for word in self._operation.split("_"))

    def _told(self, outcome: str) -> None:
        name = self._task.name if self._task else "?"
        self._world.tell(name, f"{self._service}.{self._operation}", self._fault, outcome)


def _outcome(result: tuple[str, Any]) -> str:
    how, content = result
    if how == "returned":
        return "done"
    error = content.response["Error"]["Code"]
    reasons = [each["Code"] for each in content.response.get("CancellationReasons", ())]
    return f"{error} {reasons}" if reasons else str(error)


class Services:
    """The services themselves: what a request does once it has arrived."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._objects: dict[tuple[str, str], tuple[bytes, int]] = {}

    def serve(self, service: str, operation: str, parameters: Mapping[str, Any], stale: int) -> Any:
        """The answer to a request. Reads that need not be consistent may be `stale` ms old."""
        if service == "dynamodb":
            return self._world.database.call(operation, parameters, stale=stale)
        served = getattr(self, f"_{operation}")
        return served(**parameters)

    def partly(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        """The same for a service that takes only the first part of what it is given."""
        if service == "sqs":
            entries = parameters["Entries"]
            kept = entries[: len(entries) // 2]
            self._send_message_batch(parameters["QueueUrl"], kept)
            return {"Failed": [{"Id": entry["Id"]} for entry in entries[len(kept) :]]}
        ((table, wanted),) = parameters["RequestItems"].items()
        half = len(wanted["Keys"]) // 2
        left = {table: {**wanted, "Keys": wanted["Keys"][half:]}}
        if half == 0:
            return {"Responses": {table: []}, "UnprocessedKeys": left}
        asked = {"RequestItems": {table: {**wanted, "Keys": wanted["Keys"][:half]}}}
        answer = self._world.database.call(operation, asked)
        return answer | {"UnprocessedKeys": left}

    # A method's parameters are named as the service names them.

    def _start_execution(self, stateMachineArn: str, name: str, input: str) -> dict[str, Any]:  # noqa: A002, N803
        self._world.fabric.start(stateMachineArn, name, input)
        return {}

    def _send_message_batch(self, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803
        assert len({entry["Id"] for entry in Entries}) == len(Entries) <= 10
        for entry in Entries:
            self._world.fabric.queues[QueueUrl].send(entry["MessageBody"])
        return {}

    def _send_task_success(self, taskToken: str, output: str) -> dict[str, Any]:  # noqa: N803
        self._world.fabric.executions.tokens.success(taskToken, output)
        return {}

    def _decrypt(self, KeyId: str, CiphertextBlob: bytes) -> dict[str, Any]:  # noqa: N803
        return {}  # what is in the blob the fake cipher knows by itself

    def _sign(self, KeyId: str, Message: bytes) -> dict[str, Any]:  # noqa: N803
        return {}

    def _get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803
        return {"SecretString": self._world.secrets[SecretId]}

    def _send_message(self, headers: Mapping[str, str], body: bytes) -> int:
        return self._world.scheme.take(headers["webhook-id"], headers, body)

    def _start_check(self, check: str, number: str) -> str:
        return self._world.provider.start(check, number)

    def _get_check(self, check: str) -> str | None:
        return self._world.provider.result(check)

    def _put_object(self, Bucket: str, Key: str, Body: bytes) -> dict[str, Any]:  # noqa: N803
        self._objects[Bucket, Key] = Body, self._world.true_time() // 1000
        return {}

    def _get_object(self, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        found = self._objects.get((Bucket, Key))
        if found is None:
            raise refusal("NoSuchKey", 404, "GetObject")
        body, put_at = found
        return {"Body": io.BytesIO(body), "LastModified": datetime.fromtimestamp(put_at, UTC)}
