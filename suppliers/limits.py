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
    """The row's limits. A credential that comes from the settings brings its own (`<SUPPLIER>_QPS`,
    `<SUPPLIER>_DAILY_QUOTA`), so that a simulator is not asked as slowly as the account it stands for."""
    prefix = row.code.upper()
    rate = getattr(settings, f"{prefix}_QPS", None) if from_settings else None
    quota = getattr(settings, f"{prefix}_DAILY_QUOTA", None) if from_settings else row.daily_quota
    return Limits(
        booking_rate=float(rate or row.booking_rate),
        content_rate=float(rate or row.content_rate),
        daily_quota=quota or None,
        reserve=row.reserve_percent / 100,
        availability_sample=row.availability_sample / 100,
    )
