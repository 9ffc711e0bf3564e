"""Accept a payment file: check it whole, keep it, answer. Its items are worked off afterwards."""

from collections.abc import Callable
from http import HTTPStatus

from remit.kernel.canonical import canonical_json
from remit.kernel.clock import rfc3339
from remit.payments.file_model import MessageIdReused, PaymentFile, received
from remit.payments.file_store import FileStore
from remit.rails.iso20022.pain001 import parse
from remit.store.idempotency import Answer, Command, answer_once
from remit.store.table import Table
from remit.store.write import Write


def accept_file(
    files: FileStore,
    idempotency: Table,
    keep: Callable[[str, bytes], None],
    command: Command,
    content: bytes,
) -> Answer:
    """Accept a pain.001 and answer 202 with the file's id, once per key.

    The same bytes again, under whatever key, are the same file: nothing is paid twice, and the
    answer says so. Raises what `pain001.parse` raises for a file that cannot be taken, and refuses
    with `MessageIdReused` another file under a message id that has been used.
    `keep` stores bytes under a key, the same bytes as often as it is called.
    """
    file = received(
        parse(content), content, tenant=command.tenant, by=command.actor, at=command.now
    )

    def act() -> tuple[Answer, list[Write]]:
        known = files.find(file.tenant, file.id)
        if known is None:
            keep(file.object_key, content)
            return _answer(file, duplicate=False), [files.create(file)]
        if known.digest != file.digest:
            raise MessageIdReused(f"it was used by file {known.id}")
        return _answer(known, duplicate=True), []

    return answer_once(idempotency, command, act)


def file_view(file: PaymentFile) -> dict[str, object]:
    """The file as clients see it, without its items."""
    return {
        "id": file.id,
        "status": file.status,
        "message": file.message,
        "message_id": file.message_id,
        "item_count": file.item_count,
        "created_at": rfc3339(file.at),
    }


def _answer(file: PaymentFile, *, duplicate: bool) -> Answer:
    body = file_view(file) | {"duplicate": duplicate}
    return Answer(status=HTTPStatus.ACCEPTED, body=canonical_json(body))
