"""A search's hotels on a map: those that pass the filters, alone or clustered, with the totals the list shows.

The grid lies on the world, not on the window: panning never regroups what stays in sight, and the same question has
the same answer whatever order the suppliers came in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import msgspec

from faredown.lib import money
from faredown.lib.errors import invalid
from faredown.lib.money import Money
from hotels import mercator
from hotels.mercator import MAX_ZOOM, Box, View
from hotels.services import filtering
from hotels.services.filtering import Cover, Filters
from hotels.services.listing import Found
from hotels.services.search_index import IndexedHotel

CELL_WIDTH, CELL_HEIGHT = 128, 64
"""Pixels: room for one price beside the next, and a price is wider than high."""
WIDTH, HEIGHT, MARGIN = 800, 500, 40
"""The map that is thought of where a caller names no zoom."""
WORLD = Box(-90.0, -180.0, 90.0, 180.0)
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?\Z")
_DIGITS = 6
"""Of a degree: a tenth of a metre."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One hotel. `price` is paid online, `total` with what is paid at the property: the list's figures."""

    hotel_id: str
    name: str
    stars: str
    latitude: float
    longitude: float
    price: Money
    total: Money


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """Hotels of one cell: the middle of them, the lowest of their totals, and the box that holds them."""

    latitude: float
    longitude: float
    count: int
    total: Money
    box: Box


class MapPoints(msgspec.Struct, frozen=True, kw_only=True):
    """`count` hotels in the box, points and clusters together; `beyond` it; `unplaced` nobody knows where."""

    box: Box
    zoom: int
    count: int
    beyond: int
    unplaced: int
    points: tuple[Point, ...]
    clusters: tuple[Cluster, ...]


Pair = tuple[IndexedHotel, Cover]


class Placed(msgspec.Struct, frozen=True):
    """Those of a search's hotels that pass the filters, cheapest first; `pairs` have a place on the map."""

    pairs: tuple[Pair, ...]
    unplaced: int
    currency: str


def placed(found: Found, *, filters: Filters) -> Placed:
    """Raises InvalidInput `price_max`."""
    least, most = filters.price_min, filters.price_max
    if least is not None and most is not None and least > most:
        raise invalid("price_max", "under_price_min", "The highest price is under the lowest.")
    currency = found.record.criteria.currency
    sifted = filtering.sift(
        found.index.hotels, filters, sort="price", exponent=money.exponent(currency)
    ).hotels
    pairs = tuple(pair for pair in sifted if _spot(pair) is not None)
    return Placed(pairs, len(sifted) - len(pairs), currency)


def within(hotels: Placed, *, box: Box = WORLD, zoom: int | None = None) -> MapPoints:
    """Without a zoom: one at which the box's hotels fill a map. Raises InvalidInput `zoom`."""
    if zoom is not None and not 0 <= zoom <= MAX_ZOOM:
        raise invalid("zoom", "out_of_range", f"A whole number from 0 to {MAX_ZOOM}.")
    inside = [pair for pair in hotels.pairs if box.contains(*_known(pair))]
    if zoom is None:
        zoom = fitting(inside, width=WIDTH, height=HEIGHT, margin=MARGIN).zoom
    cells = _cells(inside, zoom)
    return MapPoints(
        box=box,
        zoom=zoom,
        count=len(inside),
        beyond=len(hotels.pairs) - len(inside),
        unplaced=hotels.unplaced,
        points=tuple(_point(cell[0], hotels.currency) for cell in cells if len(cell) == 1),
        clusters=tuple(_cluster(cell, hotels.currency) for cell in cells if len(cell) > 1),
    )


def fitting(pairs: Iterable[Pair], *, width: int, height: int, margin: int) -> View:
    """The closest view of a map of this size that shows them all."""
    return mercator.fitting([_known(pair) for pair in pairs], width=width, height=height, margin=margin)


def box(text: str) -> Box:
    """`south,west,north,east` in degrees. Raises InvalidInput `bbox`."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(map(_DEGREES.match, parts)):
        raise invalid("bbox", "not_a_box", "Four numbers: south,west,north,east in degrees.")
    south, west, north, east = map(float, parts)
    if not (-90 <= south <= north <= 90):
        raise invalid("bbox", "out_of_range", "South and north lie from -90 to 90, south not above north.")
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        raise invalid("bbox", "out_of_range", "West and east lie from -180 to 180.")
    return Box(south, west, north, east)


def _cells(pairs: Sequence[Pair], zoom: int) -> list[list[Pair]]:
    """Cheapest first, as the hotels in each are. At the last zoom each hotel stands alone: nowhere is closer."""
    if zoom == MAX_ZOOM:
        return [[pair] for pair in pairs]
    cells: dict[tuple[int, int], list[Pair]] = {}
    for pair in pairs:
        x, y = mercator.to_pixel(*_known(pair), zoom)
        cells.setdefault((int(x // CELL_WIDTH), int(y // CELL_HEIGHT)), []).append(pair)
    return list(cells.values())


def _point(pair: Pair, currency: str) -> Point:
    hotel, cover = pair
    latitude, longitude = _known(pair)
    return Point(
        hotel_id=hotel.id,
        name=hotel.name,
        stars=hotel.stars,
        latitude=latitude,
        longitude=longitude,
        price=Money.from_minor(cover.total, currency),
        total=Money.from_minor(cover.grand, currency),
    )


def _cluster(cell: Sequence[Pair], currency: str) -> Cluster:
    """A cell never lies across the date line, so that plain means and extremes are right."""
    spots = [_known(pair) for pair in cell]
    latitudes, longitudes = [spot[0] for spot in spots], [spot[1] for spot in spots]
    return Cluster(
        latitude=round(math.fsum(latitudes) / len(cell), _DIGITS),
        longitude=round(math.fsum(longitudes) / len(cell), _DIGITS),
        count=len(cell),
        total=Money.from_minor(cell[0][1].grand, currency),
        box=Box(min(latitudes), min(longitudes), max(latitudes), max(longitudes)),
    )


def _spot(pair: Pair) -> mercator.Spot | None:
    latitude, longitude = pair[0].latitude, pair[0].longitude
    return None if latitude is None or longitude is None else (latitude, longitude)


def _known(pair: Pair) -> mercator.Spot:
    """180 degrees east is 180 west: the same side of the date line for cells and means."""
    latitude, longitude = pair[0].latitude, pair[0].longitude
    if latitude is None or longitude is None:
        raise LookupError(f"{pair[0].id} has no place")
    return latitude, -180.0 if longitude == 180 else longitude
