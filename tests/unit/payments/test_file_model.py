"""What a payment file is: one message id makes one file, and its bytes tell copies apart."""

from datetime import date

import pytest

from local.samples import payroll
from remit.kernel.ids import is_id
from remit.payments.file_model import REASON_BY_CODE, PaymentFile, received
from remit.rails.iso20022.pain001 import parse

ACCOUNT = "acc_" + "0" * 26


def file(content: bytes | None = None, *, tenant: str = "acme", at: int = 1) -> PaymentFile:
    content = sent() if content is None else content
    return received(parse(content), content, tenant=tenant, by="ada", at=at)


def sent(**other: object) -> bytes:
    made = {"debtor_account": ACCOUNT, "creditor_accounts": [ACCOUNT], "count": 2}
    return payroll(**made | {"execution_date": date(2026, 11, 24)} | other)


def test_a_file_is_named_by_its_tenant_and_message_id_whenever_it_comes():
    assert is_id("file", file().id)
    assert file().id == file(at=9).id == file(sent(count=3)).id
    assert file().id != file(tenant="globex").id
    assert file().id != file(sent(message_id="ANOTHER")).id


def test_other_bytes_under_one_message_id_are_told_apart():
    assert file().digest == file(at=9).digest
    assert file().digest != file(sent(count=3)).digest


def test_a_files_bytes_are_kept_under_its_tenant():
    assert file().object_key == f"acme/{file().id}/{file().digest}.xml"


def test_a_new_file_waits_and_knows_how_many_items_it_has():
    assert (file().status, file().item_count) == ("received", 2)


@pytest.mark.parametrize("code", REASON_BY_CODE.values())
def test_a_reason_is_one_of_four_characters(code):
    assert len(code) == 4
