"""What a provider sends, as documents. It may say more than we read; what we read is strict."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from remit.identity.model import Outcome, Result, code
from remit.kernel.clock import parse_rfc3339
from remit.kernel.errors import Rejection
from remit.kernel.ids import pattern
from remit.kernel.schema import View

MAX_BYTES = 64 * 1024
"""The largest document of a provider's that is read."""


class CallbackMalformed(Rejection):
    """The callback is signed, but is no answer that we can read."""

    title = "The callback cannot be read"


def _time(text: str) -> str:
    parse_rfc3339(text)
    return text


class _Document(BaseModel):
    """Base of what is read: strict types; unknown fields are passed over."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class Started(_Document):
    """The provider took the question."""

    reference: Reference


class Completed(_Document):
    """The provider's answer to one check; `check` is the id that we gave it."""

    check: Annotated[str, Field(pattern=pattern("chk"))]
    reference: Reference
    outcome: Literal["clear", "expired", "mismatch", "unreadable"]
    reasons: Annotated[tuple[str, ...], Field(max_length=20, strict=False)] = ()
    completed_at: Annotated[str, Field(max_length=40), AfterValidator(_time)]


class Callback(_Document):
    """What the provider sends when it has an answer."""

    type: Literal["check.completed"]
    data: Completed


class Polled(_Document):
    """What the provider says when it is asked for an answer."""

    status: Literal["pending", "completed"]
    data: Completed | None = None


class Received(View):
    """That the callback was taken. What it came to is not told."""

    status: Literal["received"] = "received"


def read_callback(body: bytes) -> Result:
    """The answer in a callback's body. Raises `CallbackMalformed`, which never quotes it."""
    if len(body) > MAX_BYTES:
        raise CallbackMalformed
    try:
        return _result(Callback.model_validate_json(body).data, body)
    except ValidationError:
        raise CallbackMalformed from None


def read_polled(body: bytes) -> Result | None:
    """The answer in a poll's body, None while there is none. `ValueError` if it is neither."""
    polled = Polled.model_validate_json(body)
    if polled.status == "pending":
        return None
    if polled.data is None:
        raise ValueError("completed without an answer")
    return _result(polled.data, body)


def _result(found: Completed, body: bytes) -> Result:
    outcome: Outcome = found.outcome
    return Result(
        check_id=found.check,
        reference=found.reference,
        outcome=outcome,
        reason=next(filter(None, map(code, found.reasons)), None),
        completed_at=parse_rfc3339(found.completed_at),
        body=body,
    )
