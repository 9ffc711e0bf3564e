"""The state *Check fraud* of the payment machine."""

from typing import Any

from remit.fraud.rules import RULES
from remit.fraud.store import RiskStore
from remit.kernel import clock
from remit.payments.check import check
from remit.payments.store import PaymentStore
from remit.runtime import clients, settings
from remit.runtime.observability import count, task

_COUNTED = {"in_review": "PaymentHeld", "declined": "PaymentDeclined"}


@task("payments", "Check fraud")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with the payment's status, or `trusted` when its funds may be posted."""
    client = clients.dynamodb()
    status = check(
        PaymentStore.of(client, settings.required("PAYMENTS_TABLE")),
        RiskStore.of(client, settings.required("FRAUD_TABLE")),
        RULES,
        tenant=event["tenant"],
        payment_id=event["id"],
        now=clock.now(),
    )
    count("PaymentChecked")
    if status in _COUNTED:
        count(_COUNTED[status])
    return event | {"status": status}
