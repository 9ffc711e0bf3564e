"""What other banks pay to us, and ask back."""

import pytest

from local.scheme.book import NotPossible
from remit.rails import scheme_rules
from remit.rails.iso20022 import camt056, pacs008
from remit.sandbox.turn import NotTaken
from tests.unit.local.scheme.made import (
    DAY,
    OUR_IBAN,
    OURS,
    answer,
    book,
    money_back,
    payment,
    refusal,
    says,
    transfer,
)

ORDER = {"iban": OUR_IBAN, "name": "Ann Berg", "amount": 12_345, "remittance": "Invoice 7"}


def test_another_bank_pays_by_a_message_that_keeps_the_schemes_rules():
    made, (sent,) = book().pay(ORDER)
    message = pacs008.read(sent.body)
    assert scheme_rules.broken("sct_inst", message, on=DAY) == ()
    (told,) = message.transfers
    assert (told.ids.uetr, told.amount.amount) == (made.uetr, 12_345)
    assert told.creditor_account is not None
    assert (told.creditor_account.iban, told.creditor_agent.bic) == (OUR_IBAN, OURS)
    assert made.as_json()["incoming"] is True


def test_every_payment_is_another_one_and_the_knob_sends_it_twice():
    scheme = book(times=2)
    (first, sent), (second, _) = scheme.pay(ORDER), scheme.pay(ORDER)
    assert first.uetr != second.uetr
    assert len(sent) == 2
    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0}, {"amount": -1}, {"amount": 1.5}, {"amount": "1"}, {"currency": "XXX"},
        {"iban": 7}, {"iban": "?"}, {"name": ""}, {"name": "x" * 200}, {"uetr": "no"},
        {"bic": "?"}, {"nonsense": 1}, {"remittance": "x" * 200},
    ],
)  # fmt: skip
def test_a_payment_that_no_message_can_carry_is_refused(wrong):
    scheme = book()
    with pytest.raises(NotPossible):
        scheme.pay(ORDER | wrong)
    assert scheme.payments == {}


def test_a_payment_needs_its_parts_and_a_uetr_of_its_own():
    scheme = book()
    for name in ("iban", "name", "amount"):
        with pytest.raises(NotPossible):
            scheme.pay({key: value for key, value in ORDER.items() if key != name})
    made, _ = scheme.pay(ORDER)
    with pytest.raises(NotPossible, match="known"):
        scheme.pay(ORDER | {"uetr": made.uetr})


def test_our_first_answer_stands():
    scheme = book()
    made, _ = scheme.pay(ORDER)
    scheme.take(answer(made.uetr, "ACTC", number=1))
    assert scheme.payments[made.uetr].status == "ACSC"
    scheme.take(answer(made.uetr, "RJCT", "AC04", number=2))
    assert scheme.payments[made.uetr].status == "ACSC"

    other, _ = scheme.pay(ORDER)
    scheme.take(answer(other.uetr, "RJCT", "AC04", number=3))
    assert (scheme.payments[other.uetr].status, scheme.payments[other.uetr].reason) == (
        "RJCT",
        "AC04",
    )


def test_a_yes_that_comes_too_late_is_refused_and_a_no_is_not():
    scheme = book()
    made, _ = scheme.pay(ORDER)
    scheme.move(21)
    (told,) = scheme.take(answer(made.uetr, "ACCP")).deliveries
    assert says(told) == ("rejected", "RJCT", "AB05")
    assert scheme.payments[made.uetr].status == "RJCT"
    other, _ = scheme.pay(ORDER)
    scheme.move(21)
    assert scheme.take(answer(other.uetr, "RJCT", "AB05", number=2)).deliveries == ()


def test_a_recall_asks_for_what_was_paid_and_is_answered_either_way():
    scheme = book()
    given, _ = scheme.pay(ORDER)
    asked, (sent,) = scheme.ask_back(given.uetr, "FRAD")
    (told,) = camt056.read(sent.body).recalls
    assert (told.ids.uetr, told.amount, asked.recall) == (given.uetr, given.amount, "requested")
    scheme.take(money_back(given.uetr, 12_345))
    assert scheme.payments[given.uetr].recall == "given_back"
    assert scheme.payments[given.uetr].returned == 12_345

    kept, _ = scheme.pay(ORDER)
    scheme.ask_back(kept.uetr, "DUPL")
    scheme.take(refusal(kept.uetr, "PDCR"))
    assert scheme.payments[kept.uetr].recall == "told PDCR"
    scheme.take(refusal(kept.uetr))
    assert scheme.payments[kept.uetr].recall == "refused"


def test_nobody_asks_back_what_they_have_not_paid():
    scheme = book()
    scheme.take(transfer(12_300))
    for identifier in (payment(1).uetr, "nothing", None):
        with pytest.raises(NotPossible):
            scheme.ask_back(identifier, "DUPL")
    made, _ = scheme.pay(ORDER)
    with pytest.raises(NotPossible):
        scheme.ask_back(made.uetr, "no such reason")


def test_we_answer_only_what_was_paid_to_us_and_give_back_no_more():
    scheme = book()
    scheme.take(transfer(12_300))
    for message in (
        answer(payment(1).uetr, "ACSC"),
        answer("0f0e0d0c-0b0a-4908-8706-050403020100", "ACSC"),
    ):
        with pytest.raises(NotTaken):
            scheme.take(message)
    made, _ = scheme.pay(ORDER)
    scheme.take(money_back(made.uetr, 12_000, number=1))
    for number, (amount, currency) in enumerate(((346, "EUR"), (1, "HKD")), 2):
        with pytest.raises(NotTaken):
            scheme.take(money_back(made.uetr, amount, number=number, currency=currency))
    scheme.take(money_back(made.uetr, 345, number=4))
    assert scheme.payments[made.uetr].returned == 12_345
