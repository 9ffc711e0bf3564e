"""Work off a payment file: each item becomes a payment, once, however often this is begun anew."""

import json
from collections.abc import Callable
from datetime import date
from http import HTTPStatus

from pydantic import ValidationError

from remit.kernel.canonical import fingerprint
from remit.kernel.clock import rfc3339
from remit.kernel.errors import Fault
from remit.kernel.value import value
from remit.payments.file_model import (
    FUTURE_DATE,
    OTHER_REASON,
    REASON_BY_CODE,
    REASON_BY_FIELD,
    FileItem,
    PaymentFile,
)
from remit.payments.file_store import FileStore
from remit.payments.initiate import Desk, initiate, payment_id
from remit.payments.schema import Address, PaymentRequest
from remit.rails.iso20022.initiation import CreditTransfer, Item, PaymentInformation, Reason
from remit.rails.iso20022.pain001 import parse
from remit.store.commit import Stale, commit
from remit.store.idempotency import Command, KeyReused


class FileUnfinished(Fault):
    """The invocation's time is running out: the rest is for the next one."""

    title = "The file is not worked off yet"


@value
class FileDesk:
    """Where files are worked off. `fetch` returns kept bytes; `time_is_short` ends a run early."""

    files: FileStore
    desk: Desk
    fetch: Callable[[str], bytes]
    time_is_short: Callable[[], bool]


def process_file(
    at_desk: FileDesk, *, tenant: str, file_id: str, now: Callable[[], int]
) -> PaymentFile:
    """Make a payment of every item that is not yet one, then mark the file as processed.

    Raises `FileUnfinished` when time runs out, or a `Fault`: begun again it continues where it
    stopped, and an item that was under way is recognised by its key.
    """
    file = at_desk.files.get(tenant, file_id)
    if file.status == "processed":
        return file
    initiation = parse(at_desk.fetch(file.object_key))
    client, done = at_desk.files.table.client, at_desk.files.last_position(file)
    for block in initiation.payment_informations:
        for item in block.items:
            if item.position <= done:
                continue
            if at_desk.time_is_short():
                raise FileUnfinished
            entry = _carry_out(at_desk.desk, file, block, item, now=now())
            commit(client, [at_desk.files.put_item(file, entry, at=now())])
    try:
        commit(client, [at_desk.files.finish(file, at=now())])
    except Stale:
        return at_desk.files.get(tenant, file_id)
    return file


def _carry_out(
    desk: Desk, file: PaymentFile, block: PaymentInformation, item: Item, *, now: int
) -> FileItem:
    if isinstance(item.outcome, Reason):
        return _entry(item, reason=item.outcome.code)
    if block.execution_date > date.fromisoformat(rfc3339(now)[:10]):
        return _entry(item, reason=FUTURE_DATE)
    try:
        request = _request(block, item.outcome, item.end_to_end_id)
    except ValidationError as error:
        return _entry(item, reason=_invalid(error))
    command = Command(
        tenant=file.tenant,
        key=item.key,
        fingerprint=fingerprint(request.model_dump_json().encode()),
        path="/v1/payment-files",
        actor=file.by,
        now=now,
    )
    try:
        answer = initiate(desk, command, request)
    except KeyReused as reused:
        return _entry(item, reason=REASON_BY_CODE[reused.code])
    if answer.status == HTTPStatus.ACCEPTED:
        return _entry(item, payment_id=payment_id(command))
    code = json.loads(answer.body)["code"]
    return _entry(item, reason=REASON_BY_CODE.get(code, OTHER_REASON))


def _request(
    block: PaymentInformation, transfer: CreditTransfer, end_to_end_id: str
) -> PaymentRequest:
    """The payment that an item asks for. Raises `ValidationError` where it cannot be one."""
    lines = [*transfer.remittance, *filter(None, [transfer.creditor_reference])]
    return PaymentRequest.model_validate(
        {
            "debtor_account": block.debtor_account.other if block.debtor_account else None,
            "creditor": _creditor(transfer),
            "amount": transfer.amount.amount,
            "currency": transfer.amount.currency,
            "remittance": " ".join(lines) or None,
            "end_to_end_id": end_to_end_id,
        }
    )


def _creditor(transfer: CreditTransfer) -> dict[str, object]:
    number = transfer.creditor_account
    if number.iban is None:
        return {"account": number.other}
    creditor: dict[str, object] = {
        "name": transfer.creditor_name,
        "iban": number.iban,
        "bic": transfer.creditor_agent,
    }
    address = transfer.creditor_address
    if address is not None:
        given = {name: getattr(address, name) for name in Address.model_fields}
        creditor["address"] = given | {"lines": list(address.lines)}
    return creditor


def _invalid(error: ValidationError) -> str:
    """The reason for a payment that cannot be asked for, by the first field that is wrong."""
    return REASON_BY_FIELD.get(str(error.errors()[0]["loc"][0]), OTHER_REASON)


def _entry(item: Item, *, payment_id: str | None = None, reason: str | None = None) -> FileItem:
    return FileItem(
        position=item.position,
        payment_information_id=item.payment_information_id,
        end_to_end_id=item.end_to_end_id,
        instruction_id=item.instruction_id,
        uetr=item.uetr,
        amount=format(item.instructed, "f"),
        currency=item.currency,
        payment_id=payment_id,
        reason=reason,
    )
