"""A payment file and its items, as we keep them. Pure."""

from typing import Literal

from remit.kernel.canonical import fingerprint
from remit.kernel.errors import Refusal, Rejection
from remit.kernel.ids import derive
from remit.kernel.value import value
from remit.rails.iso20022.initiation import Initiation

FileStatus = Literal["received", "processed"]

REASON_BY_CODE = {
    "account_not_found": "AC01",
    "currency_mismatch": "AM03",
    "key_reused": "DU04",
    "rail_not_available": "AG03",
    "same_account": "AG01",
}
"""The ISO 20022 reason (ExternalStatusReason1Code) for each refusal of a payment."""

REASON_BY_FIELD = {"debtor_account": "AC02", "creditor": "AC03", "remittance": "RR07"}
"""The same for a field of the payment that an item cannot fill."""

OTHER_REASON = "NARR"
FUTURE_DATE = "DT01"


class FileNotFound(Rejection):
    """No payment file of this tenant has that id."""

    status = 404
    title = "No such payment file"


class MessageIdReused(Refusal):
    """Another file with the same message id was received before: which one is meant is unclear."""

    status = 409
    title = "The message id belongs to another file"


@value
class PaymentFile:
    """A file that was received. `digest` is the SHA-256 of its bytes, which tells copies apart."""

    id: str
    tenant: str
    message: str
    message_id: str
    message_created_at: str
    control_sum: str | None
    initiating_party: str | None
    digest: str
    item_count: int
    at: int
    by: str
    status: FileStatus = "received"

    @property
    def object_key(self) -> str:
        """Where its bytes are kept."""
        return f"{self.tenant}/{self.id}/{self.digest}.xml"


@value
class FileItem:
    """One transaction of a file: the payment it became, or the reason why it became none."""

    position: int
    payment_information_id: str
    end_to_end_id: str
    instruction_id: str | None
    uetr: str | None
    amount: str
    currency: str
    payment_id: str | None
    reason: str | None


def received(
    initiation: Initiation, content: bytes, *, tenant: str, by: str, at: int
) -> PaymentFile:
    """The file that `content`, read as `initiation`, is. One message id makes one file."""
    header = initiation.header
    return PaymentFile(
        id=derive("file", tenant, header.message_id),
        tenant=tenant,
        message=header.message,
        message_id=header.message_id,
        message_created_at=header.created_at,
        control_sum=None if header.control_sum is None else format(header.control_sum, "f"),
        initiating_party=header.initiating_party,
        digest=fingerprint(content),
        item_count=len(initiation.items),
        at=at,
        by=by,
    )
