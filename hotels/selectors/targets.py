"""From a place in a question to the live hotels it means."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import msgspec
from django.db.models import Q, QuerySet

from faredown.lib.errors import FieldError, Unprocessable, invalid
from hotels.criteria import Criteria
from hotels.models import Country, Destination, Hotel, Zone

EARTH_RADIUS_KM = 6371.0
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
    if public_id.startswith("dst_"):
        place = Destination.objects.filter(public_id=public_id).first()
        if place is not None:
            return _target(Q(destination=place), (place.latitude, place.longitude))
    elif public_id.startswith("zon_"):
        zone = Zone.objects.select_related("destination").filter(public_id=public_id).first()
        if zone is not None:
            return _target(Q(zone=zone), (zone.destination.latitude, zone.destination.longitude))
    elif public_id.startswith("htl_"):
        hotel = Hotel.objects.filter(public_id=public_id, status=Hotel.Status.LIVE).first()
        if hotel is not None:
            return _target(Q(pk=hotel.pk), (hotel.latitude, hotel.longitude))
    elif _COUNTRY_ID.match(public_id) and Country.objects.filter(pk=public_id).exists():
        message = "A country is too large to search: choose a place in it."
        errors = [FieldError("destination_id", "destination_not_searchable", message)]
        raise Unprocessable("destination_not_searchable", message, errors=errors)
    raise invalid("destination_id", "unknown_destination", "There is no such place.")


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
    """A box around the circle; `radius_km` lets the caller cut its corners off."""
    height = radius_km / _KM_A_DEGREE
    width = min(180.0, height / max(0.01, math.cos(math.radians(latitude))))
    longitudes = Q(longitude__range=(longitude - width, longitude + width))
    for over in (-360.0, 360.0):  # a circle over the date line
        longitudes |= Q(longitude__range=(longitude + over - width, longitude + over + width))
    where = Q(latitude__range=(latitude - height, latitude + height)) & longitudes
    return _target(where, (latitude, longitude), radius_km)


def _target(where: Q, point: tuple[float | None, float | None], radius_km: float | None = None) -> Target:
    live = where & Q(status=Hotel.Status.LIVE)
    zone = Hotel.objects.filter(live).order_by("pk").values_list("timezone", flat=True).first()
    return Target(
        where=live, timezone=zone or "UTC", latitude=point[0], longitude=point[1], radius_km=radius_km
    )
