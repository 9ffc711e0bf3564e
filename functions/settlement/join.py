"""The members' queue: what a rail has accepted, or given back, becomes a member of its window."""

from remit.kernel import clock
from remit.payments.incoming_store import IncomingStore
from remit.payments.store import PaymentStore
from remit.runtime import clients, machine, settings, settlement
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count
from remit.settlement.arrivals import members_of_incoming
from remit.settlement.join import join, members_of
from remit.settlement.model import Member


@queue("settlement", "Join")
def handler(message: Message) -> None:
    """See to it that each of the payment's members counts in exactly one window."""
    tenant = message.body["tenant"]
    for member in _members(tenant, message.body["id"]):
        joined = join(
            settlement.store(), machine.resumer(), tenant=tenant, member=member, now=clock.now()
        )
        count("MemberLate" if joined.late else "MemberJoined")


def _members(tenant: str, identifier: str) -> tuple[Member, ...]:
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    if identifier.startswith("inc_"):
        incoming = IncomingStore.of(client, table).get(tenant, identifier)
        return members_of_incoming(incoming, settlement.ours())
    return members_of(PaymentStore.of(client, table).get(tenant, identifier), settlement.ours())
