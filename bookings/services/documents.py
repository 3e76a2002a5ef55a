"""Short-lived signed addresses of a booking's documents, so that no token stands in a URL."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.core import signing
from django.urls import reverse

from bookings.conf import rules
from bookings.models import Booking
from bookings.selectors import bookings
from bookings.services import vouchers
from bookings.states import BookingStatus
from faredown.lib.errors import NotFound

SALT = "bookings.document-link"


class Kind(StrEnum):
    VOUCHER = "voucher.pdf"
    CALENDAR = "stay.ics"


def link(booking: Booking, kind: Kind) -> str:
    """A path that opens this one document for a quarter of an hour."""
    signature = signing.dumps([booking.reference, kind.value], salt=SALT)
    name = {Kind.VOUCHER: "booking-voucher", Kind.CALENDAR: "booking-calendar"}[kind]
    return f"{reverse(name, args=[booking.reference])}?signature={signature}"


def opened(reference: str, kind: Kind, *, signature: str) -> Booking:
    """The booking of a signed link. Raises NotFound for a link that is old, forged, or of something else."""
    try:
        signed = signing.loads(signature, salt=SALT, max_age=timedelta(seconds=rules().document_link_seconds))
    except signing.BadSignature:
        signed = None
    if signed != [reference, kind.value]:
        raise NotFound("link_expired", "This link has expired.")
    return Booking.objects.select_related("quote", "customer", "hotel").get(reference=reference)


def links(booking: Booking) -> dict[str, str]:
    """What can be done with the booking now, by name."""
    found = {"self": reverse("booking-detail", args=[booking.reference])}
    if booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        found["calendar"] = link(booking, Kind.CALENDAR)
        if vouchers.is_ready(booking):
            found["voucher"] = link(booking, Kind.VOUCHER)
    if booking.status in (BookingStatus.CONFIRMED, BookingStatus.PENDING):
        found["cancellations"] = reverse("booking-cancellations", args=[booking.reference])
    if bookings.can_be_paid(booking):
        found["payments"] = reverse("booking-payments", args=[booking.reference])
    return found
