"""The payments table's stream: put what has set out on the queues that look after it."""

from remit.payments.sweep import Watched, watched
from remit.runtime import queues, settings
from remit.runtime.batch import Change, stream

_QUEUES = {
    "payment": "RESUME_QUEUE_URL",
    "file": "FILES_QUEUE_URL",
    "rail": "ENQUIRY_QUEUE_URL",
    "recall": "RECALL_QUEUE_URL",
    "incoming": "RESUME_QUEUE_URL",
    "answer": "RECALL_QUEUE_URL",
    "member": "MEMBERS_QUEUE_URL",
}


@stream("payments", "Sweep")
def handler(changes: list[Change]) -> None:
    """Queue payments to be looked at again, files to be worked off, rails to be asked."""
    found = watched(change.new for change in changes if change.new)
    for kind, queue in _QUEUES.items():
        bodies = [_body(each) for each in found if each.kind == kind]
        queues.send(settings.required(queue), bodies)


def _body(one: Watched) -> dict[str, str]:
    return {"id": one.id, "tenant": one.tenant, "request_id": f"sweep-{one.id}"}
