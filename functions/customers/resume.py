"""The onboarding queue: start a machine that was not, tell one what was decided."""

from remit.customers.sweep import NotStarted, look_after
from remit.runtime import machine, settings
from remit.runtime.batch import Message, queue
from remit.runtime.customers import customers
from remit.runtime.observability import count
from remit.runtime.vault import vault


@queue("customers", "Resume onboarding")
def handler(message: Message) -> None:
    """Do what was lost; whoever has gone on is left alone."""

    def start(tenant: str, customer_id: str) -> None:
        arn, request_id = settings.required("ONBOARDING_MACHINE_ARN"), message.body["request_id"]
        if not machine.start(arn, tenant=tenant, payment_id=customer_id, request_id=request_id):
            raise NotStarted

    tenant, customer_id = message.body["tenant"], message.body["id"]
    resume = machine.resumer()
    if look_after(customers(), vault(), start, resume, tenant=tenant, customer_id=customer_id):
        count("OnboardingResumed")
