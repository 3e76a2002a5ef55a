"""How much we may ask of a supplier."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from suppliers.models import Supplier
from suppliers.operations import Api


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests per second of each API, requests a day of both; `reserve` (0..1) is kept back for bookings."""

    booking_rate: float
    content_rate: float
    daily_quota: int | None
    reserve: float
    availability_sample: float

    def rate(self, api: Api) -> float:
        return self.content_rate if api is Api.CONTENT else self.booking_rate


def of(row: Supplier, *, from_settings: bool) -> Limits:
    """The row's limits. A credential that comes from the settings brings its own rates (`<SUPPLIER>_BOOKING_RATE`,
    `<SUPPLIER>_CONTENT_RATE`), so that a simulator is not asked as slowly as the account it stands for."""
    prefix = row.code.upper()
    own = {name: getattr(settings, f"{prefix}_{name}", None) for name in ("BOOKING_RATE", "CONTENT_RATE")}
    given = own if from_settings else dict.fromkeys(own)
    return Limits(
        booking_rate=float(given["BOOKING_RATE"] or row.booking_rate),
        content_rate=float(given["CONTENT_RATE"] or row.content_rate),
        daily_quota=row.daily_quota,
        reserve=row.reserve_percent / 100,
        availability_sample=row.availability_sample / 100,
    )
