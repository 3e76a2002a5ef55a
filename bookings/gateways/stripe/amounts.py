"""Amounts as Stripe counts them, not everywhere as ISO 4217 does (docs.stripe.com/currencies, "Special cases").

- MGA has two digits in ISO 4217 and none at Stripe.
- ISK and UGX have no digits, and are sent with two that are always 00.
- The currencies of three digits move in steps of ten: 5.124 KWD cannot be charged, 5.120 can.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from bookings.gateways.errors import Refused
from faredown.lib import money
from faredown.lib.money import Money

_DIGITS = {"MGA": 0, "ISK": 2, "UGX": 2}
_STEPS = {"ISK": 100, "UGX": 100}
_STEP_OF_THREE_DIGITS = 10


def chargeable(amount: Money) -> Money:
    """The most that Stripe can move of an amount: cut, so that nobody is charged more than he agreed to."""
    units = _exact(amount).to_integral_value(rounding=ROUND_DOWN)
    return _money(units - units % _step(amount.currency), amount.currency)


def units(amount: Money) -> int:
    """What is sent. Raises Refused: an amount that Stripe would not take is never rounded behind anybody's back."""
    exact = _exact(amount)
    if exact % _step(amount.currency):
        raise Refused("amount_not_chargeable", f"{amount} is not a whole number of {amount.currency} steps")
    return int(exact)


def read(units: int, currency: str) -> Money:
    return _money(Decimal(units), currency.upper())


def _exact(amount: Money) -> Decimal:
    return amount.amount.scaleb(_digits(amount.currency))


def _money(units: Decimal, currency: str) -> Money:
    return Money(units.scaleb(-_digits(currency)), currency)


def _digits(currency: str) -> int:
    return _DIGITS.get(currency, money.exponent(currency))


def _step(currency: str) -> int:
    return _STEPS.get(currency, _STEP_OF_THREE_DIGITS if _digits(currency) == 3 else 1)
