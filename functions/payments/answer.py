"""The state *Answer rail* of the machine `rail_outcome`."""

from typing import Any

from remit.kernel import clock
from remit.payments.answer import answer
from remit.runtime.observability import count, measure, task
from remit.runtime.rail_answers import answer_desk


@task("payments", "Answer rail")
def handler(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Answer with `answered` once the scheme has our answer."""
    told = answer(answer_desk(), tenant=event["tenant"], incoming_id=event["id"], now=clock.now())
    if told.here:
        count("IncomingAnswered")
        measure("IncomingLatency", told.after_milliseconds)
        count("IncomingLate", int(told.late))
    return event | {"status": "answered"}
