"""The unit of work: every change of money or state is one `commit`.

Never leaves half of it done, and never swallows why it was refused.
"""

import random
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from remit.kernel.canonical import canonical_json, fingerprint
from remit.kernel.errors import Contended, RemitError, Unavailable
from remit.store.item import decode_item
from remit.store.write import Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.4
_MOST_WRITES = 100

_CONFLICTS = frozenset(
    {"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"}
)
_THROTTLES = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})
"""Reasons for which DynamoDB cancels a transaction, though the same one may succeed later."""

_OUTAGES = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)
"""Errors of a whole request that pass, as does any answer of HTTP status 500 or more."""

UNANSWERED = (HTTPClientError, NoConnection)
"""No connection, or no answer in time: the outcome is unknown."""


class Stale(RemitError):
    """What the decision was based on has changed meanwhile: load again and decide again."""

    title = "The records have changed"


def pause(attempt: int) -> None:
    """Wait before try number `attempt` + 1: exponential, capped, with full jitter."""
    longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
    time.sleep(random.uniform(0, longest))  # noqa: S311 - spreads load, guards nothing


def is_passing(error: ClientError) -> bool:
    """Whether `error` is an outage that passes by itself. The SDK has retried it by now."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response["Error"]["Code"] in _OUTAGES  # noqa: PLR2004


def commit(client: "DynamoDBClient", writes: Sequence[Write]) -> None:
    """Apply all of `writes` or none, exactly once.

    The first write in order whose condition failed speaks: its error is raised, so the caller puts
    *does it exist* before *is there enough*. A conflict on an earlier write is retried first, since
    its condition has not been judged. What cancels a transaction in passing is retried within
    bounds, then `Contended` or `Unavailable` is raised. Silence, failure and throttling the SDK has
    retried by then, so they are `Unavailable` at once, before the invocation's time is up. After
    either error the outcome may be unknown, and the same commit may be sent again. Anything else
    that DynamoDB says is raised as it is.

    A single write carries no token: when its reply was lost, the retry may find its own effect,
    and `failed` is given the item as it stands, to tell.
    """
    _check(writes)
    # The token comes from the content, so that a try whose answer was lost and its retry are one.
    content = canonical_json(
        [[write.action, dict(write.request)] for write in writes], default=bytes.hex
    )
    token = fingerprint(content.encode())[:36]
    for attempt in range(ATTEMPTS):
        try:
            return _send(client, writes, token)
        except ClientError as error:
            trouble = _trouble(error, writes)
            trouble.__cause__ = error
        except UNANSWERED as error:
            raise Unavailable("the database did not answer") from error
        if attempt < ATTEMPTS - 1:
            pause(attempt)
    raise trouble


def _check(writes: Sequence[Write]) -> None:
    if not 1 <= len(writes) <= _MOST_WRITES:
        raise ValueError(f"a unit of work has 1 to {_MOST_WRITES} writes, not {len(writes)}")
    if len({write.target for write in writes}) < len(writes):
        raise ValueError("a unit of work may not touch one item twice")


def _send(client: "DynamoDBClient", writes: Sequence[Write], token: str) -> None:
    if len(writes) == 1 and writes[0].action != "ConditionCheck":
        # A single conditional write is atomic by itself, at half the price of a transaction.
        send: Any = getattr(client, f"{writes[0].action.lower()}_item")
        send(**writes[0].request)
        return
    items: list[Any] = [{write.action: write.request} for write in writes]
    client.transact_write_items(TransactItems=items, ClientRequestToken=token)


def _trouble(error: ClientError, writes: Sequence[Write]) -> Contended | Unavailable:
    """The passing trouble that `error` is, to be tried again; raises what is not."""
    code = _judged(error, writes)
    if code in _CONFLICTS:
        return Contended()
    if code in _THROTTLES:
        return Unavailable("the database is throttling")
    if is_passing(error):
        raise Unavailable("the database is throttling or failing") from error
    raise error


def _judged(error: ClientError, writes: Sequence[Write]) -> str:
    """The code that counts: of the first write that stood in the way, or of the whole request.

    Raises the error that a write carries when it was the write's condition that failed.
    """
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        _refuse(writes[0], error.response, error)
    if code == "TransactionCanceledException":
        reasons: Any = error.response.get("CancellationReasons", [])
        for write, reason in zip(writes, reasons, strict=False):
            code = reason.get("Code", "None")
            if code == "ConditionalCheckFailed":
                _refuse(write, reason, error)
            if code != "None":
                break
    return str(code)


def _refuse(write: Write, reason: Any, cause: ClientError) -> NoReturn:
    found = reason.get("Item")
    raise write.failed(decode_item(found) if found else None) from cause
