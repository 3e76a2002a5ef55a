"""Hotels as values for lists and pages: no prices here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec
from django.db.models import Prefetch

from faredown.lib.errors import NotFound
from faredown.lib.money import Money
from hotels.models import Hotel, HotelFacility, HotelRoom, HotelText, Term, names
from hotels.selectors import images, vocabulary
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


class Facility(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    fee: bool
    number: int | None
    distance: int | None
    amount: Money | None


class FacilityGroup(msgspec.Struct, frozen=True):
    code: str
    name: str
    facilities: tuple[Facility, ...]


class Room(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    images: tuple[Image, ...]
    min_pax: int | None
    max_pax: int | None
    max_adults: int | None
    max_children: int | None


class HotelDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Content of a hotel's page. `description` is cleaned HTML in `description_language`."""

    summary: HotelSummary
    country: str
    description: str
    description_language: str
    chain: str
    images: tuple[Image, ...]
    facilities: tuple[FacilityGroup, ...]
    rooms: tuple[Room, ...]
    boards: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    web: str
    is_live: bool


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


def detail(public_id: str, *, language: str) -> HotelDetail:
    """At most six queries whatever the hotel. Raises NotFound."""
    rows = (
        Hotel.objects.filter(public_id=public_id)
        .select_related("country", "chain", *_SUMMARY_ROWS)
        .prefetch_related(
            Prefetch("texts", HotelText.objects.filter(language__in={language, names.ENGLISH})),
            Prefetch("rooms", HotelRoom.objects.order_by("code")),
            Prefetch("facilities", HotelFacility.objects.filter(available=True).select_related("facility")),
        )
    )
    hotel = rows.first()
    if hotel is None:
        raise NotFound("hotel_not_found", "There is no such hotel.")
    words = vocabulary.words(language)
    boards = words[Term.Kind.BOARD]
    texts = sorted(hotel.texts.all(), key=lambda text: text.language != language)
    told = next((text for text in texts if text.description), None)
    return HotelDetail(
        summary=_named(hotel, texts, language),
        country=hotel.country.name_in(language),
        description=told.description if told else "",
        description_language=told.language if told else "",
        chain=hotel.chain.name_in(language) if hotel.chain else "",
        images=tuple(images.image(entry) for entry in hotel.images),
        facilities=_facilities(hotel.facilities.all(), words[Term.Kind.FACILITY_GROUP], language),
        rooms=tuple(room(row, hotel, language=language) for row in hotel.rooms.all()),
        boards=tuple(boards.get(code, code) for code in hotel.board_codes),
        phones=tuple(hotel.phones),
        emails=tuple(hotel.emails),
        web=hotel.web,
        is_live=hotel.is_live,
    )


def room(row: HotelRoom, hotel: Hotel, *, language: str) -> Room:
    return Room(
        code=row.code,
        name=row.name_in(language),
        images=room_images(hotel, row.code),
        min_pax=row.min_pax,
        max_pax=row.max_pax,
        max_adults=row.max_adults,
        max_children=row.max_children,
    )


def room_images(hotel: Hotel, code: str) -> tuple[Image, ...]:
    return tuple(images.image(entry) for entry in hotel.images if entry.get("room_code") == code)


def _named(hotel: Hotel, texts: Iterable[HotelText], language: str) -> HotelSummary:
    own = next((text.name for text in texts if text.language == language and text.name), "")
    made = summary(hotel, language=language)
    return msgspec.structs.replace(made, name=own) if own else made


def _facilities(
    rows: Iterable[HotelFacility], titles: Mapping[str, str], language: str
) -> tuple[FacilityGroup, ...]:
    grouped: dict[str, list[Facility]] = {}
    for row in rows:
        group = row.facility.code.partition(":")[0]
        grouped.setdefault(group, []).append(_facility(row, language))
    return tuple(
        FacilityGroup(code, titles.get(code, code), tuple(sorted(found, key=lambda facility: facility.name)))
        for code, found in sorted(grouped.items())
    )


def _facility(row: HotelFacility, language: str) -> Facility:
    return Facility(
        code=row.facility.code,
        name=row.facility.name_in(language),
        fee=row.fee,
        number=row.number,
        distance=row.distance,
        amount=None if row.amount is None else Money.of(row.amount, row.currency),
    )
