"""The rescreen queue: screen a slice of the customers against what a list has new."""

from dataclasses import asdict

from remit.customers.rescreen import Slice, rescreen, slices
from remit.kernel import clock
from remit.runtime import queues, settings
from remit.runtime.batch import Message, queue
from remit.runtime.customers import customers
from remit.runtime.observability import count
from remit.runtime.screening import screening
from remit.runtime.vault import vault
from remit.screening.load import changed_index
from remit.screening.model import Party, Screening
from remit.screening.screen import screen


@queue("customers", "Rescreen customers")
def handler(message: Message) -> None:
    """Split a run into shards, or work a slice off and queue the next one."""
    source, version = message.body["source"], message.body["version"]
    if "shard" not in message.body:
        return _send(slices(source, version))
    store = screening()
    index = changed_index(store, source, version)

    def look(tenant: str, customer_id: str, party: Party) -> Screening:
        return screen(store, tenant, customer_id, party, at=clock.now(), index=index)

    part = Slice(
        source=source,
        version=version,
        shard=int(message.body["shard"]),
        after=message.body["after"],
    )
    following = rescreen(customers(), vault(), look, part, now=clock.now())
    count("CustomersRescreened")
    return _send([following] if following else [])


def _send(parts: list[Slice]) -> None:
    bodies = [{name: str(content) for name, content in asdict(one).items()} for one in parts]
    queues.send(settings.required("RESCREEN_QUEUE_URL"), bodies)
