"""The settings of catalogue, search and prices, typed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from django.conf import settings


def languages() -> tuple[str, ...]:
    """Languages of the catalogue's texts, BCP 47, English among them."""
    return tuple(settings.HOTELS_LANGUAGES)


def place_languages() -> tuple[str, ...]:
    """Further languages in which only the names of countries and destinations are read, to be found by them."""
    return tuple(settings.HOTELS_PLACE_LANGUAGES)


def least_margin_percent() -> Decimal:
    return Decimal(settings.PRICING_LEAST_MARGIN_PERCENT)


def exchange_spread_percent() -> Decimal:
    return Decimal(settings.PRICING_EXCHANGE_SPREAD_PERCENT)


def exchange_rates_url() -> str:
    """The European Central Bank's daily list; empty: never fetched."""
    return str(settings.EXCHANGE_RATES_URL)


def exchange_rates_deadline_seconds() -> float:
    return float(settings.EXCHANGE_RATES_DEADLINE_SECONDS)


def exchange_rates_max_age_days() -> int:
    return int(settings.EXCHANGE_RATES_MAX_AGE_DAYS)


def exchange_rate_jump_percent() -> Decimal:
    """A published rate further from the one in force than this is not believed before staff confirm it."""
    return Decimal(settings.EXCHANGE_RATES_JUMP_PERCENT)


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


def rates_fresh_seconds() -> int:
    """A hotel's own page asks again for rates older than this: their keys have to live while a guest books."""
    return int(settings.SEARCH_RATES_FRESH_SECONDS)


def failure_seconds() -> float:
    """How long a question that failed is not asked again: a supplier that is down is not asked by every search."""
    return float(settings.SEARCH_FAILURE_SECONDS)


def search_alone_seconds() -> float:
    """How long the web asks by itself while no Redis keeps searches: everything has to be in that one answer."""
    return float(settings.SEARCH_ALONE_SECONDS)


def search_threads() -> int:
    """Questions one web process asks side by side where no worker took them. 0: one after the other, in the request."""
    return int(settings.SEARCH_THREADS)


def sane_night() -> tuple[Decimal, Decimal, str]:
    """The least and the most a room's net a night is believed to be, and their currency."""
    least, most = settings.SEARCH_LEAST_NIGHT, settings.SEARCH_MOST_NIGHT
    return Decimal(least), Decimal(most), str(settings.SEARCH_NIGHT_CURRENCY)


def search_max_hotels() -> int:
    return int(settings.SEARCH_MAX_HOTELS)


def retire_at_most_percent() -> int:
    """A full sync that would retire more of a supplier's hotels than this retires none."""
    return int(settings.HOTELS_RETIRE_AT_MOST_PERCENT)


def image_base() -> str:
    """The supplier's picture server, without a trailing slash; sizes are path segments below it."""
    return str(settings.HOTELBEDS_IMAGES_URL).rstrip("/")


def pictures_from() -> str:
    """`supplier`, `cdn` (its base stands in place of the supplier's) or `proxy` (we serve them)."""
    return str(settings.PICTURES_FROM)


def picture_cdn() -> str:
    return str(settings.PICTURES_CDN_URL).rstrip("/")


def picture_folder() -> Path:
    return Path(settings.PICTURES_FOLDER)


def picture_folder_bytes() -> int:
    """About how much the proxy keeps on disk."""
    return int(settings.PICTURES_FOLDER_MB) * 1_000_000


def search_log_days() -> int:
    """How long the log of searches is kept; the day's figures made from it are kept on."""
    return int(settings.SEARCH_LOG_DAYS)


def day_price_seconds() -> int:
    """How long calendars tell a price after it was asked."""
    return int(settings.CALENDAR_LIFE_SECONDS)
