"""A price book to begin with: one markup rule and a set of exchange rates. Staff change both in the backoffice."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hotels.models import ExchangeRate, MarkupRule
from hotels.services import pricing

STANDARD_MARKUP = "Standard markup"
STANDARD_PERCENT = Decimal(12)

RATES_AS_OF = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""Round figures to try the house with, marked as seeded; published rates or staff's own take their place."""

UNITS_PER_EURO = {
    "USD": "1.16",
    "GBP": "0.87",
    "CHF": "0.94",
    "JPY": "176",
    "CNY": "8.25",
    "INR": "102",
    "AUD": "1.78",
    "CAD": "1.62",
    "SGD": "1.50",
    "BRL": "6.20",
    "MXN": "21.4",
    "TRY": "48.6",
    "KWD": "0.356",
}


def seed_prices() -> None:
    """Adds what is missing and changes nothing that is there."""
    MarkupRule.objects.get_or_create(
        name=STANDARD_MARKUP, defaults={"percent": STANDARD_PERCENT, "priority": 1000}
    )
    for quote, rate in UNITS_PER_EURO.items():
        if not ExchangeRate.objects.filter(base="EUR", quote=quote).exists():
            ExchangeRate.objects.create(
                base="EUR",
                quote=quote,
                rate=Decimal(rate),
                source=ExchangeRate.Source.SEED,
                as_of=RATES_AS_OF,
            )
    pricing.forget_policy()
