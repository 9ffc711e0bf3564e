"""What can go wrong, by kind: a refusal is a business "no", a fault is trouble that may pass.

The class names are what Step Functions sees, so they are part of the API.
"""

from collections.abc import Mapping, Sequence


class RemitError(Exception):
    """Base of every error of ours. Its text is safe to show: no personal data, nothing internal."""

    status = 500
    title = "Something went wrong"

    def __init__(
        self, detail: str = "", *, errors: Sequence[Mapping[str, str]] = (), **fields: object
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.fields = fields

    @property
    def code(self) -> str:
        """The stable code that clients switch on: the class name in snake case."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Refusal(RemitError):
    """A business "no". Under an idempotency key it is stored, and stays the answer for ever."""

    status = 422
    title = "The request cannot be carried out"


class Rejection(RemitError):
    """A request that could not be understood or is not allowed. Nothing was done or stored."""

    status = 400
    title = "The request is not valid"


class Fault(RemitError):
    """Trouble that may pass: nothing was decided, and the same request may be sent again."""

    status = 503
    title = "The service cannot answer right now"


class InvalidMoney(Rejection):
    """An amount or currency that is not money (see `kernel.money`)."""

    title = "That is not an amount of money"


class NotFound(Rejection):
    """No such object, or it belongs to another tenant: both look the same."""

    status = 404
    title = "Not found"


class LimitReached(Rejection):
    """Too much was asked for in a while: nothing was done; the same may be asked again later."""

    status = 429
    title = "Too many requests"

    def __init__(self, detail: str = "", *, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Contended(Fault):
    """Too many others changed the same records at once; bounded retries did not get through."""

    title = "Too many simultaneous changes"


class Unavailable(Fault):
    """The database throttled, failed or did not answer; the outcome is settled by asking again."""


def problem(error: RemitError, *, instance: str | None = None) -> dict[str, object]:
    """`error` as an RFC 9457 problem document. Its own `fields` never replace a standard member."""
    document: dict[str, object] = {
        "type": f"urn:remit:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
    }
    if error.detail:
        document["detail"] = error.detail
    if instance:
        document["instance"] = instance
    if error.errors:
        document["errors"] = [dict(entry) for entry in error.errors]
    return {**error.fields, **document}
