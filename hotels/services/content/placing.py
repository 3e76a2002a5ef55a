"""Where a thing stands that only its neighbours speak of: hotels with coordinates that say how far away it is. Pure.

Least squares on a plane around the hotels. What a hotel says is taken to be off by `SLACK` metres and a `SHARE` of the
distance (roads are longer than the crow flies, kilometres are rounded), so near hotels weigh most.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

SLACK = 250.0
SHARE = 0.15
LEAST = 3
"""Hotels that must agree."""
AGREE = 0.75
"""Share of the hotels that must agree."""
VAGUE = 2500.0
"""A point that may be off by more metres than this is no point."""
_ROUNDS = 10
_METRES_PER_DEGREE = 111_195.0


class Sighting(NamedTuple):
    """A hotel, and how far it says the thing is."""

    latitude: float
    longitude: float
    metres: float


_Spot = tuple[float, float, float, float]
"""East and north on the plane, distance told, how far off that may be; all in metres."""


def point(sightings: Sequence[Sighting]) -> tuple[float, float] | None:
    """(latitude, longitude) to five digits, about a metre; None where too few agree or it stays vague."""
    if len(sightings) < LEAST:
        return None
    origin = sightings[0]
    stretch = math.cos(math.radians(origin.latitude))
    spots = [_spot(one, origin, stretch) for one in sightings]
    place = _fit(spots)
    agreed = [spot for spot in spots if _agrees(place, spot)]
    if len(agreed) < max(LEAST, AGREE * len(spots)):
        return None
    if len(agreed) < len(spots):
        place = _fit(agreed)
    if _vagueness(place, agreed) > VAGUE:
        return None
    latitude = origin.latitude + place[1] / _METRES_PER_DEGREE
    longitude = origin.longitude + place[0] / (_METRES_PER_DEGREE * stretch)
    if abs(latitude) > 90:
        return None
    return round(latitude, 5), round(_turned(longitude), 5)


def _spot(one: Sighting, origin: Sighting, stretch: float) -> _Spot:
    east = _turned(one.longitude - origin.longitude) * _METRES_PER_DEGREE * stretch
    north = (one.latitude - origin.latitude) * _METRES_PER_DEGREE
    return east, north, one.metres, SLACK + SHARE * one.metres


def _turned(degrees: float) -> float:
    """Across the date line is near."""
    return (degrees + 180) % 360 - 180


def _fit(spots: Sequence[_Spot]) -> tuple[float, float]:
    """From the middle of the hotels, near ones weighing most, downhill until it stands."""
    weights = [1 / (spot[2] + spot[3]) ** 2 for spot in spots]
    whole = sum(weights)
    x = sum(weight * spot[0] for weight, spot in zip(weights, spots, strict=True)) / whole
    y = sum(weight * spot[1] for weight, spot in zip(weights, spots, strict=True)) / whole
    for _ in range(_ROUNDS):
        xx, xy, yy, east, north = _normal((x, y), spots)
        det = xx * yy - xy * xy
        step_x, step_y = (yy * east - xy * north) / det, (xx * north - xy * east) / det
        x, y = x + step_x, y + step_y
        if abs(step_x) + abs(step_y) < 1:
            break
    return x, y


def _normal(place: tuple[float, float], spots: Sequence[_Spot]) -> tuple[float, float, float, float, float]:
    """Normal equations of one step. Along the line to a hotel its distance tells; across it only that the thing is no
    further than that, which also keeps the equations solvable where all hotels stand in a row, or on the very spot."""
    xx = xy = yy = east = north = 0.0
    for spot_x, spot_y, metres, off in spots:
        dx, dy = place[0] - spot_x, place[1] - spot_y
        away = math.hypot(dx, dy)
        along, across = 1 / (off * off), 1 / (metres + off) ** 2
        if away < 1:
            xx, yy = xx + across, yy + across
            continue
        ux, uy = dx / away, dy / away
        xx += along * ux * ux + across * uy * uy
        xy += (along - across) * ux * uy
        yy += along * uy * uy + across * ux * ux
        pull = along * (metres - away)
        east += pull * ux
        north += pull * uy
    return xx, xy, yy, east, north


def _agrees(place: tuple[float, float], spot: _Spot) -> bool:
    return abs(math.hypot(place[0] - spot[0], place[1] - spot[1]) - spot[2]) <= 2 * spot[3]


def _vagueness(place: tuple[float, float], spots: Sequence[_Spot]) -> float:
    """The standard error in its worst direction, metres."""
    xx, xy, yy, _, _ = _normal(place, spots)
    least = (xx + yy) / 2 - math.hypot((xx - yy) / 2, xy)
    return 1 / math.sqrt(least)
