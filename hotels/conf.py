"""What of the catalogue and the search is set per installation, with the value used when it is not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings


def _setting(name: str, default: Any) -> Any:
    return getattr(settings, name, default)


def languages() -> tuple[str, ...]:
    """Languages of the catalogue's texts, BCP 47, English first."""
    return tuple(_setting("HOTELS_LANGUAGES", ("en", "es", "ar")))


def least_margin_percent() -> Decimal:
    return Decimal(_setting("PRICING_LEAST_MARGIN_PERCENT", 2))


def exchange_spread_percent() -> Decimal:
    return Decimal(_setting("PRICING_EXCHANGE_SPREAD_PERCENT", 1))


def search_wait_seconds() -> float:
    """How long the web waits for suppliers before it answers with what is there."""
    return float(_setting("SEARCH_WAIT_SECONDS", 2.0))


def search_claim_seconds() -> float:
    """How long the web waits for a worker to take a question before it asks itself."""
    return float(_setting("SEARCH_CLAIM_SECONDS", 0.3))


def supplier_deadline_seconds() -> float:
    return float(_setting("SEARCH_SUPPLIER_DEADLINE_SECONDS", 10.0))


def search_life_seconds() -> int:
    return int(_setting("SEARCH_LIFE_SECONDS", 1800))


def availability_life_seconds(days_ahead: int) -> int:
    """How old an answer may be to fill a list: rooms for next week move faster than rooms for next year."""
    near, far = _availability_lives()
    return near if days_ahead <= 7 else far


def answer_life_seconds() -> int:
    """How long answers are kept: through the whole life of a search that began with an old one."""
    return search_life_seconds() + max(_availability_lives())


def _availability_lives() -> tuple[int, int]:
    near, far = _setting("SEARCH_AVAILABILITY_LIFE_SECONDS", (300, 900))
    return int(near), int(far)


def search_max_hotels() -> int:
    return int(_setting("SEARCH_MAX_HOTELS", 4000))


def retire_at_most_percent() -> int:
    """A full sync that would retire more of a supplier's hotels than this retires none."""
    return int(_setting("HOTELS_RETIRE_AT_MOST_PERCENT", 20))


def image_base() -> str:
    """Where pictures are served from, without a trailing slash; sizes are path segments below it."""
    return str(settings.HOTELBEDS_IMAGES_URL).rstrip("/")
