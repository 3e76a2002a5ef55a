"""Everything that a hotel's page shows besides prices, in at most six queries whatever the hotel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

import msgspec
from django.db.models import Case, IntegerField, Value, When

from faredown.lib import clock
from faredown.lib.money import Money
from hotels.models import Hotel, HotelFacility, HotelRoom, HotelText, Term, names
from hotels.selectors import arrivals, hotels, images, vocabulary
from hotels.selectors.arrivals import Arrival
from hotels.selectors.hotels import HotelSummary
from hotels.selectors.images import Image

Words = Mapping[str, Mapping[str, str]]

_OF_ROOMS = "60:"
"""The group of facilities that are in the rooms (REFERENCE section 9)."""


class Facility(msgspec.Struct, frozen=True, kw_only=True):
    """`fee`: it costs extra at the hotel, `amount` where it says how much, `unit` for what. Hours are as they were
    sent: 00:00 also stands where nobody told one. Days and ages include both ends."""

    code: str
    name: str
    fee: bool
    number: int | None = None
    distance: int | None = None
    amount: Money | None = None
    unit: HotelFacility.Unit | None = None
    time_from: time | None = None
    time_to: time | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    age_from: int | None = None
    age_to: int | None = None

    @property
    def is_over(self) -> bool:
        """What only had an end, and is past it, is gone; a season comes again. A day's grace: it is still yesterday
        somewhere."""
        if self.starts_on is not None or self.ends_on is None:
            return False
        return (clock.today() - self.ends_on).days > 1


class FacilityGroup(msgspec.Struct, frozen=True):
    code: str
    name: str
    facilities: tuple[Facility, ...]


class Room(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    images: tuple[Image, ...]
    facilities: tuple[Facility, ...]
    min_pax: int | None
    max_pax: int | None
    max_adults: int | None
    max_children: int | None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a guest must know of some days: building works, a closed pool. Without a day it has no beginning, or no end.
    `alternative`: another hotel's services may be used instead."""

    code: str
    text: str
    starts_on: date | None
    ends_on: date | None
    alternative: bool

    def touches(self, first: date, last: date) -> bool:
        return (self.starts_on is None or self.starts_on <= last) and (
            self.ends_on is None or self.ends_on >= first
        )


class NearBy(msgspec.Struct, frozen=True, kw_only=True):
    """`code`: a terminal's; empty for a point of interest."""

    name: str
    metres: int | None
    code: str = ""


class HotelDetail(msgspec.Struct, frozen=True, kw_only=True):
    """`description` is cleaned HTML in `description_language`, which is another one than asked where there is none in
    that. Notices and facilities that are over are left out; places near by come nearest first."""

    summary: HotelSummary
    country: str
    description: str
    description_language: str
    chain: str
    images: tuple[Image, ...]
    facilities: tuple[FacilityGroup, ...]
    rooms: tuple[Room, ...]
    boards: tuple[str, ...]
    notices: tuple[Notice, ...]
    points: tuple[NearBy, ...]
    terminals: tuple[NearBy, ...]
    centre_metres: int | None
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    web: str
    is_live: bool
    arrival: Arrival


def read(public_id: str, *, language: str) -> HotelDetail:
    """Also of a retired hotel: bookings show it. Raises NotFound."""
    hotel = hotels.get(public_id)
    words = vocabulary.words(language)
    boards = words[Term.Kind.BOARD]
    texts = _texts(hotel, language)
    told = next((text for text in texts if text.description), None)
    rows = HotelFacility.objects.filter(hotel=hotel, available=True).select_related("facility")
    facilities = [one for one in (_facility(row, language) for row in rows) if not one.is_over]
    return HotelDetail(
        summary=_named(hotel, texts, language),
        country=hotel.country.name_in(language),
        description=told.description if told else "",
        description_language=told.language if told else "",
        chain=hotel.chain.name_in(language) if hotel.chain else "",
        images=tuple(images.image(entry) for entry in hotel.images),
        facilities=_groups(facilities, words),
        rooms=tuple(
            _room(row, hotel, words, language)
            for row in HotelRoom.objects.filter(hotel=hotel).order_by("code")
        ),
        boards=tuple(boards.get(code, code) for code in hotel.board_codes),
        notices=tuple(_notices(hotel.notices, words)),
        points=tuple(NearBy(name=one["name"], metres=one["metres"]) for one in _by_distance(hotel.points)),
        terminals=tuple(_terminals(hotel.terminals, words)),
        centre_metres=hotel.centre_metres,
        phones=tuple(hotel.phones),
        emails=tuple(hotel.emails),
        web=hotel.web,
        is_live=hotel.is_live,
        arrival=arrivals.of({one.code: one for one in facilities}),
    )


