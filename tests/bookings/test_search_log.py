"""From the question to the booking, as the log of searches tells it."""

from __future__ import annotations

from faredown.lib import redis
from hotels.models import SearchEvent
from hotels.services import search_log
from tests.bookings import world as worlds
from tests.bookings.world import World


def test_a_booking_can_be_followed_back_to_its_search(world: World) -> None:
    search_log.send()
    redis.durable().delete(search_log.KEY)
    quote = world.quote(worlds.FAMILY, wanted=worlds.refundable)
    booking = world.book(quote).booking
    search_log.send()
    search_log.move()
    of_search = SearchEvent.objects.filter(search=quote.search_id).order_by("id")
    told = {row.kind: (row.hotel, row.reference) for row in of_search}
    assert told["quoted"] == (quote.hotel.public_id, quote.public_id)
    assert told["booked"] == ("", booking.reference)
    kinds = [row.kind for row in of_search]
    assert kinds[0] == "asked"
    assert kinds[-2:] == ["quoted", "booked"]
