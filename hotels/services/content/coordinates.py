"""Where a hotel stands, of what its record says. Pure."""

from __future__ import annotations

from hotels.selectors.targets import distance_km
from hotels.services.content.tally import Tally
from suppliers.content_types import ContentHotel

Point = tuple[float, float]
"""Latitude, longitude."""

ABSURD_KM = 500
"""No hotel is as far as this from the middle of its destination."""
NEAR_KM = 100
"""Exchanged, they have to lie as near as this to be believed."""


def of(item: ContentHotel, centre: Point | None, tally: Tally) -> Point | None:
    """`centre`: the middle of its destination, where one is known. None for what is not on the globe, and for the
    point (0, 0), which lies in the sea and stands for "not known"."""
    if item.latitude is None or item.longitude is None:
        tally.find("hotel_without_coordinates", item.code)
        return None
    given, exchanged = (item.latitude, item.longitude), (item.longitude, item.latitude)
    said = f"{item.code} {item.latitude} {item.longitude}"
    if _is_plausible(given, centre):
        return given
    if given != (0, 0) and _is_on_globe(exchanged) and _is_near(exchanged, centre):
        tally.find("hotel_with_swapped_coordinates", said)
        return exchanged
    if given == (0, 0) or not _is_on_globe(given):
        tally.find("hotel_with_odd_coordinates", said)
        return None
    tally.find("hotel_far_from_its_destination", said)
    return given


def _is_plausible(point: Point, centre: Point | None) -> bool:
    if not _is_on_globe(point) or point == (0, 0):
        return False
    return centre is None or distance_km(*point, to=centre) <= ABSURD_KM


def _is_near(point: Point, centre: Point | None) -> bool:
    """Without a known middle what is on the globe only when exchanged is believed."""
    return centre is None or distance_km(*point, to=centre) <= NEAR_KM


def _is_on_globe(point: Point) -> bool:
    return -90 <= point[0] <= 90 and -180 <= point[1] <= 180