def room_facilities(
    row: HotelRoom | None, hotel: Hotel, *, labels: Mapping[str, str]
) -> tuple[Facility, ...]:
    """Of one kind of room; where it tells none, those the hotel tells of all its rooms."""
    if row is not None and row.facilities:
        return tuple(_in_room(entry, labels) for entry in row.facilities)
    return tuple(
        Facility(code=code, name=labels.get(code, code), fee=code in hotel.paid_facility_codes)
        for code in hotel.facility_codes
        if code.startswith(_OF_ROOMS)
    )


def stay_notices(
    detail: HotelDetail, first: date | None = None, last: date | None = None
) -> tuple[Notice, ...]:
    """Those of a stay's days, or of today."""
    first = first or clock.today()
    return tuple(notice for notice in detail.notices if notice.touches(first, last or first))


def _texts(hotel: Hotel, language: str) -> list[HotelText]:
    """Those that may be shown, best first: asked language, its base, English, then any."""
    wanted = (language, language.partition("-")[0], names.ENGLISH)
    better = Case(
        *(When(language=one, then=Value(place)) for place, one in enumerate(wanted)),
        default=Value(len(wanted)),
        output_field=IntegerField(),
    )
    found = HotelText.objects.filter(hotel=hotel).exclude(description="", name="")
    emptier = Case(When(description="", then=Value(1)), default=Value(0))
    return list(found.order_by(better, emptier, "language")[: len(wanted) + 1])


def _named(hotel: Hotel, texts: Iterable[HotelText], language: str) -> HotelSummary:
    own = next((text.name for text in texts if text.language == language and text.name), "")
    made = hotels.summary(hotel, language=language)
    return msgspec.structs.replace(made, name=own) if own else made


def _room(row: HotelRoom, hotel: Hotel, words: Words, language: str) -> Room:
    return Room(
        code=row.code,
        name=row.name_in(language),
        images=hotels.room_images(hotel, row.code),
        facilities=tuple(_in_room(entry, words[Term.Kind.FACILITY]) for entry in row.facilities),
        min_pax=row.min_pax,
        max_pax=row.max_pax,
        max_adults=row.max_adults,
        max_children=row.max_children,
    )


def _in_room(entry: dict[str, Any], labels: Mapping[str, str]) -> Facility:
    code = entry["code"]
    return Facility(code=code, name=labels.get(code, code), fee=entry["fee"], number=entry["number"])


def _groups(facilities: Iterable[Facility], words: Words) -> tuple[FacilityGroup, ...]:
    titles = words[Term.Kind.FACILITY_GROUP]
    grouped: dict[str, list[Facility]] = {}
    for one in facilities:
        grouped.setdefault(one.code.partition(":")[0], []).append(one)
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
        unit=HotelFacility.Unit(row.unit) if row.unit else None,
        time_from=row.time_from,
        time_to=row.time_to,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        age_from=row.age_from,
        age_to=row.age_to,
    )


def _notices(entries: Iterable[dict[str, Any]], words: Words) -> Iterable[Notice]:
    """A word that nobody explained tells a guest nothing."""
    labels, today = words[Term.Kind.NOTICE], clock.today()
    for entry in entries:
        code = entry["code"]
        notice = Notice(
            code=code,
            text=labels.get(code, code),
            starts_on=_day(entry["from"]),
            ends_on=_day(entry["until"]),
            alternative=entry["alternative"],
        )
        # A day's grace: it is still yesterday somewhere.
        over = notice.ends_on is not None and (today - notice.ends_on).days > 1
        if notice.text != code and not over:
            yield notice


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _terminals(entries: Iterable[dict[str, Any]], words: Words) -> Iterable[NearBy]:
    labels = words[Term.Kind.TERMINAL]
    for entry in _by_distance(entries):
        code = entry["code"]
        yield NearBy(code=code, name=labels.get(code, code), metres=entry["metres"])


def _by_distance(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: (entry["metres"] is None, entry["metres"] or 0))
