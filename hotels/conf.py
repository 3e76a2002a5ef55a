"""The settings of catalogue, search and prices, typed."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings

AVAILABILITY_LIVES = (300, 900)
"""Seconds an answer may fill a list: for stays within a week, and for later ones."""
_NEAR_DAYS = 7


def languages() -> tuple[str, ...]:
    """Languages of the catalogue's texts, BCP 47, English among them."""
    return tuple(settings.HOTELS_LANGUAGES)


def least_margin_percent() -> Decimal:
    return Decimal(settings.PRICING_LEAST_MARGIN_PERCENT)


def exchange_spread_percent() -> Decimal:
    return Decimal(settings.PRICING_EXCHANGE_SPREAD_PERCENT)


def search_wait_seconds() -> float:
    """How long the web waits for suppliers before it answers with what is there."""
    return float(settings.SEARCH_WAIT_SECONDS)


def search_claim_seconds() -> float:
    """How long the web waits for a worker to take a question before it asks itself."""
    return float(settings.SEARCH_CLAIM_SECONDS)


def supplier_deadline_seconds() -> float:
    return float(settings.SEARCH_SUPPLIER_DEADLINE_SECONDS)


def search_life_seconds() -> int:
    return int(settings.SEARCH_LIFE_SECONDS)


def availability_life_seconds(days_ahead: int) -> int:
    """Rooms for next week move faster than rooms for next year."""
    near, far = AVAILABILITY_LIVES
    return near if days_ahead <= _NEAR_DAYS else far


def answer_life_seconds() -> int:
    """How long answers are kept: through the whole life of a search that began with an old one."""
    return search_life_seconds() + max(AVAILABILITY_LIVES)


def search_max_hotels() -> int:
    return int(settings.SEARCH_MAX_HOTELS)


def retire_at_most_percent() -> int:
    """A full sync that would retire more of a supplier's hotels than this retires none."""
    return int(settings.HOTELS_RETIRE_AT_MOST_PERCENT)


def image_base() -> str:
    """Where pictures are served from, without a trailing slash; sizes are path segments below it."""
    return str(settings.HOTELBEDS_IMAGES_URL).rstrip("/")
