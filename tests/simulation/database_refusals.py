"""How the database says no: AWS's codes and words, as botocore hands them to a caller."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

CONDITION_FAILED = "The conditional request failed"
ATTRIBUTE_MISSING = "The provided expression refers to an attribute that does not exist in the item"
CONFLICT = "Transaction is ongoing for the item"
MISMATCH = (
    "DynamoDB rejected the request because you retried a request with a different payload but "
    "with an idempotent token that was already used."
)


class Unsupported(NotImplementedError):
    """The product does not use this, so the simulated database does not have it. Build it first."""


class Refused(Exception):
    """A request is refused; `Database.call` turns it into botocore's `ClientError`."""

    of_item = False
    """Whether one write's item is at fault: a transaction is then cancelled, and tells which."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(code, message)
        self.code, self.message, self.more = code, message, more


def invalid(message: str) -> Refused:
    """The request makes no sense to DynamoDB, whatever its tables hold."""
    return Refused("ValidationException", message)


def unfit(message: str) -> Refused:
    """An item does not fit into its table."""
    refused = invalid(message)
    refused.of_item = True
    return refused


def misfit(field: str, shown: object, constraint: str) -> Refused:
    """A parameter is outside of what the service's interface allows."""
    return invalid(
        f"1 validation error detected: Value '{shown}' at '{field}' failed to satisfy constraint: "
        f"Member must have {constraint}"
    )


def cancelled(reasons: Sequence[Mapping[str, Any]]) -> Refused:
    """A transaction is cancelled; one reason for each of its writes, in their order."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    message = (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    return Refused(
        "TransactionCanceledException",
        message,
        Message=message,
        CancellationReasons=[dict(reason) for reason in reasons],
    )


def client_error(refused: Refused, operation: str, *, status: int = 400) -> ClientError:
    """The error that a caller of botocore's `operation` (`PutItem`) gets."""
    response: Any = {
        "Error": {"Code": refused.code, "Message": refused.message},
        "ResponseMetadata": {
            "RequestId": "SIMULATED",
            "HTTPStatusCode": status,
            "HTTPHeaders": {},
            "RetryAttempts": 0,
        },
        **refused.more,
    }
    return ClientError(response, operation)
