from __future__ import annotations

import pytest

from hotels.services import groups
from hotels.services.groups import Group
from suppliers.types import Occupancy, Rate, Sketch
from tests.hotels.rates import COUPLE, rate

FAMILY = Occupancy(2, (9, 4))
TWO_COUPLES = Group(COUPLE, (0, 2))


def test_rooms_of_one_occupancy_are_one_group() -> None:
    asked = (COUPLE, FAMILY, Occupancy(2), Occupancy(2, (4, 9)))
    assert groups.of(asked) == (Group(COUPLE, (0, 2)), Group(Occupancy(2, (4, 9)), (1, 3)))


@pytest.mark.parametrize(
    ("found", "sold"),
    [
        (rate("10", rooms=2), True),
        (rate("10", rooms=1), True),
        (rate("10", rooms=3), False),
        (rate("10", occupancy=FAMILY), False),
        (rate("10", package_only=True), False),
        (rate("10", pay_at_hotel=True), False),
        (rate("0"), False),
        (rate("10", rooms=2, allotment=1), False),
        (rate("10", rooms=2, allotment=2), True),
        (rate("10", allotment=0), False),
    ],
)
def test_sellable(found: Rate, sold: bool) -> None:
    assert groups.sellable((found,), TWO_COUPLES) == [found] * sold
    assert groups.places((Sketch.of(found),), TWO_COUPLES) == [0] * sold


def test_the_order_of_children_does_not_matter() -> None:
    assert len(groups.sellable((rate("10", occupancy=Occupancy(2, (9, 4))),), groups.of((FAMILY,))[0])) == 1


def test_covers() -> None:
    assert list(groups.covers(rate("10", rooms=2), TWO_COUPLES)) == [(0, 2)]
    assert list(groups.covers(rate("10"), TWO_COUPLES)) == [(0,), (2,)]


@pytest.mark.parametrize(("allotment", "times"), [(None, 2), (1, 1), (7, 2)])
def test_times(allotment: int | None, times: int) -> None:
    assert groups.times(rate("10", allotment=allotment), TWO_COUPLES) == times
