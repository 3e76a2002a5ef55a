"""What one guest costs the supplier from the search to the room, counted by the simulator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bookings.services import quoting
from bookings.states import BookingStatus
from faredown.lib import clock
from hotels.services import search
from hotels.services.hotel_offers import OfferDetail
from tests.bookings.world import World


def offer(world: World, *, needs_check: bool) -> str:
    """Of the list, of every hotel's page: looking costs nothing more."""
    found = world.find()
    search.page(search.get(found.id))
    shown: list[OfferDetail] = [
        detail
        for card in search.page(found, page_size=100).results
        for room in search.hotel_rates(found, card.hotel.id).rooms
        for detail in room.offers
    ]
    return next(detail.offer.id for detail in shown if detail.offer.rate.needs_check is needs_check)


@pytest.mark.parametrize(
    ("needs_check", "calls"),
    [
        (False, {"availability": 1, "booking": 1}),
        (True, {"availability": 1, "checkrates": 1, "booking": 1}),
    ],
    ids=["bookable", "recheck"],
)
def test_a_journey_asks_no_more_than_it_must(world: World, needs_check: bool, calls: dict[str, int]) -> None:
    placed = world.book(quoting.quote([offer(world, needs_check=needs_check)]))
    assert placed.booking.status == BookingStatus.CONFIRMED
    assert world.hotelbeds.state()["calls"] == calls


def test_a_hotel_is_asked_again_when_its_rates_are_older_than_a_key_safely_lives(
    world: World, settings: Any
) -> None:
    settings.SEARCH_RATES_FRESH_SECONDS = 600
    found = world.find()
    hotel = search.page(found).results[0].hotel.id
    for seconds, calls in ((599, 1), (601, 2), (900, 2)):
        with clock.travel(timedelta(seconds=seconds)):
            assert search.hotel_rates(search.get(found.id), hotel).combinations
            assert world.hotelbeds.state()["calls"] == {"availability": calls}
