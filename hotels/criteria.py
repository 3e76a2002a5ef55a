"""What a traveller asks for. A pure value; `services.criteria.validate` judges it."""

from __future__ import annotations

from datetime import date

import msgspec

from suppliers.types import Occupancy


class Criteria(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a traveller. The place is one of `destination_id`, `hotel_ids`, or the circle."""

    check_in: date
    check_out: date
    rooms: tuple[Occupancy, ...]
    currency: str
    language: str = "en"
    residency: str = ""
    destination_id: str = ""
    hotel_ids: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None

    @property
    def nights(self) -> int:
        return (self.check_out - self.check_in).days
