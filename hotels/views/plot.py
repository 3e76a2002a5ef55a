"""A search's hotels as a drawn map: prices where the hotels stand, to scale, with nothing fetched from anybody.

Its window is the address's `at` (middle and zoom) and, from a script that knows how much room there is, `size`; every
step of panning and zooming is an address of its own, so that a map without JavaScript does the same.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence

import msgspec
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from faredown.lib.errors import InvalidInput
from faredown.lib.money import Money
from hotels import mercator
from hotels.forms import StayForm
from hotels.mercator import Box, View
from hotels.services import map_points
from hotels.services.filtering import Filters
from hotels.services.map_points import Cluster, MapPoints, Placed, Point
from hotels.services.search import Search
from hotels.views.crowd import BESIDE, UPON, Crowd, Rectangle
from hotels.views.links import Links

WIDTH, HEIGHT = 540, 560
SPOT_WIDTH, SPOT_HEIGHT = 200, 44
"""Room of a label, which lies in its middle as wide as it needs."""
LEAST, MOST = 200, 2000
MARGIN = 36
STEP = 0.5
_AT = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,6})?),(-?[0-9]{1,3}(?:\.[0-9]{1,6})?),([0-9]{1,2})\Z")
_SIZE = re.compile(r"([0-9]{3,4})x([0-9]{3,4})\Z")
_LETTER, _BUBBLE_HEIGHT = 8, 32
_TOOLS, _SCALE = (90, 170), (150, 36)
"""Corners that are taken: the buttons' upper right, the bar's lower left."""
_DOT = 5
_ROUND = (1, 2, 5)


class Bubble(msgspec.Struct, frozen=True, kw_only=True):
    """A hotel's price, or a cluster's lowest with its `count` (0 for a hotel): the place at x, y, the label's middle
    beside it. Pixels."""

    x: int
    y: int
    label_x: int
    label_y: int
    url: str
    total: Money
    at_property: Money | None = None
    count: int = 0
    id: str = ""
    name: str = ""

    @property
    def left(self) -> int:
        return self.label_x - SPOT_WIDTH // 2

    @property
    def top(self) -> int:
        return self.label_y - SPOT_HEIGHT // 2


class Label(msgspec.Struct, frozen=True):
    x: int
    y: int
    text: str


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """`bar` is the length in pixels of `bar_text`."""

    width: int
    height: int
    zoom: int
    at: str
    bubbles: tuple[Bubble, ...]
    areas: tuple[Label, ...]
    centre: Label | None
    bar: int
    bar_text: str
    count: int
    beyond: int
    unplaced: int
    is_moved: bool
    version: str
    etag: str
    fragment_url: str
    whole_url: str
    closer_url: str
    farther_url: str
    up_url: str
    down_url: str
    left_url: str
    right_url: str


def draw(form: StayForm, search: Search, filters: Filters, *, data: QueryDict) -> Plot:
    hotels = _placed(search, filters)
    size = _size(data)
    asked = _view(data, size)
    view = asked or _whole(hotels, size)
    drawn = map_points.within(hotels, box=view.box(), zoom=view.zoom)
    crowd = Crowd(*size, corners=_corners(view), taken=_dots(drawn, view))
    links = Links(form, search.id, data)
    bar, bar_text = _bar(view)
    version = _version(search, links)
    return Plot(
        width=view.width,
        height=view.height,
        zoom=view.zoom,
        at=_at(view),
        bubbles=tuple(_bubbles(drawn, view, crowd, links, stay=f"?{form.query(search=search.id)}")),
        areas=tuple(_areas(hotels, view, crowd)),
        centre=_centre(search, view),
        bar=bar,
        bar_text=bar_text,
        count=drawn.count,
        beyond=drawn.beyond,
        unplaced=drawn.unplaced,
        is_moved=asked is not None,
        version=version,
        etag=_digest(version, data.urlencode()),
        fragment_url=links.here(name="hotels:map"),
        whole_url=links.without(["at"]),
        closer_url=_link(links, view.moved(closer=1)) if view.zoom < mercator.MAX_ZOOM else "",
        farther_url=_link(links, view.moved(closer=-1)) if view.zoom else "",
        up_url=_link(links, view.moved(down=-STEP)),
        down_url=_link(links, view.moved(down=STEP)),
        left_url=_link(links, view.moved(right=-STEP)),
        right_url=_link(links, view.moved(right=STEP)),
    )


def _placed(search: Search, filters: Filters) -> Placed:
    try:
        return map_points.placed(search.found, filters=filters)
    except InvalidInput:  # limits the wrong way round: the whole, as the list does
        return map_points.placed(search.found, filters=Filters())


def _view(data: QueryDict, size: tuple[int, int]) -> View | None:
    found = _AT.match(data.get("at", ""))
    if found is None:
        return None
    latitude, longitude, zoom = float(found[1]), float(found[2]), int(found[3])
    if abs(latitude) > mercator.MAX_LATITUDE or abs(longitude) > 180 or zoom > mercator.MAX_ZOOM:
        return None
    return View(latitude, longitude, zoom, *size)


def _whole(hotels: Placed, size: tuple[int, int]) -> View:
    return map_points.fitting(hotels.pairs, width=size[0], height=size[1], margin=MARGIN)


def _size(data: QueryDict) -> tuple[int, int]:
    found = _SIZE.match(data.get("size", ""))
    if found is None:
        return WIDTH, HEIGHT
    width, height = (min(MOST, max(LEAST, int(one))) for one in found.groups())
    return width, height


def _at(view: View) -> str:
    return f"{view.latitude:.6f},{view.longitude:.6f},{view.zoom}"


def _link(links: Links, view: View) -> str:
    return links.here(at=_at(view))


def _bubbles(drawn: MapPoints, view: View, crowd: Crowd, links: Links, *, stay: str) -> Iterable[Bubble]:
    for cluster in drawn.clusters:
        x, y = view.at(cluster.latitude, cluster.longitude)
        label_x, label_y = _label(crowd, x, y, _letters(cluster.total) + 9)
        yield Bubble(
            x=round(x),
            y=round(y),
            label_x=label_x,
            label_y=label_y,
            url=_link(links, _closer(cluster.box, view)),
            total=cluster.total,
            count=cluster.count,
        )
    for point in drawn.points:
        x, y = view.at(point.latitude, point.longitude)
        label_x, label_y = _label(crowd, x, y, _letters(point.total))
        yield Bubble(
            x=round(x),
            y=round(y),
            label_x=label_x,
            label_y=label_y,
            url=reverse("hotels:hotel", args=[point.hotel_id]) + stay,
            total=point.total,
            at_property=(point.total - point.price) or None,
            id=point.hotel_id,
            name=point.name,
        )


def _corners(view: View) -> Iterable[Rectangle]:
    yield view.width - _TOOLS[0], 0, view.width, _TOOLS[1]
    yield 0, view.height - _SCALE[1], _SCALE[0], view.height


def _dots(drawn: MapPoints, view: View) -> Iterable[Rectangle]:
    spots: list[Cluster | Point] = [*drawn.clusters, *drawn.points]
    for one in spots:
        x, y = view.at(one.latitude, one.longitude)
        yield x - _DOT, y - _DOT, x + _DOT, y + _DOT


def _letters(total: Money) -> int:
    """Of the amount as it is written, its currency included, in whichever language."""
    return len(f"{total.rounded().amount:,f}") + 4


def _label(crowd: Crowd, x: float, y: float, letters: int) -> tuple[int, int]:
    size = letters * _LETTER, _BUBBLE_HEIGHT
    return crowd.squeeze(x, y, size=size, tries=BESIDE)


def _closer(box: Box, view: View) -> View:
    """Where a cluster's hotels fill the map; at least one zoom on, as far as it goes where all share a spot."""
    corners = [(box.south, box.west), (box.north, box.east)]
    fit = mercator.fitting(
        corners, width=view.width, height=view.height, margin=MARGIN, closest=mercator.MAX_ZOOM
    )
    return msgspec.structs.replace(fit, zoom=min(mercator.MAX_ZOOM, max(fit.zoom, view.zoom + 1)))


