"""A DynamoDB client that follows a script: each call takes the next reply, or raises it."""

from typing import Any

from botocore.exceptions import ClientError


def failure(
    code: str, *, status: int = 400, operation: str = "TransactWriteItems", **more: Any
) -> ClientError:
    """An error in the shape in which botocore raises DynamoDB's."""
    response = {
        "Error": {"Code": code, "Message": f"{code} happened"},
        "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 2},
        **more,
    }
    return ClientError(response, operation)  # type: ignore[arg-type]


def cancelled(*reasons: str | dict[str, Any]) -> ClientError:
    """A cancelled transaction; a reason is a code, or a whole reason with its item."""
    whole = [{"Code": reason} if isinstance(reason, str) else reason for reason in reasons]
    return failure("TransactionCanceledException", CancellationReasons=whole)


def check_failed(item: dict[str, Any] | None = None) -> dict[str, Any]:
    """The reason of a failed condition, with the item as it stands."""
    reason = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    return reason | ({"Item": item} if item else {})


class Scripted:
    """Takes any operation; `calls` lists the operations and their parameters in order."""

    def __init__(self, *replies: Any) -> None:
        self.replies = list(replies)
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**parameters: Any) -> Any:
            self.calls.append((operation, parameters))
            reply = self.replies.pop(0) if self.replies else {}
            if isinstance(reply, Exception):
                raise reply
            return reply

        return call

    @property
    def tokens(self) -> list[str]:
        return [parameters["ClientRequestToken"] for _, parameters in self.calls]
