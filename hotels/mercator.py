"""The web's map projection: degrees to pixels of a world that is 256 of them wide at zoom 0 and twice as wide at each
zoom after it. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import msgspec

TILE = 256
MAX_ZOOM = 20
MAX_LATITUDE = 85.05112878
"""Where the square world ends; what lies beyond is drawn on its edge."""
EQUATOR_KM = 40_075.017

Spot = tuple[float, float]
"""Latitude, longitude."""


class Box(msgspec.Struct, frozen=True):
    """Degrees, its edges included. `west` greater than `east`: it lies across the date line."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, latitude: float, longitude: float) -> bool:
        if not self.south <= latitude <= self.north:
            return False
        same = (-180.0, 180.0) if abs(longitude) == 180 else (longitude,)
        if self.west <= self.east:
            return any(self.west <= one <= self.east for one in same)
        return any(one >= self.west or one <= self.east for one in same)


class View(msgspec.Struct, frozen=True):
    """A window on the map: its middle and its size in pixels."""

    latitude: float
    longitude: float
    zoom: int
    width: int
    height: int

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Pixels from the upper left corner, the short way around the world."""
        x, y = to_pixel(latitude, longitude, self.zoom)
        middle_x, middle_y = to_pixel(self.latitude, self.longitude, self.zoom)
        world = world_size(self.zoom)
        east = (x - middle_x + world / 2) % world - world / 2
        return self.width / 2 + east, self.height / 2 + y - middle_y

    def box(self) -> Box:
        x, y = to_pixel(self.latitude, self.longitude, self.zoom)
        south, east = from_pixel(x + self.width / 2, y + self.height / 2, self.zoom)
        north, west = from_pixel(x - self.width / 2, y - self.height / 2, self.zoom)
        if self.width >= world_size(self.zoom):
            west, east = -180.0, 180.0
        return Box(south, west, north, east)

    def moved(self, *, right: float = 0, down: float = 0, closer: int = 0) -> View:
        """By shares of its size, and by zooms."""
        x, y = to_pixel(self.latitude, self.longitude, self.zoom)
        latitude, longitude = from_pixel(x + right * self.width, y + down * self.height, self.zoom)
        zoom = min(MAX_ZOOM, max(0, self.zoom + closer))
        return View(latitude, longitude, zoom, self.width, self.height)

    def pixels_a_km(self) -> float:
        """At its middle: this projection stretches towards the poles."""
        return world_size(self.zoom) / EQUATOR_KM / math.cos(math.radians(self.latitude))


def world_size(zoom: int) -> int:
    return TILE << zoom


def to_pixel(latitude: float, longitude: float, zoom: int) -> tuple[float, float]:
    """x from 0 at 180 degrees west (and 180 east, which is the same place), y from 0 at the top."""
    world = world_size(zoom)
    sine = math.sin(math.radians(max(-MAX_LATITUDE, min(MAX_LATITUDE, latitude))))
    x = (longitude + 180) % 360 / 360 * world
    y = (0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * world
    return x, min(max(y, 0.0), math.nextafter(world, 0))


def from_pixel(x: float, y: float, zoom: int) -> Spot:
    """Around the world in x, to the edge in y."""
    world = world_size(zoom)
    up = math.pi * (1 - 2 * min(max(y / world, 0.0), 1.0))
    return math.degrees(math.atan(math.sinh(up))), x % world / world * 360 - 180


def fitting(spots: Sequence[Spot], *, width: int, height: int, margin: int = 0, closest: int = 16) -> View:
    """The closest view that shows all of them, whole; none: the whole world."""
    if not spots:
        return View(0.0, 0.0, 0, width, height)
    pixels = [to_pixel(latitude, longitude, MAX_ZOOM) for latitude, longitude in spots]
    left, across = _narrowest([x for x, _ in pixels])
    top, bottom = min(y for _, y in pixels), max(y for _, y in pixels)
    room_x, room_y = max(1, width - 2 * margin), max(1, height - 2 * margin)
    zoom = closest
    while zoom and (
        across / 2 ** (MAX_ZOOM - zoom) > room_x or (bottom - top) / 2 ** (MAX_ZOOM - zoom) > room_y
    ):
        zoom -= 1
    latitude, longitude = from_pixel(left + across / 2, (top + bottom) / 2, MAX_ZOOM)
    return View(latitude, longitude, zoom, width, height)


def _narrowest(across: Sequence[float]) -> tuple[float, float]:
    """Where the shortest stretch around the world that holds them all begins, and its length."""
    world = world_size(MAX_ZOOM)
    places = sorted(set(across))
    gaps = [(after - before, after) for before, after in itertools.pairwise(places)]
    gaps.append((places[0] + world - places[-1], places[0]))
    widest, start = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    return start, world - widest