def _areas(hotels: Placed, view: View, crowd: Crowd) -> Iterable[Label]:
    """Names of areas amid their hotels, those with most hotels first, where there is room."""
    spots: dict[str, list[tuple[float, float]]] = {}
    for hotel, _cover in hotels.pairs:
        if hotel.zone_name and hotel.latitude is not None and hotel.longitude is not None:
            x, y = view.at(hotel.latitude, hotel.longitude)
            if 0 <= x <= view.width and 0 <= y <= view.height:
                spots.setdefault(hotel.zone_name, []).append((x, y))
    for name, found in sorted(spots.items(), key=lambda item: (-len(item[1]), item[0])):
        size = len(name) * _LETTER, 16
        middle = [x for x, _y in found], [y for _x, y in found]
        if placed := crowd.place(_mean(middle[0]), _mean(middle[1]), size=size, tries=UPON):
            yield Label(*placed, name)


def _mean(numbers: Sequence[float]) -> int:
    return round(math.fsum(numbers) / len(numbers))


def _centre(search: Search, view: View) -> Label | None:
    point = search.found.record.point
    if point is None:
        return None
    x, y = view.at(*point)
    return Label(round(x), round(y), "") if 0 <= x <= view.width and 0 <= y <= view.height else None


def _bar(view: View) -> tuple[int, str]:
    """A round number of kilometres, at most a quarter of the map's width."""
    a_km = view.pixels_a_km()
    room = view.width / 4 / a_km
    power = 10 ** math.floor(math.log10(room))
    length = max(step for step in _ROUND if step * power <= room or step == 1) * power
    text = _("%(n)s km") % {"n": f"{length:g}"} if length >= 1 else _("%(n)s m") % {"n": f"{length * 1000:g}"}
    return round(length * a_km), text


def _version(search: Search, links: Links) -> str:
    """Of what is drawn, wherever the window lies."""
    return _digest(search.found.index.version, links.without(["at", "sort", "view"]), get_language() or "")


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()
