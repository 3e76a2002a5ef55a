"""Who sells: the legal entity of this installation, as its papers name it. From the settings; frozen in each paper."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from django.conf import settings

from faredown.lib import clock


class Seller(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    """Ours for the entity: each has number series of its own."""
    name: str
    address: tuple[str, ...]
    tax_number: str
    registration: str
    email: str


def current() -> Seller:
    return Seller(
        code=settings.SELLER_CODE,
        name=settings.SELLER_NAME,
        address=tuple(line.strip() for line in settings.SELLER_ADDRESS.splitlines() if line.strip()),
        tax_number=settings.SELLER_TAX_NUMBER,
        registration=settings.SELLER_REGISTRATION,
        email=settings.SUPPORT_EMAIL,
    )


def today() -> date:
    """The date of issue is the day at the seller's."""
    return clock.today(settings.SELLER_TIME_ZONE)


def day_of(instant: datetime) -> date:
    return clock.in_zone(instant, settings.SELLER_TIME_ZONE).date()
