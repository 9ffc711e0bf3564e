"""Starting a payment's machine. A start may be lost: whoever sweeps the payments finds it."""

from collections.abc import Callable

from botocore.exceptions import ClientError

from remit.kernel.canonical import canonical_json
from remit.runtime import clients, observability
from remit.store.commit import UNANSWERED

_STARTED_BEFORE = "ExecutionAlreadyExists"


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
    try:
        clients.stepfunctions().start_execution(
            stateMachineArn=machine_arn,
            name=payment_id if again is None else f"{payment_id}-{again}",
            input=canonical_json(content),
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

    def begin(tenant: str, payment_id: str) -> None:
        start(
            machine_arn,
            tenant=tenant,
            payment_id=payment_id,
            request_id=request_id,
            traceparent=traceparent,
            again=again,
        )

    return begin
