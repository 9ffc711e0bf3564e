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
UNANSWERED_ATTEMPTS = 2
"""The SDK has tried three times before it says so: more would outlast the caller (29 s)."""

_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.4
_MOST_WRITES = 100

PASSING = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Error and cancellation codes of conflicts, throttles and outages. They pass; nothing else does,
but for an answer of HTTP status 500 or more, whose code may be anything."""

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
    """Whether `error` is trouble that passes by itself."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response["Error"]["Code"] in PASSING  # noqa: PLR2004


def commit(client: "DynamoDBClient", writes: Sequence[Write]) -> None:
    """Apply all of `writes` or none, exactly once.

    The first write in order whose condition failed speaks: its error is raised, so the caller puts
    *does it exist* before *is there enough*. A conflict on an earlier write is retried first, since
    its condition has not been judged. Conflicts, throttles and outages are retried within bounds,
    then `Contended` or `Unavailable` is raised; after either the outcome may be unknown, and the
    same commit may be sent again. Anything else that DynamoDB says is raised as it is.

    A single write carries no token: when its reply was lost, the retry may find its own effect,
    and `failed` is given the item as it stands, to tell.
    """
    _check(writes)
    # The token comes from the content, so that a try whose answer was lost and its retry are one.
    content = canonical_json([[write.action, dict(write.request)] for write in writes])
    token = fingerprint(content.encode())[:36]
    for attempt in range(ATTEMPTS):
        try:
            return _send(client, writes, token)
        except ClientError as error:
            trouble = _trouble(error, writes)
            trouble.__cause__ = error
        except UNANSWERED as error:
            trouble = Unavailable("the database did not answer")
            trouble.__cause__ = error
            if attempt + 1 >= UNANSWERED_ATTEMPTS:
                break
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
    """The passing trouble that `error` is; raises what is not passing."""
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
    if code not in PASSING and not is_passing(error):
        raise error
    if "Conflict" in code or "InProgress" in code:
        return Contended()
    return Unavailable("the database is throttling or failing")


def _refuse(write: Write, reason: Any, cause: ClientError) -> NoReturn:
    found = reason.get("Item")
    raise write.failed(decode_item(found) if found else None) from cause
