"""What Secrets Manager keeps for us. Read once in a while, so that a new secret is taken up."""

import json
from typing import Any

from botocore.exceptions import ClientError

from remit.kernel import clock
from remit.kernel.clock import MINUTE
from remit.kernel.errors import Unavailable
from remit.runtime import clients
from remit.store.commit import UNANSWERED

KEPT = 5 * MINUTE
"""For how long a process goes on with what it has read (milliseconds)."""

_read: dict[str, tuple[int, dict[str, Any]]] = {}


class SecretMalformed(Exception):
    """The secret is not what it should be. Its content is in no text."""


def secret(arn: str) -> dict[str, Any]:
    """The JSON object that the secret `arn` holds, at most `KEPT` old.

    Raises `Unavailable` when it cannot be read now, `SecretMalformed` when it is no JSON object.
    """
    at, found = _read.get(arn, (0, {}))
    if not found or clock.now() - at >= KEPT:
        found = _fetched(arn)
        _read[arn] = clock.now(), found
    return found


def forget() -> None:
    """Read every secret anew when it is asked for next. For tests."""
    _read.clear()


def _fetched(arn: str) -> dict[str, Any]:
    try:
        text = clients.secretsmanager().get_secret_value(SecretId=arn)["SecretString"]
    except UNANSWERED as error:
        raise Unavailable("a secret could not be read") from error
    except ClientError as error:
        is_throttled = error.response["Error"]["Code"] == "ThrottlingException"
        if is_throttled or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:  # noqa: PLR2004
            raise Unavailable("a secret could not be read") from error
        raise
    try:
        found = json.loads(text)
    except ValueError:
        raise SecretMalformed from None
    if not isinstance(found, dict) or not found:
        raise SecretMalformed
    return found
