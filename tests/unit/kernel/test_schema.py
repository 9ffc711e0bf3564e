"""The shapes of API documents: strict types, and no field that nobody knows."""

import pytest
from pydantic import ValidationError

from remit.kernel import schema
from remit.kernel.ids import derive
from remit.kernel.money import MAX_AMOUNT


class Order(schema.Request):
    account: schema.AccountId
    amount: schema.Amount
    currency: schema.Currency
    text: schema.Text


ACCOUNT = derive("acc", "one")
GOOD = {"account": ACCOUNT, "amount": 1250, "currency": "EUR", "text": "Rent, \u00e9t\u00e9"}


def test_a_good_document_is_read_as_it_is():
    assert Order(**GOOD).model_dump() == GOOD


def bad(field: str, *contents: object) -> list[tuple[str, object]]:
    return [(field, content) for content in contents]


@pytest.mark.parametrize(
    ("field", "content"),
    [
        *bad("amount", 0, -1, MAX_AMOUNT + 1, True, 1.0, 12.5, "1250", float("nan"), None),
        *bad("currency", "eur", "EURO", "XXX", "", "EUR\n", 978),
        *bad("account", ACCOUNT + "\n", ACCOUNT.lower(), derive("pay", "one"), "", 7),
        *bad("text", "", "x" * 141, "a\nb", "a\x00b", "a\x7fb", 7),
        *bad("unknown", "field"),
    ],
)
def test_any_other_content_is_refused(field, content):
    with pytest.raises(ValidationError):
        Order(**GOOD | {field: content})


@pytest.mark.parametrize("field", GOOD)
def test_no_field_may_be_missing(field):
    with pytest.raises(ValidationError):
        Order(**{name: content for name, content in GOOD.items() if name != field})


def test_a_request_cannot_be_changed():
    with pytest.raises(ValidationError):
        Order(**GOOD).amount = 1
