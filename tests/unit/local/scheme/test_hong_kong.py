"""The scheme speaks FPS: in both currencies, by the same amounts, and apart from SCT Inst."""

from dataclasses import replace

import pytest

from local.scheme.book import NotPossible
from remit.kernel.errors import Rejection
from remit.kernel.money import Money
from remit.rails import outgoing, scheme_rules
from remit.rails.heard import hear
from remit.rails.iso20022 import camt053, camt054, pacs008
from remit.rails.iso20022.errors import UnsupportedMessage
from remit.rails.outgoing import Side
from remit.rails.proxy import Proxy
from remit.rails.transfers import read
from remit.sandbox.model import Delivery
from remit.sandbox.turn import NotTaken
from tests.unit.local.scheme.made import (
    DAY,
    OUR_IBAN,
    Still,
    answer,
    book,
    enquiry,
    money_back,
    payment,
    recall,
    settlement,
    valid,
)
from tests.unit.rails.files import needs_shared_data

FPS, CURRENCIES = "fps_hk", ("HKD", "CNY")
ACCEPTED, BACK = ("accepted", "ACSC", "MS03"), ("returned", None, "AC04")
OPENING = 100_000_000


def paid(amount: int, number: int = 1, currency: str = "HKD") -> bytes:
    """A pacs.008 to whom a mobile number has led."""
    proxy = Proxy(type="mobile", value="+852-91234567")
    payee = Side(name="CHAN T** M**", number="123456789012", clearing="004", proxy=proxy)
    money = Money(amount=amount, currency=currency)
    return outgoing.transfer(
        replace(payment(amount, number, rail=FPS, creditor=payee), amount=money)
    )


def says(delivery: Delivery) -> tuple[str, str | None, str | None]:
    (fact,) = hear(delivery.rail, delivery.body).facts
    return fact.meaning, fact.status, fact.reason


def balances(scheme: Still, currency: str) -> tuple[int, int]:
    (found,) = camt053.read(scheme.statement(DAY, currency)).statements
    assert found.account.account.currency == currency
    assert found.account.account.iban is None
    opening, closing = found.balance("OPBD"), found.balance("CLBD")
    assert opening is not None
    assert closing is not None
    return opening.signed, closing.signed


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize(
    ("ending", "answers", "after"),
    [
        (1, [("rejected", "RJCT", "AC04")], [50]),
        (2, [("rejected", "RJCT", "AM05")], [50]),
        (3, [], []),
        (4, [ACCEPTED], [40_000]),
        (5, [ACCEPTED, BACK], [50, 1_050]),
        (6, [ACCEPTED], [50]),
        (0, [ACCEPTED], [50]),
    ],
)
def test_a_payment_is_answered_as_its_amount_says(currency, ending, answers, after):
    scheme = book()
    taken = scheme.take(paid(12_300 + ending, currency=currency), FPS)
    assert [says(each) for each in taken.deliveries] == answers
    assert [each.at - scheme.now() for each in taken.deliveries] == after
    assert {each.rail for each in taken.deliveries} <= {FPS}
    assert scheme.payments[payment(1).uetr].amount.currency == currency


def test_a_silent_payment_is_found_by_the_second_enquiry_on_its_own_rail():
    scheme = book()
    assert scheme.take(paid(12_303), FPS).deliveries == ()
    assert scheme.take(enquiry(1), FPS).deliveries == ()
    (elsewhere,) = scheme.take(enquiry(2)).deliveries
    assert (elsewhere.rail, says(elsewhere)) == ("sct_inst", ("pending", "RJCT", "NOOR"))
    (found,) = scheme.take(enquiry(2), FPS).deliveries
    assert says(found) == ACCEPTED


def test_a_payment_of_one_rail_is_not_taken_by_another():
    scheme = book()
    scheme.take(paid(12_300), FPS)
    assert scheme.take(paid(12_300), FPS).status == 409
    before = dict(scheme.payments)
    with pytest.raises(NotTaken, match="another rail"):
        scheme.take(paid(12_300))
    assert scheme.payments == before


@pytest.mark.parametrize(
    ("amount", "currency", "code"), [(100, "EUR", "AM03"), (1_000_000_100, "HKD", "AM02")]
)
def test_what_the_rail_does_not_carry_is_rejected_by_its_rule(amount, currency, code):
    (told,) = book().take(paid(amount, currency=currency), FPS).deliveries
    assert says(told) == ("rejected", "RJCT", code)


