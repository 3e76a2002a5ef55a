"""`stay.ics` (RFC 5545): the stay on the hotel's clock, and the end of free cancellation with an alarm before it.

Importing it again replaces what was imported: UIDs stay, SEQUENCE rises with every change of the booking, and after a
cancellation METHOD:CANCEL takes both entries away. Made from stored values alone: one booking, the same bytes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from bookings import terms
from bookings.models import Booking
from bookings.states import BookingStatus
from faredown.lib import clock
from faredown.lib.errors import Conflict

REMIND = timedelta(days=1)
STANDING = (BookingStatus.CONFIRMED, BookingStatus.CANCELLING, BookingStatus.COMPLETED)
# What changes an entry in somebody's calendar.
_CHANGES = ("booking.cancelled", "booking.changed", "hotel.reconfirmed")


def ics(booking: Booking) -> bytes:
    """Raises Conflict `not_confirmed`: there is nothing to put in a calendar, and there never was."""
    if not is_ready(booking):
        raise Conflict("not_confirmed", "There is a calendar file once the booking is confirmed.")
    with translation.override(booking.language):
        calendar = icalendar.Calendar()
        calendar.add("prodid", f"-//{settings.SITE_NAME}//Stays//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "CANCEL" if _is_cancelled(booking) else "PUBLISH")
        calendar.add_component(_stay(booking))
        until = terms.free_until(booking.terms)
        if until is not None:
            calendar.add_component(_deadline(booking, until))
        # The rules of the hotel's zone over the days of the stay: a reader need not know the zone's name.
        around = timedelta(days=366)
        calendar.add_missing_timezones(
            first_date=booking.check_in - around, last_date=booking.check_out + around
        )
    drawn: bytes = calendar.to_ical()
    return drawn


def is_ready(booking: Booking) -> bool:
    return booking.status in STANDING or _is_cancelled(booking)


def _is_cancelled(booking: Booking) -> bool:
    """After it was confirmed: only then is there an entry to take away."""
    return booking.status == BookingStatus.CANCELLED and bool(booking.supplier_reference)


def _stay(booking: Booking) -> icalendar.Event:
    hotel = booking.hotel_snapshot
    event = _event(booking, f"stay-{booking.reference}")
    event.add("dtstart", _at_hotel(booking, booking.check_in, hotel.get("check_in_from")))
    event.add("dtend", _at_hotel(booking, booking.check_out, hotel.get("check_out_until")))
    event.add("summary", hotel["name"])
    event.add("location", _address(hotel))
    event.add("description", "\n".join(_described(booking)))
    if hotel["latitude"] is not None and hotel["longitude"] is not None:
        event.add("geo", (hotel["latitude"], hotel["longitude"]))
    return event


def _deadline(booking: Booking, until: datetime) -> icalendar.Event:
    """In UTC, so that every calendar shows it on its owner's clock; the hotel's stands in the text."""
    title = _("Free cancellation ends: %(hotel)s") % {"hotel": booking.hotel_snapshot["name"]}
    event = _event(booking, f"deadline-{booking.reference}")
    event.add("dtstart", until.astimezone(UTC))
    event.add("summary", title)
    event.add("description", "\n".join([_free_until(booking, until), booking.reference]))
    event.add("transp", "TRANSPARENT")
    if not _is_cancelled(booking):
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", -REMIND)
        event.add_component(alarm)
    return event


def _event(booking: Booking, name: str) -> icalendar.Event:
    changes = list(
        booking.timeline.filter(kind__in=("booking.confirmed", *_CHANGES))
        .order_by("at")
        .values_list("kind", "at")
    )
    at = changes[-1][1] if changes else booking.status_changed_at
    event = icalendar.Event()
    event.add("uid", f"{name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("last-modified", at.astimezone(UTC))
    event.add("sequence", sum(kind in _CHANGES for kind, _at in changes))
    event.add("status", "CANCELLED" if _is_cancelled(booking) else "CONFIRMED")
    # RFC 5546 asks for one in what is published or cancelled.
    organizer = icalendar.vCalAddress(f"mailto:{settings.SUPPORT_EMAIL}")
    organizer.params["CN"] = icalendar.vText(settings.SITE_NAME)
    event.add("organizer", organizer)
    return event


def _at_hotel(booking: Booking, day: date, hour: str | None) -> date | datetime:
    """The hour on the hotel's clock; the whole day where the hotel does not say one."""
    if not hour:
        return day
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(booking.timezone))


def _described(booking: Booking) -> list[str]:
    hotel = booking.hotel_snapshot
    lines = [
        f"{_('Booking reference')}: {booking.reference}",
        f"{_('Supplier reference')}: {booking.supplier_reference}",
    ]
    if booking.hotel_references:
        lines.append(f"{_('Hotel confirmation number')}: {', '.join(booking.hotel_references)}")
    if hotel["phones"]:
        lines.append(f"{_('Tel.')} {hotel['phones'][0]}")
    until = terms.free_until(booking.terms)
    if until is not None and not _is_cancelled(booking):
        lines.append(_free_until(booking, until))
    return lines


def _free_until(booking: Booking, until: datetime) -> str:
    local = clock.in_zone(until, booking.timezone)
    return _("Free cancellation until %(local)s (%(zone)s), that is %(utc)s UTC") % {
        "local": formats.date_format(local, "D j F Y, H:i"),
        "zone": booking.timezone,
        "utc": formats.date_format(until.astimezone(UTC), "D j F Y, H:i"),
    }


def _address(hotel: dict[str, Any]) -> str:
    place = " ".join(part for part in (hotel["postal_code"], hotel["city"]) if part)
    return ", ".join(part for part in (hotel["address"], place, hotel["country"]) if part)
