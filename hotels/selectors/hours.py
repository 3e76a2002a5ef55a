"""From when a hotel takes guests in, and until when rooms are left, on its own clock: facilities of its record."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

from hotels.models import Hotel, HotelFacility, Term

# "Check-in hour" and "Check-out hour" of the catalogue (REFERENCE section 5, facilities of group 70).
CHECK_IN, CHECK_OUT = "70:260", "70:390"


class Hours(NamedTuple):
    check_in_from: time | None
    check_out_until: time | None


def of(hotel: Hotel) -> Hours:
    """None where the hotel does not say. A check-out told as a span ends with the span."""
    rows = HotelFacility.objects.filter(
        hotel=hotel,
        available=True,
        facility__kind=Term.Kind.FACILITY,
        facility__code__in=(CHECK_IN, CHECK_OUT),
    )
    found = {row.facility.code: row for row in rows.select_related("facility")}
    begin, end = found.get(CHECK_IN), found.get(CHECK_OUT)
    return Hours(begin.time_from if begin else None, (end.time_to or end.time_from) if end else None)
