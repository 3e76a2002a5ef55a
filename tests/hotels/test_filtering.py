"""Lists, counts and histograms over three hotels worked out by hand (minor units of EUR)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hotels.services import filtering
from hotels.services.filtering import Filters
from hotels.services.search_index import Block, Entry, IndexedHotel


def entry(grand: int, board: str = "RO", **changes: Any) -> Entry:
    facts: dict[str, Any] = {
        "total": grand,
        "position": 0,
        "free": False,
        "whole_group": True,
        "times": 1,
        "rooms": 1,
    }
    return Entry(grand=grand, board=board, **(facts | changes))


def hotel(name: str, *parts: tuple[Entry, ...], **changes: Any) -> IndexedHotel:
    facts: dict[str, Any] = {
        "key": 1,
        "name": f"Hotel {name}",
        "stars": "4.0",
        "zone": "zon_1",
        "zone_name": "Centre",
        "accommodation": "H",
        "chain": "",
        "score": "",
        "facilities": (),
        "paid_facilities": (),
        "ranking": 1,
        "has_photo": True,
        "latitude": None,
        "longitude": None,
        "distance": None,
        "blocks": (Block("0", "hotelbeds", "1", parts),),
    }
    return IndexedHotel(id=name, **(facts | changes))


A = hotel(
    "a",
    (entry(100_00), entry(120_00, "BB"), entry(130_00, "RO", free=True)),
    stars="5.0",
    ranking=3,
    facilities=("70:1", "60:2"),
    paid_facilities=("70:1",),
    distance=2.0,
)
B = hotel("b", (entry(110_00, "BB", free=True),), ranking=1, facilities=("70:1",), chain="NH", distance=0.5)
C = hotel("c", (entry(200_00, "HB"),), stars="", ranking=2, zone="zon_2", score="8.7")


def sift(
    filters: Filters | None = None, sort: str = "price", hotels: tuple[IndexedHotel, ...] = (A, B, C)
) -> Any:
    return filtering.sift(hotels, filters or Filters(), sort=sort, exponent=2)


def ids(found: Any) -> str:
    return "".join(one.id for one, _ in found.hotels)


def facet(found: Any, name: str) -> dict[str, int]:
    return {one.value: one.count for one in found.facets[name]}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("price", "abc"),
        ("-price", "cba"),
        ("recommended", "bca"),
        ("stars", "abc"),
        ("score", "cab"),
        ("distance", "bac"),
    ],
)
def test_sort(sort: str, order: str) -> None:
    assert ids(sift(sort=sort)) == order


def test_recommended_puts_hotels_without_a_photo_last() -> None:
    """Then the supplier's ranking, the price, the id, in whichever order they came in."""
    hotels = (
        hotel("a", (entry(100_00),), ranking=1, has_photo=False),
        hotel("b", (entry(100_00),), ranking=0),
        hotel("c", (entry(300_00),), ranking=2),
        hotel("d", (entry(200_00),), ranking=2),
        hotel("e", (entry(200_00),), ranking=2),
        hotel("f", (entry(50_00),), ranking=1, has_photo=False),
    )
    assert ids(sift(sort="recommended", hotels=hotels)) == "decbfa"
    assert ids(sift(sort="recommended", hotels=hotels[::-1])) == "decbfa"


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(price_max=Decimal(110)), "ab"),
        (Filters(price_min=Decimal("100.01")), "bc"),
        (Filters(price_min=Decimal("100.00"), price_max=Decimal("100.00")), "a"),
        (Filters(stars=(Decimal(5),)), "a"),
        (Filters(board=("BB",)), "ba"),
        (Filters(board=("BB", "HB")), "bac"),
        (Filters(free_cancellation=True), "ba"),
        (Filters(free_cancellation=True, board=("RO",)), "a"),
        (Filters(free_cancellation=True, board=("HB",)), ""),
        (Filters(facilities=("70:1",)), "ab"),
        (Filters(facilities=("70:1", "60:2")), "a"),
        (Filters(free_facilities=("70:1",)), "b"),
        (Filters(free_facilities=("60:2",), facilities=("70:1",)), "a"),
        (Filters(free_facilities=("60:2", "70:1")), ""),
        (Filters(zone=("zon_2",)), "c"),
        (Filters(chain=("NH",)), "b"),
        (Filters(score=Decimal(8)), "c"),
        (Filters(name="HÔTEL B"), "b"),
        (Filters(supplier=("other",)), ""),
    ],
)
def test_filter(filters: Filters, left: str) -> None:
    assert ids(sift(filters)) == left


