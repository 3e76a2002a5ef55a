"""Markup rules as values, and which of them a sale falls under. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from faredown.lib.money import Money


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """What is sold, as far as rules look at it. `country` is ISO, `destination` and `hotel` public ids."""

    supplier: str
    country: str = ""
    destination: str = ""
    hotel: str = ""
    stars: Decimal | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Empty scope matches everything. `fixed` is for the whole stay of one rate, all its rooms together."""

    id: str
    name: str = ""
    priority: int = 100
    percent: Decimal = Decimal(0)
    fixed: Money | None = None
    supplier: str = ""
    country: str = ""
    destination: str = ""
    hotel: str = ""
    stars_from: Decimal | None = None
    stars_to: Decimal | None = None

    def matches(self, sale: Sale) -> bool:
        return (
            self.supplier in ("", sale.supplier)
            and self.country in ("", sale.country)
            and self.destination in ("", sale.destination)
            and self.hotel in ("", sale.hotel)
            and self._stars_match(sale.stars)
        )

    def _stars_match(self, stars: Decimal | None) -> bool:
        if self.stars_from is None and self.stars_to is None:
            return True
        if stars is None:
            return False
        above = self.stars_from is None or stars >= self.stars_from
        return above and (self.stars_to is None or stars <= self.stars_to)


def first_match(rules: Iterable[Rule], sale: Sale) -> Rule | None:
    """The matching rule of the lowest priority number; of equals, the one with the lower id."""
    return min(
        (rule for rule in rules if rule.matches(sale)),
        key=lambda rule: (rule.priority, rule.id),
        default=None,
    )
