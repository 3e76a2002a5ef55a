"""Where a hotel stands among its neighbours and to the middle of its destination: a plot drawn from numbers alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from hotels.models import Hotel
from hotels.selectors.targets import distance_km

WIDTH, HEIGHT = 640, 400
_MARGIN = 24
MOST = 300
_KM_A_DEGREE = 111.195
_LEAST_KM = 0.5
_NEAR_SHARE = 0.9
"""The plot reaches as far as this share of the neighbours; those beyond it are counted, not drawn."""
_ROUND = (1, 2, 5)


class Dot(msgspec.Struct, frozen=True):
    x: float
    y: float
    name: str
    key: int


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """In the units of a picture of WIDTH x HEIGHT, north up. `scale` is the length of a bar of `scale_text`."""

    hotel: Dot
    centre: Dot | None
    neighbours: tuple[Dot, ...]
    beyond: int
    scale: float
    scale_text: str
    centre_km: float | None


Row = tuple[int, str, float, float]
"""key, name, latitude, longitude"""


def plot(hotel: Hotel) -> Plot | None:
    """None for a hotel that nobody can place. One query."""
    if hotel.latitude is None or hotel.longitude is None:
        return None
    near = Hotel.objects.filter(destination=hotel.destination_id, status=Hotel.Status.LIVE)
    rows = near.exclude(pk=hotel.pk).filter(latitude__isnull=False, longitude__isnull=False)
    facts = rows.order_by("ranking").values_list("pk", "name", "latitude", "longitude")[:MOST]
    around = [(pk, name, latitude or 0.0, longitude or 0.0) for pk, name, latitude, longitude in facts]
    place = hotel.destination
    middle = None
    if place.latitude is not None and place.longitude is not None:
        middle = (place.pk, place.name, place.latitude, place.longitude)
    return draw((hotel.pk, hotel.name, hotel.latitude, hotel.longitude), middle, around)


def draw(hotel: Row, middle: Row | None, around: Sequence[Row]) -> Plot:
    """Flat, which within a destination it nearly is; the hotel is on it wherever its coordinates say it is."""
    origin = middle or hotel
    away = distance_km(hotel[2], hotel[3], to=(origin[2], origin[3]))
    distances = sorted(distance_km(row[2], row[3], to=(origin[2], origin[3])) for row in around)
    reach = distances[min(len(distances) - 1, int(len(distances) * _NEAR_SHARE))] if distances else 0.0
    reach = max(reach, away, _LEAST_KM) * 1.1
    unit = (HEIGHT / 2 - _MARGIN) / reach

    def dot(row: Row) -> Dot:
        north = (row[2] - origin[2]) * _KM_A_DEGREE
        east = _turn(row[3] - origin[3]) * _KM_A_DEGREE * math.cos(math.radians(origin[2]))
        return Dot(round(WIDTH / 2 + east * unit, 1), round(HEIGHT / 2 - north * unit, 1), row[1], row[0])

    drawn = [dot(row) for row in around]
    inside = tuple(one for one in drawn if 0 <= one.x <= WIDTH and 0 <= one.y <= HEIGHT)
    bar = _bar(reach)
    return Plot(
        hotel=dot(hotel),
        centre=dot(middle) if middle else None,
        neighbours=inside,
        beyond=len(drawn) - len(inside),
        scale=round(bar * unit, 1),
        scale_text=f"{bar:g} km" if bar >= 1 else f"{bar * 1000:g} m",
        centre_km=round(away, 1) if middle else None,
    )


def _turn(degrees: float) -> float:
    """The short way around, over the date line too."""
    return (degrees + 180) % 360 - 180


def _bar(reach: float) -> float:
    """A round number of kilometres, at most half of what is reached."""
    power = 10 ** math.floor(math.log10(reach / 2))
    return float(max(step for step in _ROUND if step * power <= reach / 2 or step == 1) * power)
