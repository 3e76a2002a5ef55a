"""Exchange rates as values. Pure: built from rows elsewhere, asked here."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from faredown.lib.money import Money

PIVOT = "EUR"
ANCHOR = "USD"


class Peg(msgspec.Struct, frozen=True):
    per_dollar: Decimal
    fixed_by: str


PEGS: Mapping[str, Peg] = {
    "AED": Peg(Decimal("3.6725"), "Central Bank of the United Arab Emirates"),
    "BHD": Peg(Decimal("0.376"), "Central Bank of Bahrain"),
    "JOD": Peg(Decimal("0.709"), "Central Bank of Jordan"),
    "OMR": Peg(Decimal("0.3845"), "Central Bank of Oman"),
    "QAR": Peg(Decimal("3.64"), "Qatar Central Bank"),
    "SAR": Peg(Decimal("3.75"), "Saudi Central Bank"),
}
"""Units for one US dollar, as their central banks keep them; used where no rate of its own is known."""

_DIGITS = Decimal("0.0000000001")


class UnknownCurrency(LookupError):
    def __init__(self, currency: str) -> None:
        super().__init__(f"no exchange rate is known for {currency}")
        self.currency = currency


class Exchange(msgspec.Struct, frozen=True):
    """`rate` units of `quote` for one of `base`; `spread_percent` covers what the rate may move until we pay.
    `source`: where the rate comes from, for staff."""

    base: str
    quote: str
    rate: Decimal
    spread_percent: Decimal = Decimal(0)
    source: str = ""

    def convert(self, money: Money) -> Money:
        """At the rate itself, every digit kept."""
        if money.currency != self.base:
            raise ValueError(f"{money} is not in {self.base}")
        return Money.of(money.amount * self.rate, self.quote)


class Rates(msgspec.Struct, frozen=True):
    """`per_pivot`: units of each currency for one EUR. Cross rates go through EUR; USD pegs fill what lacks.

    `buffers`: a currency's own spread in place of the general one; of two, the larger counts. `sources`: currency ->
    source and day of its rate.
    """

    per_pivot: Mapping[str, Decimal]
    spread_percent: Decimal = Decimal(0)
    buffers: Mapping[str, Decimal] = {}
    sources: Mapping[str, str] = {}

    def between(self, base: str, quote: str) -> Exchange:
        """Raises UnknownCurrency. The same currency costs nothing: rate 1, no spread."""
        if base == quote:
            return Exchange(base, quote, Decimal(1))
        rate = self.units(quote) / self.units(base)
        return Exchange(base, quote, _trimmed(rate), self._spread(base, quote), self._source(base, quote))

    def knows(self, currency: str) -> bool:
        return currency in self.currencies()

    def currencies(self) -> frozenset[str]:
        pegs = PEGS.keys() if ANCHOR in self.per_pivot else ()
        return frozenset((PIVOT, *self.per_pivot, *pegs))

    def units(self, currency: str) -> Decimal:
        """For one EUR, every digit kept. Raises UnknownCurrency."""
        if currency == PIVOT:
            return Decimal(1)
        if (rate := self.per_pivot.get(currency)) is not None:
            return rate
        if currency in PEGS and (dollar := self.per_pivot.get(ANCHOR)) is not None:
            return dollar * PEGS[currency].per_dollar
        raise UnknownCurrency(currency)

    def source(self, currency: str) -> str:
        """`ecb 2026-11-20`; empty for EUR and where nothing was noted."""
        if currency in self.per_pivot or currency not in PEGS:
            return self.sources.get(currency, "")
        return f"peg to {ANCHOR} {self.sources.get(ANCHOR, '')}".strip()

    def _spread(self, base: str, quote: str) -> Decimal:
        own = [self.buffers[code] for code in (base, quote) if code in self.buffers]
        return max(own, default=self.spread_percent)

    def _source(self, base: str, quote: str) -> str:
        told = ((code, self.source(code)) for code in (base, quote))
        return ", ".join(f"{code} {source}" for code, source in told if source)


def _trimmed(rate: Decimal) -> Decimal:
    """Ten digits after the point, or ten significant ones for a rate below one: enough for any total we sell."""
    if rate >= 1:
        return rate.quantize(_DIGITS).normalize()
    return rate.quantize(Decimal(1).scaleb(rate.adjusted() - 9)).normalize()
