"""From a place in a question to the live hotels it means."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

import msgspec
from django.db.models import BooleanField, F, Field, FloatField, Func, Q, QuerySet

from faredown.lib.errors import FieldError, Unprocessable, invalid
from hotels.criteria import Criteria
from hotels.models import Country, Destination, Hotel, Landmark, Region, Zone

EARTH_RADIUS_KM = 6371.0
RADIUS_KM = {
    Landmark.Kind.AIRPORT: 25.0,
    Landmark.Kind.PORT: 10.0,
    Landmark.Kind.STATION: 5.0,
    Landmark.Kind.LANDMARK: 5.0,
}
"""How far around such a place its hotels are looked for."""
_KM_A_DEGREE = 111.2
_COUNTRY_ID = re.compile(r"[A-Z]{2}\Z")


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """`where` filters live hotels; the point is what distances are measured from."""

    where: Q
    timezone: str
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None


def find(asked: Criteria) -> Target:
    """Raises InvalidInput naming the field for a place that is not there, Unprocessable for one too large."""
    if asked.destination_id:
        return _by_id(asked.destination_id)
    if asked.hotel_ids:
        return _by_hotels(asked.hotel_ids)
    if asked.latitude is None or asked.longitude is None or asked.radius_km is None:
        raise invalid("destination_id", "one_place", "A search needs a place.")
    return _by_circle(asked.latitude, asked.longitude, asked.radius_km)


def live_hotels(target: Target) -> QuerySet[Hotel]:
    return Hotel.objects.filter(target.where)


def is_inside(target: Target, latitude: float | None, longitude: float | None) -> bool:
    """A circle's box has corners outside the circle; other places are exact already."""
    if target.radius_km is None:
        return True
    if latitude is None or longitude is None or target.latitude is None or target.longitude is None:
        return False
    return distance_km(latitude, longitude, to=(target.latitude, target.longitude)) <= target.radius_km


def distance_km(latitude: float, longitude: float, *, to: tuple[float, float]) -> float:
    """Along the globe (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (latitude, longitude, *to))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def _by_id(public_id: str) -> Target:
    prefix = public_id.partition("_")[0]
    if found := _FINDERS.get(prefix, _no_place)(public_id):
        return found
    if _COUNTRY_ID.match(public_id) and Country.objects.filter(pk=public_id).exists():
        raise _not_searchable("A country is too large to search: choose a place in it.")
    raise invalid("destination_id", "unknown_destination", "There is no such place.")


def _no_place(_: str) -> Target | None:
    return None


def _city(public_id: str) -> Target | None:
    place = Destination.objects.filter(public_id=public_id).first()
    return _target(Q(destination=place), (place.latitude, place.longitude)) if place else None


def _region(public_id: str) -> Target | None:
    region = Region.objects.filter(public_id=public_id).first()
    return _target(Q(region=region), (region.latitude, region.longitude)) if region else None


def _zone(public_id: str) -> Target | None:
    zone = Zone.objects.select_related("destination").filter(public_id=public_id).first()
    return _target(Q(zone=zone), (zone.destination.latitude, zone.destination.longitude)) if zone else None


def _landmark(public_id: str) -> Target | None:
    mark = Landmark.objects.filter(public_id=public_id).first()
    if mark is None:
        return None
    if mark.latitude is None or mark.longitude is None:
        raise _not_searchable("We do not know where this is: choose the city it lies in.")
    return _by_circle(mark.latitude, mark.longitude, RADIUS_KM[Landmark.Kind(mark.kind)])


def _hotel(public_id: str) -> Target | None:
    hotel = Hotel.objects.filter(public_id=public_id, status=Hotel.Status.LIVE).first()
    return _target(Q(pk=hotel.pk), (hotel.latitude, hotel.longitude)) if hotel else None


_FINDERS: dict[str, Callable[[str], Target | None]] = {
    "dst": _city,
    "reg": _region,
    "zon": _zone,
    "lmk": _landmark,
    "htl": _hotel,
}


def _not_searchable(message: str) -> Unprocessable:
    errors = [FieldError("destination_id", "destination_not_searchable", message)]
    return Unprocessable("destination_not_searchable", message, errors=errors)


def _by_hotels(public_ids: Iterable[str]) -> Target:
    known = list(
        Hotel.objects.filter(public_id__in=set(public_ids), status=Hotel.Status.LIVE).values_list(
            "pk", flat=True
        )
    )
    if not known:
        raise invalid("hotel_ids", "unknown_hotels", "None of these hotels is there.")
    return _target(Q(pk__in=known), (None, None))


def _by_circle(latitude: float, longitude: float, radius_km: float) -> Target:
    """Boxes around the circle; `radius_km` lets the caller cut its corners off."""
    live = Q(status=Hotel.Status.LIVE)
    inside = [
        Q(_operation("<@", _POINT, _box(*box), BooleanField())) & live
        for box in _boxes(latitude, longitude, radius_km)
    ]
    # The nearest of each comes from the index; the first of both would be looked for in the whole table.
    away = _operation("<->", _POINT, _point(longitude, latitude), FloatField())
    nearest = (
        Hotel.objects.filter(one).order_by(away).values_list("timezone", flat=True).first() for one in inside
    )
    return Target(
        where=reduce(or_, inside),
        timezone=next(filter(None, nearest), "UTC"),
        latitude=latitude,
        longitude=longitude,
        radius_km=radius_km,
    )


def _boxes(
    latitude: float, longitude: float, radius_km: float
) -> Iterator[tuple[float, float, float, float]]:
    """(west, south, east, north) of the parts of the circle's box, two where it lies over the date line."""
    height = radius_km / _KM_A_DEGREE
    south, north = max(-90.0, latitude - height), min(90.0, latitude + height)
    # Around a pole every longitude is near; beside it a degree is as narrow as at the box's farther edge.
    narrowest = math.cos(math.radians(max(abs(south), abs(north))))
    width = min(180.0, height / narrowest) if south > -90.0 and north < 90.0 else 180.0
    for turn in (-360.0, 0.0, 360.0):
        west, east = max(-180.0, longitude + turn - width), min(180.0, longitude + turn + width)
        if west <= east:
            yield west, south, east, north


def _point(longitude: float | F, latitude: float | F) -> Func:
    return Func(longitude, latitude, function="point", output_field=Field())


def _box(west: float, south: float, east: float, north: float) -> Func:
    return Func(_point(west, south), _point(east, north), function="box", output_field=Field())


def _operation(operator: str, left: Func, right: Func, gives: Field[Any, Any]) -> Func:
    return Func(left, right, template="(%(expressions)s)", arg_joiner=f" {operator} ", output_field=gives)


_POINT = _point(F("longitude"), F("latitude"))
"""What the index `hotel_by_position` is over."""


def _target(where: Q, point: tuple[float | None, float | None]) -> Target:
    live = where & Q(status=Hotel.Status.LIVE)
    timezone = Hotel.objects.filter(live).values_list("timezone", flat=True)[:1]
    return Target(where=live, timezone=next(iter(timezone), "UTC"), latitude=point[0], longitude=point[1])
