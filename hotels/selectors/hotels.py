"""Hotels as values for lists and pages: no prices here."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from faredown.lib.errors import NotFound
from hotels.models import Hotel
from hotels.selectors import images
from hotels.selectors.images import Image


class HotelSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a list or a booking shows of a hotel."""

    id: str
    name: str
    stars: Decimal | None
    category: str
    accommodation: str
    address: str
    postal_code: str
    city: str
    destination_id: str
    destination: str
    zone: str
    country_code: str
    latitude: float | None
    longitude: float | None
    timezone: str
    score: Decimal | None
    image: Image | None


_SUMMARY_ROWS = ("destination", "zone", "category", "accommodation")


def rows(keys: Iterable[int]) -> dict[int, Hotel]:
    """By our key, with what a summary needs; one query."""
    return {
        hotel.pk: hotel
        for hotel in Hotel.objects.filter(pk__in=list(keys)).select_related("chain", *_SUMMARY_ROWS)
    }


def summary(hotel: Hotel, *, language: str) -> HotelSummary:
    return HotelSummary(
        id=hotel.public_id,
        name=hotel.name,
        stars=hotel.stars,
        category=hotel.category.name_in(language) if hotel.category else "",
        accommodation=hotel.accommodation.name_in(language) if hotel.accommodation else "",
        address=hotel.address,
        postal_code=hotel.postal_code,
        city=hotel.city,
        destination_id=hotel.destination.public_id,
        destination=hotel.destination.name_in(language),
        zone=hotel.zone.name if hotel.zone else "",
        country_code=hotel.country_id,
        latitude=hotel.latitude,
        longitude=hotel.longitude,
        timezone=hotel.timezone,
        score=hotel.score,
        image=images.image(hotel.images[0]) if hotel.images else None,
    )


def get(public_id: str) -> Hotel:
    """With what a summary needs; also a retired one (bookings show it). Raises NotFound."""
    rows = Hotel.objects.select_related("country", "chain", *_SUMMARY_ROWS)
    hotel = rows.filter(public_id=public_id).first()
    if hotel is None:
        raise NotFound("hotel_not_found", "There is no such hotel.")
    return hotel


def room_images(hotel: Hotel, code: str) -> tuple[Image, ...]:
    return tuple(images.image(entry) for entry in hotel.images if entry.get("room_code") == code)