def test_fps_knows_no_recalls():
    scheme = book()
    scheme.take(paid(12_300), FPS)
    with pytest.raises(UnsupportedMessage):
        scheme.take(recall(12_300), FPS)
    made, _ = scheme.pay({"iban": OUR_IBAN, "name": "Mei", "amount": 500, "currency": "HKD"})
    with pytest.raises(NotPossible, match="knows no recalls"):
        scheme.ask_back(made.uetr, "DUPL")
    assert scheme.payments[made.uetr].recall is None


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("named", [{"iban": OUR_IBAN}, {"account": OUR_IBAN[4:]}])
def test_another_bank_pays_by_the_number_of_an_account(currency, named):
    order = {"name": "Mei", "amount": 500, "currency": currency} | named
    made, (sent,) = book().pay(order)
    assert (made.rail, sent.rail, made.as_json()["rail"]) == (FPS, FPS, FPS)
    assert scheme_rules.broken(FPS, pacs008.read(sent.body), on=DAY) == ()
    came = read(sent.body, max_bytes=100_000)
    assert (came.creditor_iban, came.creditor_number) == (None, OUR_IBAN[4:])
    assert came.amount == Money(amount=500, currency=currency)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"rail": "sct_inst"}, "fps_hk carries HKD, CNY"),
        ({"rail": "book"}, "does not carry HKD"),
        ({"currency": "JPY"}, "no rail does not carry JPY"),
        ({"currency": "EUR"}, "an account has an iban"),
        ({"account": None}, "account is a text"),
        ({"iban": OUR_IBAN}, "an account has an account or iban"),
        ({"account": "x" * 40}, "Othr"),
        ({"amount": 0}, "above 0"),
    ],
)
def test_a_payment_that_the_rail_cannot_carry_is_refused_with_the_reason(wrong, what):
    scheme = book()
    order = {"account": OUR_IBAN[4:], "name": "Mei", "amount": 500, "currency": "HKD"}
    with pytest.raises(NotPossible, match=what):
        scheme.pay(order | wrong)
    assert scheme.payments == {}


@pytest.mark.parametrize("currency", CURRENCIES)
def test_what_fps_pays_us_is_on_the_statement_and_what_we_owe_once_we_order_it(currency):
    scheme = book()
    made, _ = scheme.pay({"iban": OUR_IBAN, "name": "Mei", "amount": 500, "currency": currency})
    late, _ = scheme.pay({"iban": OUR_IBAN, "name": "Mei", "amount": 9, "currency": currency})
    scheme.take(answer(made.uetr, "ACSC"), FPS)
    scheme.take(answer(late.uetr, "RJCT", "AC04", number=2), FPS)
    scheme.take(paid(12_300, 1, currency), FPS)
    scheme.take(paid(3_005, 2, currency), FPS)
    scheme.move(2)
    assert balances(scheme, currency) == (OPENING, OPENING + 500 + 3_005)
    order = settlement(12_300).replace(b'"EUR"', f'"{currency}"'.encode())
    told, notified = scheme.take(order, FPS).deliveries
    assert says(told) == ACCEPTED
    (note,) = camt054.read(notified.body).statements
    assert (note.account.account.currency, note.entries[0].signed) == (currency, -12_300)
    assert balances(scheme, currency)[1] == OPENING + 500 + 3_005 - 12_300


def test_we_answer_and_give_back_on_the_rail_that_it_came_by():
    scheme = book()
    made, _ = scheme.pay({"iban": OUR_IBAN, "name": "Mei", "amount": 500, "currency": "HKD"})
    for message in (answer(made.uetr, "ACSC"), money_back(made.uetr, 500, currency="HKD")):
        with pytest.raises(NotTaken):
            scheme.take(message)
    scheme.take(answer(made.uetr, "ACSC"), FPS)
    scheme.take(money_back(made.uetr, 500, currency="HKD"), FPS)
    assert scheme.payments[made.uetr].returned == 500


@needs_shared_data
@pytest.mark.parametrize("currency", CURRENCIES)
def test_everything_that_is_sent_is_valid_by_the_schemas(currency):
    scheme, sent = book(), list[Delivery]()
    for number, amount in enumerate((1_000, 1_001, 1_005), 1):
        sent += scheme.take(paid(amount, number, currency), FPS).deliveries
    sent += scheme.take(
        settlement(70_000).replace(b'"EUR"', f'"{currency}"'.encode()), FPS
    ).deliveries
    sent += scheme.pay({"iban": OUR_IBAN, "name": "M", "amount": 5, "currency": currency})[1]
    kinds = [valid(each.body) for each in sent]
    assert kinds == [each.message for each in sent]
    scheme.move(60)
    assert valid(scheme.statement(DAY, currency)) == "camt.053.001.08"
    assert set(kinds) == {
        "pacs.002.001.10", "pacs.004.001.09", "pacs.008.001.08", "camt.054.001.08",
    }  # fmt: skip


def test_a_message_that_is_too_large_is_refused():
    with pytest.raises(Rejection) as refused:
        book().take(b" " * 300_000, FPS)
    assert refused.value.status == 413
