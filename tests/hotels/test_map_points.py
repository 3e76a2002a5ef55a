"""Hotels on a map, worked out by hand: at zoom 0 the world is 256 pixels wide, two cells across and four down; the
equator is at 128, 66.51 degrees north at 64."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from faredown.lib.errors import InvalidInput
from faredown.lib.money import Money
from hotels import mercator
from hotels.mercator import Box, View
from hotels.models import Destination
from hotels.services import filtering, map_points
from hotels.services.filtering import Filters
from hotels.services.map_points import WORLD, MapPoints, Placed
from tests.hotels.test_api import API, start
from tests.hotels.test_filtering import entry, hotel

SPOTS = {
    "a": (10.0, 10.0, 300_00),
    "b": (20.0, 30.0, 100_00),
    "c": (10.0, -10.0, 200_00),
    "d": (-10.0, 10.0, 250_00),
    "e": (70.0, 20.0, 150_00),
}


def placed(spots: dict[str, tuple[float, float, int]], filters: Filters | None = None) -> Placed:
    hotels = [
        hotel(name, (entry(total),), latitude=latitude, longitude=longitude)
        for name, (latitude, longitude, total) in spots.items()
    ]
    found = filtering.sift(hotels, filters or Filters(), sort="price", exponent=2)
    return Placed(tuple(found.hotels), 0, "EUR")


def within(spots: dict[str, tuple[float, float, int]] = SPOTS, **asked: Any) -> MapPoints:
    return map_points.within(placed(spots), **asked)


def shown(found: MapPoints) -> dict[str, str]:
    """Points by id, clusters by how many they hold, each with its total."""
    points = {point.hotel_id: point.total for point in found.points}
    clusters = {
        f"{cluster.count} at {cluster.latitude:g} {cluster.longitude:g}": cluster.total
        for cluster in found.clusters
    }
    return {name: f"{total.amount:f}" for name, total in (points | clusters).items()}


@pytest.mark.parametrize(
    ("box", "zoom", "expected"),
    [
        (WORLD, 0, {"2 at 15 20": "100.00", "c": "200.00", "d": "250.00", "e": "150.00"}),
        # cells of 90 degrees across: 0 to 90 still holds a and b; at zoom 2 the edge between them is 21.94 north
        (WORLD, 1, {"2 at 15 20": "100.00", "c": "200.00", "d": "250.00", "e": "150.00"}),
        (WORLD, 2, {"2 at 15 20": "100.00", "c": "200.00", "d": "250.00", "e": "150.00"}),
        # 22.5 degrees across: a in the first, b in the second
        (WORLD, 3, {"a": "300.00", "b": "100.00", "c": "200.00", "d": "250.00", "e": "150.00"}),
        (WORLD, 20, {"a": "300.00", "b": "100.00", "c": "200.00", "d": "250.00", "e": "150.00"}),
        (Box(0, 0, 15, 15), 0, {"a": "300.00"}),
        (Box(10, 10, 10, 10), 5, {"a": "300.00"}),  # its edges belong to it
        (Box(-20, -20, 15, 15), 0, {"a": "300.00", "c": "200.00", "d": "250.00"}),
        (Box(30, 100, 40, 110), 4, {}),
    ],
)  # fmt: skip
def test_cells(box: Box, zoom: int, expected: dict[str, str]) -> None:
    found = within(box=box, zoom=zoom)
    assert shown(found) == expected
    assert found.count == len(found.points) + sum(cluster.count for cluster in found.clusters)
    assert found.count + found.beyond == len(SPOTS)


def test_points_and_clusters_stand_cheapest_first_and_know_their_box() -> None:
    found = within(zoom=0)
    assert [point.hotel_id for point in found.points] == ["e", "c", "d"]
    assert [cluster.box for cluster in found.clusters] == [Box(10, 10, 20, 30)]
    assert found.points[0].price == Money(Decimal(150), "EUR")


def test_the_order_they_came_in_changes_nothing() -> None:
    backwards = dict(reversed(SPOTS.items()))
    assert within(backwards, zoom=1) == within(zoom=1)


def test_a_pan_never_regroups_what_stays_in_sight() -> None:
    near = within(box=Box(5, 5, 25, 35), zoom=2)
    farther = within(box=Box(-15, 5, 25, 60), zoom=2)
    assert near.clusters == farther.clusters


DATE_LINE = {
    "w": (0.5, 179.5, 100_00),
    "o": (0.5, -179.5, 90_00),
    "n": (0.5, 180.0, 80_00),
    "m": (0.5, -180.0, 70_00),
    "x": (0.5, 0.0, 60_00),
}


@pytest.mark.parametrize(
    ("box", "names"),
    [
        (Box(0, 179, 1, -179), "mnow"),
        (Box(0, 179, 1, 180), "mnw"),
        (Box(0, -180, 1, -179), "mno"),
        (Box(0, 170, 1, 0), "mnowx"),
        (Box(0, -179, 1, 179), "x"),
    ],
)
def test_the_date_line(box: Box, names: str) -> None:
    found = within(DATE_LINE, box=box, zoom=20)
    assert sorted(point.hotel_id for point in found.points) == sorted(names)


def test_a_cell_ends_at_the_date_line() -> None:
    """180 east is 180 west: n lies with m and o, and w alone on the other side."""
    assert shown(within(DATE_LINE, box=Box(0, 179, 1, -179), zoom=4)) == {
        "3 at 0.5 -179.833": "70.00",
        "w": "100.00",
    }


def test_without_a_zoom_the_hotels_fill_the_map() -> None:
    """From 10 west to 30 east are 40 degrees: 29 pixels at zoom 0, 728 at 4 while 720 are free, so 3; from 10 south
    to 70 north even fewer."""
    assert within().zoom == 2
    assert within({"a": SPOTS["a"]}).zoom == 16
    assert within({}).zoom == 0


NO_BOXES = "1,2,3 1,2,3,4,5 a,b,c,d nan,0,1,1 1e1,0,20,1 5,0,4,1 -91,0,0,1 0,0,0,181 0,-180.1,0,1"


@pytest.mark.parametrize("text", ["", *NO_BOXES.split()])
def test_a_box_that_makes_no_sense(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        map_points.box(text)
    assert [error.field for error in refusal.value.errors] == ["bbox"]


def test_boxes() -> None:
    assert map_points.box("25.05, 55.1,25.3,55.45") == Box(25.05, 55.1, 25.3, 55.45)
    assert map_points.box("-90,170,90,-170") == Box(-90, 170, 90, -170)


@pytest.mark.parametrize("zoom", [-1, 21])
def test_a_zoom_that_makes_no_sense(zoom: int) -> None:
    with pytest.raises(InvalidInput):
        within(zoom=zoom)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zoom", "pixel"),
    [
        (0, 0, 0, (128, 128)),
        (0, 0, 3, (1024, 1024)),
        (0, -180, 5, (0, 4096)),
        (66.51326044, 90, 0, (192, 64)),
        (-66.51326044, -90, 1, (128, 384)),
        (85.05112878, 180, 0, (0, 0)),
    ],
)
def test_pixels(latitude: float, longitude: float, zoom: int, pixel: tuple[float, float]) -> None:
    assert mercator.to_pixel(latitude, longitude, zoom) == pytest.approx(pixel, abs=1e-4)
    if abs(longitude) != 180:
        assert mercator.from_pixel(*pixel, zoom) == pytest.approx((latitude, longitude), abs=1e-6)


def test_the_poles_lie_on_the_edge() -> None:
    assert mercator.to_pixel(90, 0, 0) == pytest.approx((128, 0), abs=1e-6)
    assert mercator.to_pixel(-90, 0, 0) == pytest.approx((128, 256), abs=1e-6)


@pytest.mark.parametrize(
    ("spots", "expected"),
    [
        ([(0, 0), (0, 90)], (0, 45, 2)),  # 64 pixels at zoom 0; 256 at 2; 512 at 3
        ([(0, 170), (0, -170)], (0, -180, 4)),  # 20 degrees, over the date line: 14.2 pixels at 0, 227.6 at 4
        ([(0, 5)], (0, 5, 16)),
        ([], (0, 0, 0)),
    ],
)
def test_the_view_that_holds_them_all(
    spots: list[tuple[float, float]], expected: tuple[float, float, int]
) -> None:
    view = mercator.fitting(spots, width=320, height=200, margin=20)
    assert (view.latitude, view.longitude, view.zoom) == pytest.approx(expected, abs=1e-6)


def test_a_view_knows_its_box_and_where_things_lie_in_it() -> None:
    view = View(0, 180, 0, 64, 64)
    box = view.box()
    assert (box.west, box.east) == (135, -135)
    assert box.north == pytest.approx(40.979898)
    assert view.at(0, -135) == (64, 32)
    assert view.at(0, 135) == (0, 32)
    assert View(0, 0, 0, 300, 64).box() == Box(-box.north, -180, box.north, 180)
    assert view.moved(right=0.5).longitude == -135
    assert (view.moved(closer=-1).zoom, View(0, 0, 20, 9, 9).moved(closer=1).zoom) == (0, 20)


def test_the_map_shows_the_lists_totals(client: Client, place: Destination) -> None:
    found = start(client, place)
    path = f"{API}searches/{found['id']}/"
    cards = client.get(path, {"page_size": "100"}).json()["results"]
    answer = client.get(f"{path}map/", {"zoom": "20"})
    drawn = answer.json()
    assert (drawn["status"], drawn["zoom"], drawn["clusters"]) == ("complete", 20, [])
    assert drawn["count"] == len(drawn["points"]) == len(cards) - drawn["unplaced"]
    totals = {
        point["hotel_id"]: (point["price"], point["total"], point["location"]) for point in drawn["points"]
    }
    assert totals == {
        card["hotel"]["id"]: (card["cheapest"]["price"], card["cheapest"]["total"], card["hotel"]["location"])
        for card in cards
    }
    world = client.get(f"{path}map/", {"zoom": "0"}).json()
    assert sum(cluster["count"] for cluster in world["clusters"]) + len(world["points"]) == world["count"]
    lowest = min((one["total"]["amount"] for one in (*world["clusters"], *world["points"])), key=Decimal)
    assert lowest == min((card["cheapest"]["total"]["amount"] for card in cards), key=Decimal)


def test_filters_narrow_the_map_as_they_narrow_the_list(client: Client, place: Destination) -> None:
    found = start(client, place)
    path = f"{API}searches/{found['id']}/"
    board = found["facets"]["board"][-1]
    only = client.get(f"{path}map/", {"board": board["value"], "zoom": "20"}).json()
    assert only["count"] + only["unplaced"] == board["count"]
    cards = client.get(path, {"board": board["value"], "page_size": "100"}).json()["results"]
    assert {one["hotel_id"]: one["total"] for one in only["points"]} == {
        card["hotel"]["id"]: card["cheapest"]["total"] for card in cards
    }


def test_an_unchanged_map_is_not_sent_again(client: Client, place: Destination) -> None:
    path = f"{API}searches/{start(client, place)['id']}/map/"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(path, {"zoom": "3"}, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"bbox": "1,2,3"}, "bbox"),
        ({"zoom": "21"}, "zoom"),
        ({"zoom": "near"}, "zoom"),
        ({"stars": "many"}, "stars"),
        ({"price_min": "9", "price_max": "1"}, "price_max"),
    ],
)
def test_a_map_that_makes_no_sense_says_why(
    client: Client, place: Destination, asked: dict[str, str], field: str
) -> None:
    answer = client.get(f"{API}searches/{start(client, place)['id']}/map/", asked)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])


def test_no_map_of_no_search(client: Client, place: Destination) -> None:
    assert client.get(f"{API}searches/srch_none/map/").json()["code"] == "search_not_found"
