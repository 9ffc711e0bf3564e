"""What clients are shown has the shape that the API's description promises."""

import pytest
from pydantic import BaseModel

from remit.fraud.cases import case_view
from remit.fraud.schema import CaseView
from remit.ledger.model import Account
from remit.ledger.open import account_view
from remit.ledger.schema import AccountView
from remit.payments.accept_file import file_view
from remit.payments.file_model import PaymentFile
from remit.payments.model import REASONS, Step
from remit.payments.schema import PaymentView
from remit.payments.views import payment_view
from tests.unit.payments.made import CREATED, payment


def exactly(model: type[BaseModel], view: dict[str, object]) -> None:
    """`view` has every field of `model` and no other, all of the right types."""
    model.model_validate(view, strict=True, extra="forbid")
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert required <= set(view)


def test_a_payment_is_shown_as_described():
    exactly(PaymentView, payment_view(payment()))


@pytest.mark.parametrize("reason", REASONS)
def test_a_step_with_a_reason_says_it_in_words(reason: str):
    declined = payment().after(Step(status="declined", at=CREATED, by="x", reason=reason))
    view = payment_view(declined)
    exactly(PaymentView, view)
    assert view["history"][-1]["reason_text"] == REASONS[reason]  # type: ignore[index]


def test_an_account_is_shown_as_described():
    account = Account(tenant="acme", id="acc_a", currency="EUR")
    exactly(AccountView, account_view(account, {"name": "Ada"}))


def test_a_case_is_shown_as_described_before_and_after_its_decision():
    item = {
        "sk": "case_1",
        "payment": "pay_1",
        "at": CREATED,
        "score": 60,
        "reasons": ["AMOUNT_OVER_LIMIT"],
    }
    exactly(CaseView, case_view(item, "open"))
    decided = {"decision": "release", "by": "olga", "why": "called", "decided_at": CREATED}
    exactly(CaseView, case_view(item | decided, "closed"))


def test_a_file_is_shown_without_what_is_ours_alone():
    file = PaymentFile(
        id="file_1",
        tenant="acme",
        message="pain.001.001.09",
        message_id="M-1",
        message_created_at="2026-11-24T09:30:00Z",
        control_sum=None,
        initiating_party="Northwind",
        digest="0" * 64,
        item_count=1,
        at=CREATED,
        by="ada@acme",
    )
    assert {"digest", "by", "initiating_party"}.isdisjoint(file_view(file))
