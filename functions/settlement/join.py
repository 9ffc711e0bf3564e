"""The members' queue: what a rail has accepted, or given back, becomes a member of its window."""

from remit.kernel import clock
from remit.payments.store import PaymentStore
from remit.runtime import clients, machine, settings, settlement
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count
from remit.settlement.join import join, members_of


@queue("settlement", "Join")
def handler(message: Message) -> None:
    """See to it that each of the payment's members counts in exactly one window."""
    payments = PaymentStore.of(clients.dynamodb(), settings.required("PAYMENTS_TABLE"))
    tenant = message.body["tenant"]
    payment = payments.get(tenant, message.body["id"])
    for member in members_of(payment, settlement.ours()):
        joined = join(
            settlement.store(), machine.resumer(), tenant=tenant, member=member, now=clock.now()
        )
        count("MemberLate" if joined.late else "MemberJoined")
