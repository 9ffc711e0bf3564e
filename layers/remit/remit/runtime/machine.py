"""Starting machines and resuming them. What is lost here is found by whoever sweeps."""

from collections.abc import Callable, Mapping

from botocore.exceptions import ClientError

from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Fault
from remit.runtime import clients, observability
from remit.store.commit import UNANSWERED

_STARTED_BEFORE = "ExecutionAlreadyExists"
_OVER = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})
"""What Step Functions says of a task that nobody waits for any more."""


class ResumeLost(Fault):
    """The machine could not be told; it waits still, unless only the answer was lost."""

    title = "The state machine could not be resumed"


def start(
    machine_arn: str,
    *,
    tenant: str,
    payment_id: str,
    request_id: str,
    traceparent: str | None = None,
    again: str | None = None,
) -> bool:
    """Start the machine under the payment's id; False, and a line in the log, when it fails.

    `request_id` and `traceparent` are those of the request that started the flow; `again` tells a
    later run's name from the first one's. Two runs at once are harmless: every step finds what the
    other has done.
    """
    content = {"id": payment_id, "tenant": tenant, "request_id": request_id}
    if traceparent is not None:
        content["traceparent"] = traceparent
    return begin(
        machine_arn, name=payment_id if again is None else f"{payment_id}-{again}", content=content
    )


def begin(machine_arn: str, *, name: str, content: Mapping[str, str | int]) -> bool:
    """Start a machine with an input; False, and a line in the log, when it fails."""
    try:
        clients.stepfunctions().start_execution(
            stateMachineArn=machine_arn, name=name, input=canonical_json(dict(content))
        )
    except (ClientError, *UNANSWERED) as error:
        response = getattr(error, "response", None) or {}
        if response.get("Error", {}).get("Code") == _STARTED_BEFORE:
            return True
        observability.count("StartLost")
        observability.logger.warning("start lost", extra=observability.described(error))
        return False
    return True


def starter(
    machine_arn: str,
    *,
    request_id: str,
    traceparent: str | None = None,
    again: str | None = None,
) -> Callable[[str, str], None]:
    """`start` as use cases want it: a function of tenant and payment id that never fails."""

    def begin_payment(tenant: str, payment_id: str) -> None:
        start(
            machine_arn,
            tenant=tenant,
            payment_id=payment_id,
            request_id=request_id,
            traceparent=traceparent,
            again=again,
        )

    return begin_payment


def resumer() -> Callable[[str, Mapping[str, str]], None]:
    """A function of a waiting task's token and its result, which resumes the machine.

    A task that is over, or that nobody knows, counts as resumed. Raises `ResumeLost` when that
    cannot be known; the same may be said again.
    """

    def resume(task_token: str, result: Mapping[str, str]) -> None:
        try:
            clients.stepfunctions().send_task_success(
                taskToken=task_token, output=canonical_json(dict(result))
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _OVER:
                # Neither its text nor its request goes further: the token is in them.
                raise ResumeLost(error.response["Error"]["Code"]) from None
            observability.count("ResumeTooLate")
        except UNANSWERED as error:
            raise ResumeLost(type(error).__name__) from None

    return resume
