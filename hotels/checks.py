"""Settings that make no sense stop the start, with the name of the variable."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from hotels.models.names import ENGLISH

_PERCENTS = ("PRICING_LEAST_MARGIN_PERCENT", "PRICING_EXCHANGE_SPREAD_PERCENT")


@register
def settings_make_sense(**_: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = [
        Error(f"{name} is {getattr(settings, name)!r}; it must be a number from 0 to 100.", id="hotels.E001")
        for name in _PERCENTS
        if not _is_percent(getattr(settings, name))
    ]
    if ENGLISH not in settings.HOTELS_LANGUAGES:
        errors.append(
            Error("HOTELS_LANGUAGES lacks en: English is what texts fall back to.", id="hotels.E002")
        )
    address = urlsplit(settings.EXCHANGE_RATES_URL)
    if settings.EXCHANGE_RATES_URL and (address.scheme not in ("http", "https") or not address.netloc):
        errors.append(
            Error("EXCHANGE_RATES_URL is not an address; leave it empty to fetch nothing.", id="hotels.E003")
        )
    return errors


def _is_percent(value: object) -> bool:
    try:
        percent = Decimal(str(value))
    except InvalidOperation:
        return False
    return percent.is_finite() and 0 <= percent <= 100
