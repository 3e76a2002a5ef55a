"""`stay.ics`: the stay as a calendar entry in the hotel's days, with an alarm before free cancellation ends."""

from __future__ import annotations

from datetime import timedelta

import icalendar
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from bookings import terms
from bookings.models import Booking
from bookings.states import BookingStatus
from faredown.lib import clock
from faredown.lib.errors import Conflict

REMIND = timedelta(days=1)


def ics(booking: Booking) -> bytes:
    """Raises Conflict `not_confirmed`: there is nothing to put in a calendar yet, or any more."""
    if booking.status not in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        raise Conflict("not_confirmed", "There is a calendar file once the booking is confirmed.")
    with translation.override(booking.language):
        calendar = icalendar.Calendar()
        calendar.add("prodid", f"-//{settings.SITE_NAME}//Stays//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add_component(_stay(booking))
        free_until = terms.free_until(booking.terms)
        if free_until is not None:
            calendar.add_component(_deadline(booking))
    drawn: bytes = calendar.to_ical()
    return drawn


def _stay(booking: Booking) -> icalendar.Event:
    hotel = booking.hotel_snapshot
    event = icalendar.Event()
    event.add("uid", f"stay-{booking.reference}@faredown")
    event.add("dtstamp", clock.now())
    event.add("dtstart", booking.check_in)
    event.add("dtend", booking.check_out)
    event.add("summary", hotel["name"])
    event.add(
        "location", ", ".join(part for part in (hotel["address"], hotel["city"], hotel["country"]) if part)
    )
    references = {
        _("Booking reference"): booking.reference,
        _("Supplier reference"): booking.supplier_reference,
    }
    event.add("description", "\n".join(f"{label}: {number}" for label, number in references.items()))
    if hotel["latitude"] is not None and hotel["longitude"] is not None:
        event.add("geo", (hotel["latitude"], hotel["longitude"]))
    return event


def _deadline(booking: Booking) -> icalendar.Event:
    until = terms.free_until(booking.terms)
    event = icalendar.Event()
    event.add("uid", f"deadline-{booking.reference}@faredown")
    event.add("dtstamp", clock.now())
    event.add("dtstart", until)
    event.add("summary", _("Free cancellation ends: %(hotel)s") % {"hotel": booking.hotel_snapshot["name"]})
    event.add("transp", "TRANSPARENT")
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", booking.reference)
    alarm.add("trigger", -REMIND)
    event.add_component(alarm)
    return event
