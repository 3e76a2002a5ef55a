"""A guest's request waits a moment for the worker, then answers what is true."""

from __future__ import annotations

import time
from collections.abc import Callable

from bookings.conf import rules
from bookings.models import Booking

POLL_SECONDS = 0.05


def until(booking_pk: int, settled: Callable[[Booking], bool]) -> Booking:
    """The booking as soon as it is settled, else as it is when the time is up."""
    ends = time.monotonic() + rules().wait_seconds
    while True:
        booking = Booking.objects.select_related("quote", "customer", "hotel").get(pk=booking_pk)
        left = ends - time.monotonic()
        if settled(booking) or left <= 0:
            return booking
        time.sleep(min(POLL_SECONDS, left))