def test_the_price_is_of_what_was_chosen() -> None:
    found = sift(Filters(board=("BB",)))
    assert [(one.id, cover.grand) for one, cover in found.hotels] == [("b", 110_00), ("a", 120_00)]


def test_counts_without_filters() -> None:
    found = sift()
    assert facet(found, "stars") == {"4.0": 1, "5.0": 1}
    assert facet(found, "board") == {"BB": 2, "HB": 1, "RO": 1}
    assert facet(found, "free_cancellation") == {"true": 2}
    assert facet(found, "zone") == {"zon_1": 2, "zon_2": 1}
    assert facet(found, "facilities") == {"70:1": 2, "60:2": 1}
    assert facet(found, "free_facilities") == {"70:1": 1}  # nobody charges for 60:2
    assert facet(sift(Filters(free_facilities=("60:2",))), "free_facilities") == {"60:2": 1}
    assert facet(found, "chain") == {"NH": 1}
    assert facet(found, "supplier") == {"hotelbeds": 3}


def test_counts_of_a_filter_are_made_with_every_other_one_on() -> None:
    found = sift(Filters(board=("BB",), price_max=Decimal(110)))
    assert ids(found) == "b"
    assert facet(found, "board") == {"BB": 1, "RO": 1}  # RO of a at 100; BB of a at 120 is over the limit
    assert facet(found, "stars") == {"4.0": 1}
    assert facet(sift(Filters(stars=(Decimal(5),))), "stars") == {"4.0": 1, "5.0": 1}
    assert facet(sift(Filters(stars=(Decimal(5),))), "board") == {"BB": 1, "RO": 1}


def test_the_histogram_ignores_only_the_price() -> None:
    found = sift(Filters(price_max=Decimal(150), free_cancellation=True))
    assert [(one.low, one.count) for one in found.histogram if one.count] == [
        (110_00, 1),
        (129_19, 1),
    ]  # 19 steps of 1.01
    assert sum(one.count for one in sift(Filters(price_max=Decimal(1))).histogram) == 3


def test_a_histogram_of_one_price() -> None:
    assert [(one.low, one.high, one.count) for one in sift(hotels=(B,)).histogram] == [(110_00, 110_00, 1)]


def test_nothing_found() -> None:
    found = sift(hotels=())
    assert (found.hotels, found.histogram) == ([], [])


SINGLE: dict[str, Any] = {"whole_group": False, "rooms": 2}


@pytest.mark.parametrize(
    ("entries", "grand"),
    [
        ((entry(210_00, rooms=2), entry(100_00, times=2, **SINGLE)), 200_00),
        ((entry(190_00, rooms=2), entry(100_00, times=2, **SINGLE)), 190_00),
        ((entry(100_00, times=1, **SINGLE), entry(115_00, times=2, **SINGLE)), 215_00),
        ((entry(100_00, times=1, **SINGLE),), None),
    ],
    ids=["singles are cheaper", "the group is cheaper", "one room left", "a room short"],
)
def test_two_identical_rooms(entries: tuple[Entry, ...], grand: int | None) -> None:
    cover = filtering.cheapest(hotel("x", tuple(sorted(entries))), Filters())
    assert (cover.grand if cover else None) == grand


def test_every_group_must_be_covered_by_one_supplier() -> None:
    two = hotel("x", (entry(10_00, "BB"),), (entry(30_00, "RO"), entry(35_00, "BB")))
    cover = filtering.cheapest(two, Filters())
    assert cover is not None
    assert cover.grand == 40_00
    both = filtering.cheapest(two, Filters(board=("BB",)))
    assert both is not None
    assert both.grand == 45_00
    assert filtering.cheapest(two, Filters(board=("RO",))) is None
