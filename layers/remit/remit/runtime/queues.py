"""Sending to queues, in batches of what SQS takes at once."""

from collections.abc import Mapping, Sequence

from botocore.exceptions import ClientError

from remit.kernel.canonical import canonical_json
from remit.kernel.errors import Unavailable
from remit.runtime import clients
from remit.store.commit import UNANSWERED

_AT_ONCE = 10


def send(
    queue_url: str, bodies: Sequence[Mapping[str, str]], *, delay_seconds: int | None = None
) -> None:
    """Send every body as a message. `Unavailable` unless the queue took them all.

    They are seen after the queue's own delay, or after `delay_seconds` (at most 900).

    After that some may have been sent, so the receivers must bear a message twice.
    """
    delay = {} if delay_seconds is None else {"DelaySeconds": max(0, delay_seconds)}
    for start in range(0, len(bodies), _AT_ONCE):
        entries = [
            {"Id": str(number), "MessageBody": canonical_json(body), **delay}
            for number, body in enumerate(bodies[start : start + _AT_ONCE])
        ]
        try:
            answer = clients.sqs().send_message_batch(QueueUrl=queue_url, Entries=entries)  # type: ignore[arg-type]
        except (ClientError, *UNANSWERED) as error:
            raise Unavailable("the queue did not answer") from error
        if answer.get("Failed"):
            raise Unavailable("the queue did not take every message")
