"""The members' queue: what a rail has accepted, or given back, becomes a member of its window."""

from remit.kernel import clock
from remit.kernel.ids import is_id
from remit.payments.incoming_store import IncomingStore
from remit.payments.store import PaymentStore
from remit.runtime import clients, machine, settings, settlement
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count
from remit.settlement import incoming
from remit.settlement.join import join, members_of


@queue("settlement", "Join")
def handler(message: Message) -> None:
    """See to it that each of the payment's members counts in exactly one window."""
    client, table = clients.dynamodb(), settings.required("PAYMENTS_TABLE")
    tenant, identifier, ours = message.body["tenant"], message.body["id"], settlement.ours()
    if is_id("inc", identifier):
        arrived = IncomingStore.of(client, table).get(tenant, identifier)
        members = incoming.members_of(arrived, ours)
    else:
        members = members_of(PaymentStore.of(client, table).get(tenant, identifier), ours)
    for member in members:
        joined = join(
            settlement.store(), machine.resumer(), tenant=tenant, member=member, now=clock.now()
        )
        count("MemberLate" if joined.late else "MemberJoined")
