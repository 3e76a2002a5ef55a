from __future__ import annotations

from decimal import Decimal

import pytest

from faredown.lib.money import Money
from hotels.pricing.exchange import Rates, UnknownCurrency

RATES = Rates({"USD": Decimal("1.25"), "JPY": Decimal(160)}, Decimal("1.5"))


@pytest.mark.parametrize(
    ("base", "quote", "rate"),
    [
        ("EUR", "USD", "1.25"),
        ("USD", "EUR", "0.8"),
        ("USD", "JPY", "128"),
        ("JPY", "USD", "0.0078125"),
        ("EUR", "AED", "4.590625"),  # 1.25 x 3.6725
        ("AED", "EUR", "0.2178352621"),
        ("SAR", "USD", "0.2666666667"),
        ("BHD", "OMR", "1.0226063830"),  # 0.3845 / 0.376
    ],
)
def test_between(base: str, quote: str, rate: str) -> None:
    exchange = RATES.between(base, quote)
    assert exchange.rate == Decimal(rate)
    assert exchange.spread_percent == Decimal("1.5")


def test_the_same_currency_costs_nothing() -> None:
    exchange = RATES.between("THB", "THB")
    assert (exchange.rate, exchange.spread_percent) == (Decimal(1), Decimal(0))


def test_a_rate_of_its_own_goes_before_the_peg() -> None:
    rates = Rates({"USD": Decimal("1.25"), "AED": Decimal(5)})
    assert rates.between("EUR", "AED").rate == Decimal(5)


@pytest.mark.parametrize("pair", [("THB", "EUR"), ("EUR", "THB")])
def test_unknown(pair: tuple[str, str]) -> None:
    with pytest.raises(UnknownCurrency, match="THB"):
        RATES.between(*pair)


def test_no_peg_without_the_dollar() -> None:
    assert not Rates({}).knows("AED")
    assert RATES.knows("AED")


def test_convert_keeps_every_digit() -> None:
    assert RATES.between("EUR", "USD").convert(Money.of("0.01", "EUR")) == Money.of("0.0125", "USD")


def test_convert_refuses_another_currency() -> None:
    with pytest.raises(ValueError, match="not in EUR"):
        RATES.between("EUR", "USD").convert(Money.of(1, "GBP"))
