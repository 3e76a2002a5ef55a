"""docs.stripe.com/currencies: zero-decimal, three-decimal and the special cases."""

from __future__ import annotations

import pytest

from bookings.gateways.errors import Refused
from bookings.gateways.stripe import amounts
from faredown.lib.money import Money


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("10.00", "USD", 1000),
        ("123.45", "EUR", 12345),
        ("10.45", "HUF", 1045),
        ("500", "JPY", 500),
        ("10", "KRW", 10),
        ("7", "MGA", 7),
        ("5", "ISK", 500),
        ("5", "UGX", 500),
        ("5.120", "KWD", 5120),
        ("0.010", "BHD", 10),
    ],
)
def test_amounts_are_sent_and_read_as_stripe_counts_them(amount: str, currency: str, units: int) -> None:
    money = Money.of(amount, currency)
    assert amounts.units(money) == units
    assert amounts.read(units, currency.lower()) == money


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("5.124", "KWD"), ("0.5", "JPY"), ("5.5", "ISK"), ("7.50", "MGA"), ("1.001", "EUR")],
)
def test_what_stripe_would_not_take_is_not_rounded(amount: str, currency: str) -> None:
    with pytest.raises(Refused) as problem:
        amounts.units(Money.of(amount, currency))
    assert problem.value.code == "amount_not_chargeable"


@pytest.mark.parametrize(
    ("amount", "currency", "most"),
    [
        ("5.129", "KWD", "5.120"),
        ("5.120", "KWD", "5.120"),
        ("7.50", "MGA", "7"),
        ("123.45", "EUR", "123.45"),
        ("500", "JPY", "500"),
    ],
)
def test_the_most_that_can_be_charged_is_never_more(amount: str, currency: str, most: str) -> None:
    assert amounts.chargeable(Money.of(amount, currency)) == Money.of(most, currency)
