"""What a hotel and its rooms have, what lies around it and what guests must know, as the page words it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hotels.selectors.hotel_details import Facility, HotelDetail, NearBy

METRES_IN_KM = 1000
POINTS_SHOWN = 10
_YEARS = frozenset({"10:20", "10:30"})
"""Facilities whose number is the year of building, of the last renovation: it is no quantity."""
_HOURS = frozenset({"70:260", "70:390"})
"""The hours of arrival and departure: without the hours, which are not kept, they say nothing."""


class Amenity(msgspec.Struct, frozen=True):
    name: str
    note: str


class AmenityGroup(msgspec.Struct, frozen=True):
    name: str
    amenities: tuple[Amenity, ...]


def of_hotel(detail: HotelDetail) -> tuple[AmenityGroup, ...]:
    return tuple(AmenityGroup(group.name, of(group.facilities)) for group in detail.facilities)


def of(facilities: Iterable[Facility]) -> tuple[Amenity, ...]:
    return tuple(Amenity(one.name, _note(one)) for one in facilities if one.code not in _HOURS)


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
    return _("%(n)s km") % {"n": format_decimal(round(metres / METRES_IN_KM, 1), locale=_locale())}


def _places(places: Iterable[NearBy]) -> Iterator[Amenity]:
    for one in places:
        yield Amenity(one.name, f"({distance(one.metres)})" if one.metres else "")


def _note(facility: Facility) -> str:
    """What a guest asks next: how far, how many, and whether it costs."""
    parts = []
    if facility.distance is not None:
        parts.append(distance(facility.distance))
    elif facility.number is not None and facility.number > 0:
        parts.append(_number(facility))
    if facility.fee:
        parts.append(_("for a fee"))
    return f"({', '.join(parts)})" if parts else ""


def _number(facility: Facility) -> str:
    number = facility.number or 0
    return str(number) if facility.code in _YEARS else format_decimal(number, locale=_locale())


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
