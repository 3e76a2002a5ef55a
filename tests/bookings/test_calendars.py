"""`stay.ics` as calendars read it (RFC 5545, and RFC 5546 for METHOD)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from bookings.models import Booking
from bookings.services import calendars, cancellation
from faredown.lib import clock
from faredown.lib.errors import Conflict
from faredown.messaging.models import OutboxMessage
from tests.bookings.world import World

FREE_UNTIL = datetime(2027, 1, 3, 20, tzinfo=UTC)


@pytest.fixture
def booked(world: World) -> Booking:
    row = world.book().booking
    row.hotel_snapshot |= {
        "name": 'Hotel "Sea; Sand, Sun" \\ ' + "très long nom " * 8,
        "timezone": "Asia/Dubai",
        "check_in_from": "15:00",
        "check_out_until": "11:00",
    }
    row.terms["free_until"] = "2027-01-03T20:00:00Z"
    row.save(update_fields=["hotel_snapshot", "terms"])
    return row


def events(row: Booking) -> tuple[Any, Any, Any]:
    """The calendar, the stay and the deadline. What a property holds is known to nobody's type checker."""
    calendar: Any = icalendar.Calendar.from_ical(calendars.ics(row))
    stay, deadline = calendar.walk("VEVENT")
    return calendar, stay, deadline


def test_lines_end_and_fold_as_the_format_wants(booked: Booking) -> None:
    drawn = calendars.ics(booked)
    assert drawn.endswith(b"END:VCALENDAR\r\n")
    lines = drawn.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines), "the long name is folded"
    unfolded = drawn.replace(b"\r\n ", b"").decode()
    assert '\r\nSUMMARY:Hotel "Sea\\; Sand\\, Sun" \\\\ très long nom' in unfolded
    assert f"Booking reference: {booked.reference}\\nSupplier reference:" in unfolded


def test_the_stay_is_on_the_hotels_clock(booked: Booking) -> None:
    calendar, stay, _ = events(booked)
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    dubai = ZoneInfo("Asia/Dubai")
    begin, end = stay["DTSTART"], stay["DTEND"]
    assert begin.params["TZID"] == end.params["TZID"] == "Asia/Dubai"
    assert begin.dt == datetime.combine(booked.check_in, datetime.min.time(), dubai) + timedelta(hours=15)
    assert end.dt == datetime.combine(booked.check_out, datetime.min.time(), dubai) + timedelta(hours=11)
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Dubai"]
    assert booked.hotel_snapshot["address"] in stay["LOCATION"]
    assert (stay["STATUS"], stay["SEQUENCE"]) == ("CONFIRMED", 0)
    assert stay["ORGANIZER"] == "mailto:support@testserver"


def test_without_hours_it_is_days(booked: Booking) -> None:
    booked.hotel_snapshot |= {"check_in_from": "", "check_out_until": ""}
    calendar, stay, _ = events(booked)
    assert (stay["DTSTART"].dt, stay["DTEND"].dt) == (booked.check_in, booked.check_out)
    assert type(stay["DTSTART"].dt) is date
    assert calendar.walk("VTIMEZONE") == []


def test_the_deadline_rings_a_day_before_and_is_told_on_both_clocks(booked: Booking) -> None:
    _, stay, deadline = events(booked)
    assert deadline["DTSTART"].dt == FREE_UNTIL
    (alarm,) = deadline.walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(days=-1))
    assert alarm["DESCRIPTION"] == deadline["SUMMARY"]
    told = "until Mon 4 January 2027, 00:00 (Asia/Dubai), that is Sun 3 January 2027, 20:00 UTC"
    assert told in deadline["DESCRIPTION"]
    assert told in stay["DESCRIPTION"]
    assert deadline["TRANSP"] == "TRANSPARENT"


def test_the_same_booking_gives_the_same_bytes(booked: Booking) -> None:
    before = calendars.ics(booked)
    with clock.travel(timedelta(days=2)):
        assert calendars.ics(booked) == before


def test_a_cancellation_takes_it_back(booked: Booking) -> None:
    _, stay, deadline = events(booked)
    cancellation.cancel(booked)
    booked.refresh_from_db()
    calendar, gone, no_deadline = events(booked)
    assert calendar["METHOD"] == "CANCEL"
    for before, after in ((stay, gone), (deadline, no_deadline)):
        assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
        assert after["SEQUENCE"] == before["SEQUENCE"] + 1
        assert after["DTSTAMP"].dt >= before["DTSTAMP"].dt
    assert calendar.walk("VALARM") == []
    mail = OutboxMessage.objects.get(channel="emails/bookings/cancelled")
    assert [file["name"] for file in mail.attachments] == [f"stay-{booked.reference}.ics"]


def test_there_is_none_for_what_never_was(world: World) -> None:
    placed = world.place_booking(world.quote())
    with pytest.raises(Conflict, match="not_confirmed"):
        calendars.ics(placed.booking)
    cancellation.cancel(placed.booking)
    placed.booking.refresh_from_db()
    with pytest.raises(Conflict, match="not_confirmed"):
        calendars.ics(placed.booking)
