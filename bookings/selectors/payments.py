from __future__ import annotations

from bookings.models import Booking, Payment
from bookings.states import LIVE_PAYMENT


def live(booking: Booking) -> Payment | None:
    """The payment that holds, took, or may still get the guest's money. At most one (a unique constraint)."""
    return booking.payments.filter(status__in=LIVE_PAYMENT).first()


def latest(booking: Booking) -> Payment | None:
    """What the guest is told about: the last try."""
    return max(booking.payments.all(), key=lambda row: (row.created_at, row.pk), default=None)
