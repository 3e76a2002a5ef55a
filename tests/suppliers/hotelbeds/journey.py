"""What every adapter test needs to have: hotels, a stay, rates to book and an order for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

from faredown.lib import clock
from suppliers.port import Supplier
from suppliers.types import BookingGuest, BookingOrder, BookingRoom, GuestType, Occupancy, Rate, StaySearch

CODES = tuple(str(code) for code in range(1, 121))

_numbers = itertools.count(1)


def reference() -> str:
    return f"FDTEST{next(_numbers):06d}"


def stay(*occupancies: Occupancy) -> StaySearch:
    check_in = clock.today() + timedelta(days=60)
    return StaySearch(
        hotel_codes=CODES,
        check_in=check_in,
        check_out=check_in + timedelta(days=3),
        occupancies=occupancies or (Occupancy(2),),
        residency="GB",
    )


def rate(supplier: Supplier, fits: Callable[[Rate], bool]) -> Rate:
    """The first rate of a search for two adults that fits."""
    found = supplier.search(stay(), deadline=10)
    return next(one for hotel in found.hotels for one in hotel.rates if fits(one))


def refundable(one: Rate) -> bool:
    """Free to cancel for a long time yet, and to be booked without a check."""
    free = one.terms is not None and one.terms[0].starts_at > clock.now() + timedelta(days=7)
    return free and not one.needs_check and not one.non_refundable


def order(*rates: Rate, name: str = "Anna") -> BookingOrder:
    return BookingOrder(
        client_reference=reference(),
        holder_first_name=name,
        holder_last_name="Castellanos",
        rooms=tuple(BookingRoom(rate_key=one.rate_key, guests=_guests(one, name)) for one in rates),
        remark="Anna arrives late",
    )


def _guests(one: Rate, name: str) -> tuple[tuple[BookingGuest, ...], ...]:
    adults = [
        BookingGuest(type=GuestType.ADULT, first_name=name, last_name="Castellanos")
    ] * one.occupancy.adults
    children = [
        BookingGuest(type=GuestType.CHILD, first_name="Bo", last_name="Castellanos", age=age)
        for age in one.occupancy.child_ages
    ]
    return ((*adults, *children),) * one.rooms
