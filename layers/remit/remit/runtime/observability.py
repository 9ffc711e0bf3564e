"""Logs as JSON lines and metrics as EMF. Never an amount, an account or anything personal.

Of an error only its class, its code and the stack are logged, not its text: a text may quote what
a client sent.
"""

import functools
import logging
import time
import traceback
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TypeVar

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from remit.kernel.errors import Fault, RemitError

NAMESPACE = "remit"
_MOST_FRAMES = 30

# Lambda's JSON log level is the root's, at which botocore tells where it found credentials.
logging.getLogger("botocore").setLevel(logging.WARNING)
logger = Logger(service="remit", utc=True, use_rfc3339=True, location=None)
_metrics = AmazonCloudWatchEMFProvider(namespace=NAMESPACE)

R = TypeVar("R")
TaskHandler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Unexpected(Exception):
    """A defect of ours; stands for an exception whose text might quote what a client sent."""


def bind(
    service: str,
    *,
    request_id: str | None = None,
    tenant: str | None = None,
    traceparent: str | None = None,
    id: str | None = None,  # noqa: A002 - the key in every event and log line
) -> None:
    """Put these keys on every log line until the next `bind`, and `service` on every metric.

    `request_id` is that of the request which started the flow, also in later steps: it is what
    correlates them. `id` is the thing worked on (a payment, a file).
    """
    logger.append_keys(
        service=service, request_id=request_id, tenant=tenant, traceparent=traceparent, id=id
    )
    _metrics.dimension_set["service"] = service


def count(name: str, amount: int = 1) -> None:
    """Add `amount` to the metric `name` (past tense: `PaymentAccepted`)."""
    _metrics.add_metric(name=name, unit="Count", value=amount)


def measure(name: str, milliseconds: int) -> None:
    """Record a duration under the metric `name`."""
    _metrics.add_metric(name=name, unit="Milliseconds", value=milliseconds)


def flush() -> None:
    """Write the metrics gathered since the last flush, if any. Ends every invocation."""
    if _metrics.metric_set:
        _metrics.flush_metrics()


def described(error: BaseException) -> dict[str, object]:
    """`error` for a log line: its class, its cause's class, where it was raised. Not its text."""
    described: dict[str, object] = {
        "error": type(error).__name__,
        "stack": _frames(error.__traceback__),
    }
    cause = error.__cause__ or error.__context__
    if cause is not None:
        described["cause"] = type(cause).__name__
        described["cause_stack"] = _frames(cause.__traceback__)
    response = getattr(error, "response", None) or getattr(cause, "response", None)
    if isinstance(response, Mapping):
        described["aws_error"] = response.get("Error", {}).get("Code")
    return described


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def task(service: str, name: str) -> Callable[[TaskHandler], TaskHandler]:
    """Make a function the handler of the state `name` of a state machine.

    Its event and its result carry `id`, `tenant`, `request_id`; the result also `status`. What it
    raises is as `observed` says, so that the machine can tell errors apart by their class names.
    """

    def decorate(work: TaskHandler) -> TaskHandler:
        @functools.wraps(work)
        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            bind(
                service,
                request_id=event.get("request_id"),
                tenant=event.get("tenant"),
                traceparent=event.get("traceparent"),
                id=event.get("id"),
            )
            try:
                return observed(name, lambda: work(event, context), shown=_status)
            finally:
                flush()

        return handler

    return decorate


def observed(name: str, work: Callable[[], R], *, shown: Callable[[R], Mapping[str, object]]) -> R:
    """Do `work` and log one line `name` about its outcome, with what `shown` picks of the result.

    Our own errors pass through; any other becomes `Unexpected`, without its text.
    """
    started = time.perf_counter()
    try:
        result = work()
    except RemitError as error:
        told = described(error) if isinstance(error, Fault) else {"detail": error.detail}
        logger.warning(name, extra=_took(started) | {"code": error.code} | told)
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not get out
        logger.error(name, extra=_took(started) | described(error))  # noqa: TRY400 - nor here
        raise Unexpected(type(error).__name__) from None
    logger.info(name, extra=_took(started) | dict(shown(result)))
    return result


def _status(result: Mapping[str, Any]) -> Mapping[str, object]:
    return {"status": result.get("status")}


def _took(started: float) -> dict[str, object]:
    return {"duration_ms": round((time.perf_counter() - started) * 1000)}
