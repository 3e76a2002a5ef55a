"""The hotels' own confirmation numbers. A push only says "look": what is written comes from pulling."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bookings.models import Booking
from bookings.services import outside, transitions
from faredown.lib.locking import locked_one
from suppliers import registry


def pull(supplier: str, *, since: datetime, until: datetime) -> int:
    """How many bookings learned something new. Safe to repeat."""
    outside.guard()
    found = registry.get(supplier).reconfirmations(since=since, until=until)
    return sum(_record(supplier, reference, numbers) for reference, numbers in found)


def _record(supplier: str, supplier_reference: str, numbers: tuple[str, ...]) -> bool:
    rows = Booking.objects.filter(supplier=supplier, supplier_reference=supplier_reference)
    if not numbers or not rows.exists():
        return False
    with transaction.atomic():
        booking = locked_one(rows)
        known = list(dict.fromkeys([*booking.hotel_references, *numbers]))
        if known == booking.hotel_references:
            return False
        booking.hotel_references = known
        booking.save(update_fields=["hotel_references"])
        transitions.note(booking, "hotel.reconfirmed", detail={"numbers": list(numbers)})
    return True
