"""A booking's papers for its guest: which there are, their files, and short-lived signed addresses, so that no token
stands in a URL."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import NamedTuple

from django.core import signing
from django.urls import reverse

from bookings.conf import rules
from bookings.models import Booking, Document
from bookings.selectors import bookings
from bookings.selectors import documents as papers
from bookings.services import calendars, typesetting, vouchers
from bookings.states import BookingStatus
from faredown.lib.errors import Conflict, NotFound

SALT = "bookings.document-link"
VOUCHER, CALENDAR, INVOICE = "voucher.pdf", "stay.ics", "invoice.pdf"
_ROUTES = {VOUCHER: "booking-voucher", CALENDAR: "booking-calendar", INVOICE: "booking-invoice"}

_ID = re.compile(r"doc_[0-9A-Za-z]{1,36}\Z")


class File(NamedTuple):
    content: bytes
    media_type: str
    name: str


def link(booking: Booking, name: str) -> str:
    """A path that opens this one document for a quarter of an hour. `name`: a paper's `public_id`, or one of those
    above."""
    if name in _ROUTES:
        path = reverse(_ROUTES[name], args=[booking.reference])
    else:
        path = reverse("booking-document", args=[booking.reference, name])
    return f"{path}?signature={signing.dumps([booking.reference, name], salt=SALT)}"


def opened(reference: str, name: str, *, signature: str) -> Booking:
    """The booking of a signed link. Raises NotFound for a link that is old, forged, or of something else."""
    try:
        signed = signing.loads(signature, salt=SALT, max_age=timedelta(seconds=rules().document_link_seconds))
    except signing.BadSignature:
        signed = None
    if signed != [reference, name]:
        raise NotFound("link_expired", "This link has expired.")
    return Booking.objects.select_related("quote", "customer", "hotel").get(reference=reference)


def file(booking: Booking, name: str) -> File:
    """Raises Conflict while there is none yet, and NotFound for a paper that is not this booking's."""
    if name == VOUCHER:
        return File(vouchers.pdf(booking), "application/pdf", f"voucher-{booking.reference}.pdf")
    if name == CALENDAR:
        return File(calendars.ics(booking), "text/calendar; charset=utf-8", f"stay-{booking.reference}.ics")
    if name == INVOICE:
        newest = papers.invoice(booking)
        if newest is None:
            raise Conflict("invoice_not_ready", "There is an invoice once the booking is confirmed and paid.")
        return drawn(newest)
    found = papers.one(booking, name) if _ID.match(name) else None
    if found is None:
        raise NotFound("document_not_found", "There is no such document.")
    return drawn(found)


def drawn(document: Document) -> File:
    return File(typesetting.pdf(document), "application/pdf", document.file_name)


def links(booking: Booking) -> dict[str, str]:
    """What can be done with the booking now, by name."""
    found = {"self": reverse("booking-detail", args=[booking.reference])}
    if calendars.is_ready(booking):
        found["calendar"] = link(booking, CALENDAR)
    if vouchers.is_ready(booking):
        found["voucher"] = link(booking, VOUCHER)
    if papers.invoice(booking) is not None:
        found["invoice"] = link(booking, INVOICE)
        found["documents"] = reverse("booking-documents", args=[booking.reference])
    if booking.status in (BookingStatus.CONFIRMED, BookingStatus.PENDING):
        found["cancellations"] = reverse("booking-cancellations", args=[booking.reference])
    if bookings.can_be_paid(booking):
        found["payments"] = reverse("booking-payments", args=[booking.reference])
    return found
