"""What a hotel and its rooms have, what lies around it and what guests must know, as the page words it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from faredown.lib.money import Money
from hotels.models import HotelFacility
from hotels.selectors import arrivals
from hotels.selectors.hotel_details import Facility, HotelDetail, NearBy
from hotels.views import times
from hotels.views.times import locale

METRES_IN_KM = 1000
POINTS_SHOWN = 10
_YEARS = frozenset({"10:20", "10:30"})
"""Facilities whose number is the year of building, of the last renovation: it is no quantity."""
_TO_KNOW = "85"
"""The group of what guests must keep in mind: a deposit, a document (REFERENCE section 9)."""


class Amenity(msgspec.Struct, frozen=True, kw_only=True):
    """`notes` stand behind the name, the price (asked at the hotel) last; `per` says what the price is for."""

    name: str
    notes: tuple[str, ...] = ()
    price: Money | None = None
    per: str = ""


class AmenityGroup(msgspec.Struct, frozen=True):
    name: str
    amenities: tuple[Amenity, ...]


class HouseRules(msgspec.Struct, frozen=True, kw_only=True):
    """Empty where nothing is told."""

    check_in: str
    check_out: str
    minimum_age: int | None
    to_know: tuple[Amenity, ...]

    @property
    def is_told(self) -> bool:
        return bool(self.check_in or self.check_out or self.minimum_age or self.to_know)


def of_hotel(detail: HotelDetail) -> tuple[AmenityGroup, ...]:
    """Without what the house rules say."""
    groups = (
        AmenityGroup(group.name, of(group.facilities))
        for group in detail.facilities
        if group.code != _TO_KNOW
    )
    return tuple(group for group in groups if group.amenities)


def of(facilities: Iterable[Facility]) -> tuple[Amenity, ...]:
    return tuple(_amenity(one) for one in facilities if one.code not in arrivals.CODES)


def house_rules(detail: HotelDetail) -> HouseRules:
    told = detail.arrival
    return HouseRules(
        check_in=times.span(told.check_in_from, told.check_in_until),
        check_out=times.span(told.check_out_from, told.check_out_until),
        minimum_age=told.minimum_age,
        to_know=tuple(
            amenity
            for group in detail.facilities
            if group.code == _TO_KNOW
            for amenity in of(group.facilities)
        ),
    )


def near_by(detail: HotelDetail) -> tuple[AmenityGroup, ...]:
    """Groups without an entry are left out."""
    found = (
        AmenityGroup(_("Near by"), tuple(_places(detail.points[:POINTS_SHOWN]))),
        AmenityGroup(_("Airports and stations"), tuple(_places(detail.terminals))),
    )
    return tuple(group for group in found if group.amenities)


def distance(metres: int) -> str:
    if metres < METRES_IN_KM:
        return _("%(n)d m") % {"n": metres}
    return _("%(n)s km") % {"n": format_decimal(round(metres / METRES_IN_KM, 1), locale=locale())}


def _places(places: Iterable[NearBy]) -> Iterator[Amenity]:
    for one in places:
        yield Amenity(name=one.name, notes=(distance(one.metres),) if one.metres else ())


def _amenity(facility: Facility) -> Amenity:
    """What a guest asks next: how far, how many, when, for whom, and what it costs."""
    price = facility.amount if facility.amount is not None and facility.amount.amount > 0 else None
    per = _per(facility.unit) if price is not None else ""
    parts = (
        _extent(facility),
        times.hours(facility.time_from, facility.time_to),
        times.season(facility.starts_on, facility.ends_on),
        _ages(facility),
        _("for a fee") if facility.fee and not per else "",
    )
    return Amenity(name=facility.name, notes=tuple(part for part in parts if part), price=price, per=per)


def _extent(facility: Facility) -> str:
    if facility.distance is not None:
        return distance(facility.distance)
    number = facility.number or 0
    if number <= 0:
        return ""
    return str(number) if facility.code in _YEARS else format_decimal(number, locale=locale())


def _ages(facility: Facility) -> str:
    ages = {"first": facility.age_from, "last": facility.age_to}
    if facility.age_from and facility.age_to:
        return _("ages %(first)d to %(last)d") % ages
    if facility.age_from:
        return _("from age %(first)d") % ages
    return _("up to age %(last)d") % ages if facility.age_to else ""


def _per(unit: HotelFacility.Unit | None) -> str:
    match unit:
        case HotelFacility.Unit.UNIT_NIGHT:
            return _("per night")
        case HotelFacility.Unit.UNIT_STAY:
            return _("per stay")
        case HotelFacility.Unit.PERSON_NIGHT:
            return _("per person and night")
        case HotelFacility.Unit.PERSON_STAY:
            return _("per person and stay")
    return ""
