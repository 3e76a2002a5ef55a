from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import Any

import pytest

from faredown.lib.money import CurrencyMismatch, Money, exponent


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("JPY", 0), ("KRW", 0), ("EUR", 2), ("USD", 2), ("KWD", 3), ("BHD", 3), ("TND", 3)],
)
def test_the_digits_of_a_currency(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.5", "JPY", "1"),
        ("-0.5", "JPY", "-1"),
        ("1234.4999", "JPY", "1234"),
        ("2.675", "EUR", "2.68"),
        ("2.665", "EUR", "2.67"),
        ("-2.665", "EUR", "-2.67"),
        ("1.0005", "KWD", "1.001"),
        ("1.00049", "KWD", "1.000"),
    ],
)
def test_rounds_half_away_from_zero_at_the_digits_of_the_currency(
    amount: str, currency: str, rounded: str
) -> None:
    assert str(Money.of(amount, currency).rounded().amount) == rounded


def test_other_roundings_are_asked_for_by_name() -> None:
    assert Money.of("1.239", "EUR").rounded(ROUND_DOWN) == Money.of("1.23", "EUR")
    assert Money.of("1.231", "EUR").rounded(ROUND_UP) == Money.of("1.24", "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "weights", "parts"),
    [
        ("100.00", "EUR", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("0.05", "EUR", [1, 3, 1], ["0.01", "0.03", "0.01"]),
        ("0.02", "EUR", [1, 1, 1], ["0.02", "0.00", "0.00"]),
        ("10.00", "EUR", [1, 2, 4], ["1.42", "2.85", "5.73"]),
        ("100", "JPY", [1, 1, 1], ["34", "33", "33"]),
        ("1.000", "KWD", [1, 1, 1], ["0.334", "0.333", "0.333"]),
        ("-100.00", "EUR", [1, 1, 1], ["-33.34", "-33.33", "-33.33"]),
        ("7.00", "EUR", [0, 0], ["7.00", "0.00"]),
        ("7.00", "EUR", [0, Decimal("2.5")], ["0.00", "7.00"]),
        ("9.999", "EUR", [1, 1], ["5.009", "4.99"]),
    ],
)
def test_allocated_parts_add_up_and_the_heaviest_line_takes_the_rest(
    amount: str, currency: str, weights: list[int | Decimal], parts: list[str]
) -> None:
    whole = Money.of(amount, currency)
    found = whole.allocate(weights)
    assert found == [Money.of(part, currency) for part in parts]
    assert sum(found, Money.zero(currency)) == whole


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_allocation_refuses_weights_that_make_no_sense(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money.of(1, "EUR").allocate(weights)


@pytest.mark.parametrize(
    ("units", "currency", "amount"),
    [(12345, "EUR", "123.45"), (12345, "JPY", "12345"), (12345, "KWD", "12.345")],
)
def test_minor_units_there_and_back(units: int, currency: str, amount: str) -> None:
    assert Money.from_minor(units, currency) == Money.of(amount, currency)
    assert Money.of(amount, currency).minor_units() == units


def test_minor_units_never_round_in_silence() -> None:
    with pytest.raises(ValueError, match="whole number"):
        Money.of("1.005", "EUR").minor_units()


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("123.4", "EUR", "123.40"),
        ("123.456", "EUR", "123.46"),
        ("1E+3", "JPY", "1000"),
        ("0", "KWD", "0.000"),
    ],
)
def test_json_shows_exactly_the_digits_of_the_currency(amount: str, currency: str, written: str) -> None:
    assert Money.of(amount, currency).as_json() == {"amount": written, "currency": currency}


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"amount": 1.5, "currency": "EUR"},
        {"amount": "x", "currency": "EUR"},
        {"amount": "1", "currency": "eur"},
    ],
)
def test_json_that_is_not_money(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"money|amount|ISO"):
        Money.from_json(value)


@pytest.mark.parametrize("amount", [1.5, True, None, [1]])
def test_refuses_what_is_not_exact(amount: Any) -> None:
    with pytest.raises(TypeError):
        Money.of(amount, "EUR")
    with pytest.raises(TypeError):
        Money(amount, "EUR")


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E+16"])
def test_refuses_what_is_no_amount(amount: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        Money.of(amount, "EUR")


@pytest.mark.parametrize("currency", ["", "EU", "eur", "EURO", "E1R", "\u00c9UR", "EUR\n"])
def test_refuses_what_is_no_currency(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money.of(1, currency)


def test_arithmetic_stays_exact_until_rounded() -> None:
    third = Money.of(10, "EUR") / 3
    assert (third * 3).rounded() == Money.of("10.00", "EUR")
    assert Money.of("0.1", "EUR") + Money.of("0.2", "EUR") == Money.of("0.3", "EUR")
    assert -Money.of(1, "EUR") - Money.of(1, "EUR") == Money.of(-2, "EUR")
    assert Decimal("0.15") * Money.of(200, "EUR") == Money.of(30, "EUR")
    assert not Money.zero("EUR")
    assert abs(Money.of(-1, "EUR")) == Money.of(1, "EUR")


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_currencies_do_not_mix(operation: str) -> None:
    with pytest.raises(CurrencyMismatch, match="EUR and USD"):
        getattr(Money.of(1, "EUR"), operation)(Money.of(1, "USD"))


def test_the_same_amount_in_two_currencies_is_not_equal() -> None:
    assert Money.of(1, "EUR") != Money.of(1, "USD")
    assert Money.of("1.0", "EUR") == Money.of("1.00", "EUR")


def test_floats_do_not_multiply_money() -> None:
    with pytest.raises(TypeError, match="float"):
        Money.of(1, "EUR") * 1.1  # type: ignore[operator]
