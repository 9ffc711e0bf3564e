"""Builds pain.001 files for tests: valid as they come, with any one thing about them changed."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

_HERE = Path(__file__).resolve()
SHARED = Path(os.environ.get("REMIT_SHARED_DATA", _HERE.parents[4] / "shared/data"))
EVENTS = _HERE.parents[3] / "events/payments/accept_file"

OTHER = "<Othr><Id>acc_01JCREDITOR</Id></Othr>"


def iban(number: str) -> str:
    return f"<IBAN>{number}</IBAN>"


needs_shared_data = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared test data does not lie beside the checkout"
)


def shared(path: str) -> bytes:
    """A file of the test data that is not part of the project."""
    return (SHARED / path).read_bytes()


def transfer(
    end_to_end_id: str = "E-1",
    amount: str = "10.00",
    *,
    currency: str = "EUR",
    account: str | None = OTHER,
    money: str | None = None,
    name: str = "Creditor",
    ids: str = "",
    more: str = "",
) -> str:
    """One `CdtTrfTxInf`; `money` replaces what `Amt` holds, `more` goes last."""
    money = money or f'<InstdAmt Ccy="{currency}">{amount}</InstdAmt>'
    creditor = f"<CdtrAcct><Id>{account}</Id></CdtrAcct>" if account else ""
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{end_to_end_id}</EndToEndId>{ids}</PmtId>"
        f"<Amt>{money}</Amt><Cdtr><Nm>{name}</Nm></Cdtr>{creditor}{more}</CdtTrfTxInf>"
    )


def block(
    *transfers: str,
    block_id: str = "B-1",
    method: str = "TRF",
    figures: str = "",
    day: str = "<Dt>2026-11-25</Dt>",
    debtor: str = "<Othr><Id>acc_01JDEBTOR</Id></Othr>",
) -> str:
    """One `PmtInf` of `transfers`, of one when none is given."""
    return (
        f"<PmtInf><PmtInfId>{block_id}</PmtInfId><PmtMtd>{method}</PmtMtd>{figures}"
        f"<ReqdExctnDt>{day}</ReqdExctnDt><Dbtr><Nm>Debtor</Nm></Dbtr>"
        f"<DbtrAcct><Id>{debtor}</Id></DbtrAcct><DbtrAgt><FinInstnId><Nm>Bank</Nm></FinInstnId>"
        f"</DbtrAgt>{''.join(transfers or (transfer(),))}</PmtInf>"
    )


def file(
    *blocks: str,
    count: int | str | None = None,
    total: Decimal | str | None = None,
    message_id: str = "M-1",
    version: str = "09",
    created: str = "2026-11-24T09:30:00Z",
) -> str:
    """A whole message of `blocks`, of one when none is given; counts its items by itself."""
    body = "".join(blocks or (block(),))
    count = body.count("<CdtTrfTxInf>") if count is None else count
    control = "" if total is None else f"<CtrlSum>{total}</CtrlSum>"
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.{version}">\n'
        f"<CstmrCdtTrfInitn><GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{created}</CreDtTm>"
        f"<NbOfTxs>{count}</NbOfTxs>{control}<InitgPty><Nm>Initiator</Nm></InitgPty></GrpHdr>\n"
        f"{body}\n</CstmrCdtTrfInitn></Document>"
    )
