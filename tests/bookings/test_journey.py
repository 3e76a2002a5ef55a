"""From a search to a stay and back, against the simulator."""

from __future__ import annotations

from bookings.states import BookingStatus, PaymentStatus
from tests.bookings import world as worlds
from tests.bookings.world import World


def test_two_rooms_are_booked_paid_and_cancelled_free_of_charge(world: World) -> None:
    quote = world.quote(worlds.FAMILY, wanted=worlds.refundable)
    placed = world.book(quote)
    booking = placed.booking
    assert booking.status == BookingStatus.CONFIRMED
    assert placed.payment.status == PaymentStatus.CAPTURED
    held = world.held(booking)
    assert [one["status"] for one in held] == ["CONFIRMED"]
