"""What is left out of every list although a supplier offers it: prices nobody means, and currencies we cannot convert.

A price of one cent or of a million a night is a slip of somebody's keyboard: who sold it would pay for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

import structlog

from faredown.lib import clock
from faredown.lib.money import Money
from faredown.messaging.services import outbox
from hotels import conf
from hotels.pricing.exchange import UnknownCurrency
from hotels.services import pricing

log = structlog.get_logger(__name__)

Bounds = tuple[Decimal, Decimal]
ANYTHING: Bounds = (Decimal(0), Decimal("Infinity"))


def bounds(currency: str, *, nights: int) -> Bounds:
    """The least and the most that a room's net for the whole stay is believed to be, in its currency. Without a rate
    for it nothing is judged here: it cannot be sold anyway."""
    least, most, of = conf.sane_night()
    try:
        rate = pricing.current_policy().rates.between(of, currency).rate
    except UnknownCurrency:
        return ANYTHING
    return least * rate * nights, most * rate * nights


def is_sane(net: Money, *, rooms: int, nights: int) -> bool:
    least, most = bounds(net.currency, nights=nights)
    return least * rooms <= net.amount <= most * rooms


class LeftOut:
    """Counted while a search is put together, told once at its end."""

    def __init__(self) -> None:
        self.absurd: Counter[str] = Counter()
        """By supplier."""
        self.without_rate: Counter[str] = Counter()
        """By currency."""

    def counts(self) -> dict[str, int]:
        found = {"absurd_price": self.absurd.total(), "unknown_currency": self.without_rate.total()}
        return {reason: count for reason, count in found.items() if count}

    def tell(self) -> None:
        if self.absurd.total():
            log.warning("absurd_prices_left_out", suppliers=dict(+self.absurd))
        if self.without_rate:
            log.error("offers_left_out_without_exchange_rate", currencies=dict(self.without_rate))
            _alert(self.without_rate)


def _alert(currencies: Mapping[str, int]) -> None:
    """Once a day of each currency."""
    today = f"{clock.today():%Y-%m-%d}"
    for currency in currencies:
        key = f"search:currency:{currency}:{today}"
        if key in _told:
            continue
        outbox.alert(
            code="exchange_rates",
            subject=f"Offers in {currency} are left out",
            detail=f"A supplier sells in {currency}, and no exchange rate is known for it. Enter one by hand.",
            dedupe_key=key,
        )
        if len(_told) > _MOST_TOLD:
            _told.clear()
        _told.add(key)


def forget() -> None:
    _told.clear()


_told: set[str] = set()
"""Spares the database a question for every search; the outbox itself keeps one of each."""
_MOST_TOLD = 500
