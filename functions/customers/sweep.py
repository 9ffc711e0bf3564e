"""The customers' table's stream: queue whoever has applied or was decided on."""

from remit.customers.sweep import watched
from remit.runtime import queues, settings
from remit.runtime.batch import Change, stream


@stream("customers", "Sweep customers")
def handler(changes: list[Change]) -> None:
    """Queue customers to be looked at again."""
    found = watched(change.new for change in changes if change.new)
    bodies = [
        {"id": one.id, "tenant": one.tenant, "request_id": f"sweep-{one.id}"} for one in found
    ]
    queues.send(settings.required("ONBOARDING_QUEUE_URL"), bodies)
