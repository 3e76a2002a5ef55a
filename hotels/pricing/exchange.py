"""Exchange rates as values. Pure: built from rows elsewhere, asked here."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from faredown.lib.money import Money

PIVOT = "EUR"

USD_PEGS: Mapping[str, Decimal] = {
    "AED": Decimal("3.6725"),
    "BHD": Decimal("0.376"),
    "JOD": Decimal("0.709"),
    "OMR": Decimal("0.384497"),
    "QAR": Decimal("3.64"),
    "SAR": Decimal("3.75"),
}
"""Units of the currency for one US dollar, fixed by their central banks; used where no rate of its own is known."""

_DIGITS = Decimal("0.0000000001")


class UnknownCurrency(LookupError):
    def __init__(self, currency: str) -> None:
        super().__init__(f"no exchange rate is known for {currency}")
        self.currency = currency


class Exchange(msgspec.Struct, frozen=True):
    """`rate` units of `quote` for one of `base`; `spread_percent` covers what the rate may move until we pay."""

    base: str
    quote: str
    rate: Decimal
    spread_percent: Decimal = Decimal(0)

    def convert(self, money: Money) -> Money:
        """At the rate itself, every digit kept."""
        if money.currency != self.base:
            raise ValueError(f"{money} is not in {self.base}")
        return Money.of(money.amount * self.rate, self.quote)


class Rates(msgspec.Struct, frozen=True):
    """`per_pivot`: units of each currency for one EUR. Cross rates go through EUR; USD pegs fill what lacks."""

    per_pivot: Mapping[str, Decimal]
    spread_percent: Decimal = Decimal(0)

    def between(self, base: str, quote: str) -> Exchange:
        """Raises UnknownCurrency. The same currency costs nothing: rate 1, no spread."""
        if base == quote:
            return Exchange(base, quote, Decimal(1))
        rate = self._per_pivot(quote) / self._per_pivot(base)
        return Exchange(base, quote, _trimmed(rate), self.spread_percent)

    def knows(self, currency: str) -> bool:
        return currency in self.currencies()

    def currencies(self) -> frozenset[str]:
        pegs = USD_PEGS.keys() if "USD" in self.per_pivot else ()
        return frozenset((PIVOT, *self.per_pivot, *pegs))

    def _per_pivot(self, currency: str) -> Decimal:
        if currency == PIVOT:
            return Decimal(1)
        if (rate := self.per_pivot.get(currency)) is not None:
            return rate
        if currency in USD_PEGS and (dollar := self.per_pivot.get("USD")) is not None:
            return dollar * USD_PEGS[currency]
        raise UnknownCurrency(currency)


def _trimmed(rate: Decimal) -> Decimal:
    """Ten digits after the point, or ten significant ones for a rate below one: enough for any total we sell."""
    if rate >= 1:
        return rate.quantize(_DIGITS).normalize()
    return rate.quantize(Decimal(1).scaleb(rate.adjusted() - 9)).normalize()
