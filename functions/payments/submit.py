"""The state *Submit payment* of the payment machine."""

from typing import Any

from remit.kernel import clock
from remit.payments.submit import submit
from remit.runtime import rails
from remit.runtime.observability import count, task

_COUNTED = {
    "taken": "PaymentSubmitted",
    "duplicate": "SubmissionRepeated",
    "refused": "SubmissionRefused",
    "unanswered": "SubmissionUnanswered",
}


@task("payments", "Submit payment")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the status that the payment comes to, whatever the rail says of it later."""
    submitted = submit(
        rails.desk(), tenant=event["tenant"], payment_id=event["id"], now=clock.now()
    )
    if submitted.sent is not None:
        count(_COUNTED[submitted.sent])
    return event | {"status": submitted.status}
