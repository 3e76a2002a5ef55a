"""From a supplier's net to what the guest pays. Pure: values in, a value out, nothing looked up.

A mandated price is sold at exactly what the supplier says. Money paid at the property stays apart, in its own
currency. The rounded lines add up to the total. Where many rates are priced, keep a `Book` and its desks instead.
"""

from __future__ import annotations

from hotels.pricing.breakdown import (
    AtProperty,
    Charge,
    Figures,
    Item,
    Line,
    LineKind,
    Price,
    TaxPart,
    figures,
    price_from_json,
    price_to_json,
    together,
)
from hotels.pricing.rules import Place, Promotion, Stay
from hotels.pricing.tariff import Book, Desk, Policy, Tariff, Totals

__all__ = [
    "AtProperty",
    "Book",
    "Charge",
    "Desk",
    "Figures",
    "Item",
    "Line",
    "LineKind",
    "Policy",
    "Price",
    "Tariff",
    "TaxPart",
    "Totals",
    "figures",
    "price",
    "price_from_json",
    "price_to_json",
    "together",
]


def price(
    item: Item, *, place: Place, stay: Stay, policy: Policy, currency: str, promotion: Promotion | None = None
) -> Price:
    """One price by itself. Raises UnknownCurrency."""
    return Book(policy).tariff(stay, currency).at(place).price(item, promotion)
