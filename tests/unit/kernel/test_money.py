"""Money: what is refused at the door, exact decimals, and division that loses nothing."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.errors import InvalidMoney
from remit.kernel.money import CURRENCIES, MAX_AMOUNT, Money, checked_amount, exponent

amounts = st.integers(min_value=0, max_value=MAX_AMOUNT)
currencies = st.sampled_from(CURRENCIES)
moneys = st.builds(Money, amount=amounts, currency=currencies)
weight_lists = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


@pytest.mark.parametrize(
    ("currency", "digits"), [("JPY", 0), ("EUR", 2), ("BHD", 3), ("CLF", 4), ("HUF", 2), ("ISK", 0)]
)
def test_a_currency_has_the_decimals_of_iso_4217(currency, digits):
    assert exponent(currency) == digits


def test_seventeen_currencies_have_no_decimals_seven_have_three_two_have_four():
    assert all(re.fullmatch("[A-Z]{3}", currency) for currency in CURRENCIES)
    counts = [[exponent(currency) for currency in CURRENCIES].count(n) for n in range(5)]

    assert counts[0] == 17
    assert counts[1] == 0
    assert counts[3] == 7
    assert counts[4] == 2


@pytest.mark.parametrize(
    "currency",
    [
        "eur",
        "EU",
        "EURO",
        "",
        "XXX",
        "XAU",
        "DEM",
        "\N{GREEK CAPITAL LETTER EPSILON}UR",
        None,
        978,
        [],
    ],
)
def test_a_code_that_is_no_active_currency_is_refused(currency):
    with pytest.raises(InvalidMoney, match="ISO 4217"):
        exponent(currency)


@pytest.mark.parametrize("amount", [0, 1, 2**31, MAX_AMOUNT])
def test_an_integer_of_minor_units_is_an_amount(amount):
    assert checked_amount(amount) == amount


@pytest.mark.parametrize(
    "amount",
    [True, False, 1.0, 1.5, float("nan"), float("inf"), "1", "1e3", b"1", None, [1], 1 + 0j],
)
def test_what_is_not_strictly_an_integer_is_no_amount(amount):
    with pytest.raises(InvalidMoney, match="integer"):
        checked_amount(amount)


@pytest.mark.parametrize("amount", [-1, 2**53, 10**30])
def test_an_amount_outside_the_exact_range_is_refused(amount):
    with pytest.raises(InvalidMoney, match="between"):
        checked_amount(amount)


@pytest.mark.parametrize(
    ("attempt", "detail"),
    [
        (lambda: exponent("XXX"), "currency is not an active ISO 4217 code"),
        (lambda: checked_amount(1.0), "amount must be an integer number of minor units"),
        (lambda: checked_amount(-1), f"amount must be between 0 and {2**53 - 1} minor units"),
        (lambda: Money.parse("1e3", currency="EUR"), "amount must be a plain decimal number"),
        (lambda: Money.parse("1.5", currency="JPY"), "JPY has 0 decimals"),
        (lambda: eur(1).allocate([0]), "weights must not be negative, and one must be positive"),
    ],
)
def test_a_client_is_told_in_words_what_is_no_money(attempt, detail):
    with pytest.raises(InvalidMoney) as refused:
        attempt()

    assert refused.value.detail == detail


def test_money_checks_its_amount_and_its_currency():
    with pytest.raises(InvalidMoney, match="integer"):
        Money(amount=True, currency="EUR")
    with pytest.raises(InvalidMoney, match="ISO 4217"):
        Money(amount=1, currency="EURO")


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("0", "EUR", 0),
        ("12", "EUR", 1200),
        ("12.5", "EUR", 1250),
        ("12.50", "EUR", 1250),
        ("12.50000", "EUR", 1250),
        ("0.01", "EUR", 1),
        ("1.15", "EUR", 115),  # int(1.15 * 100) is 114
        ("500", "JPY", 500),
        ("500.00", "JPY", 500),
        ("1.234", "BHD", 1234),
        ("0.0001", "CLF", 1),
        ("90071992547409.91", "EUR", MAX_AMOUNT),
    ],
)
def test_an_iso_20022_decimal_is_read_exactly(text, currency, amount):
    assert Money.parse(text, currency=currency) == Money(amount=amount, currency=currency)


@pytest.mark.parametrize(
    "text",
    ["", " ", "1 ", " 1", "1\n", "+1", "-1", "-0", "1.", ".5", "01", "1e3", "1E3", "1_000", "1,000",
     "1,5", "0x10", "NaN", "Infinity", "\N{ARABIC-INDIC DIGIT ONE}", "\N{FULLWIDTH DIGIT ONE}",
     "1.5\N{ARABIC-INDIC DIGIT ZERO}", "1.2.3", "½", "1.123456", "9" * 19],
)  # fmt: skip
def test_any_other_spelling_of_a_number_is_refused(text):
    with pytest.raises(InvalidMoney, match="plain decimal"):
        Money.parse(text, currency="EUR")


@pytest.mark.parametrize(
    ("text", "currency"), [("1.5", "JPY"), ("1.234", "EUR"), ("1.2345", "BHD"), ("1.00001", "CLF")]
)
def test_a_fraction_smaller_than_the_minor_unit_is_refused(text, currency):
    with pytest.raises(InvalidMoney, match="decimals"):
        Money.parse(text, currency=currency)


@pytest.mark.parametrize("text", ["90071992547409.92", "999999999999999999"])
def test_a_decimal_past_the_exact_range_is_refused(text):
    with pytest.raises(InvalidMoney, match="between"):
        Money.parse(text, currency="EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(1250, "EUR", "12.50"), (5, "EUR", "0.05"), (0, "EUR", "0.00"), (7, "JPY", "7"),
     (1, "BHD", "0.001"), (12345, "CLF", "1.2345")],
)  # fmt: skip
def test_money_is_written_with_all_its_decimals(amount, currency, text):
    assert Money(amount=amount, currency=currency).decimal() == text


@given(moneys)
def test_what_is_written_reads_back_the_same(money):
    assert Money.parse(money.decimal(), currency=money.currency) == money


@given(moneys, weight_lists)
def test_the_parts_of_a_division_sum_to_the_whole(money, weights):
    parts = money.allocate(weights)

    assert len(parts) == len(weights)
    assert sum(part.amount for part in parts) == money.amount
    assert {part.currency for part in parts} == {money.currency}


@given(moneys, weight_lists)
def test_no_part_is_a_whole_unit_from_its_exact_share(money, weights):
    total = sum(weights)

    for part, weight in zip(money.allocate(weights), weights, strict=True):
        assert abs(part.amount * total - money.amount * weight) < total


@given(moneys, weight_lists)
def test_a_part_without_weight_gets_nothing(money, weights):
    parts = money.allocate([0, *weights])

    assert parts[0].amount == 0


@given(moneys, weight_lists)
def test_a_larger_weight_never_gets_less(money, weights):
    by_weight = sorted(zip(weights, money.allocate(weights), strict=True), key=lambda pair: pair[0])

    for (light, less), (heavy, more) in pairwise(by_weight):
        assert light == heavy or less.amount <= more.amount


@pytest.mark.parametrize(
    ("weights", "parts"), [([1], [7]), ([0, 1], [0, 7]), ([1, 1], [4, 3]), ([9], [7])]
)
def test_the_least_weight_there_is_takes_its_share(weights, parts):
    assert [part.amount for part in eur(7).allocate(weights)] == parts


def test_what_is_left_over_goes_to_the_largest_remainders_earliest_first():
    assert eur(100).allocate([1, 1, 1]) == (eur(34), eur(33), eur(33))
    assert eur(10).allocate([5, 3, 7]) == (eur(3), eur(2), eur(5))
    assert eur(1).allocate([1, 2, 2]) == (eur(0), eur(1), eur(0))


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [-1], [3, -1]])
def test_weights_that_cannot_divide_are_refused(weights):
    with pytest.raises(InvalidMoney, match="weights"):
        eur(100).allocate(weights)
