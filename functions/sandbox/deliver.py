"""The sandbox queue: send what its scheme has to say, when it is time, until it is taken."""

from remit.kernel import clock
from remit.runtime import sandbox
from remit.runtime.batch import Message, queue
from remit.runtime.observability import count
from remit.sandbox.deliver import deliver


@queue("sandbox", "Deliver")
def handler(message: Message) -> None:
    """Send one message; it comes back while nobody has taken it."""
    line = sandbox.line(sandbox.rail_of(message.body))
    deliver(line, message.body, now=clock.now())
    count("SandboxMessageSent")
