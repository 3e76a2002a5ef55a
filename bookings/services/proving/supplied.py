"""Our bookings against the list that each supplier keeps of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bookings import chain
from bookings.models import Booking
from bookings.services import outside
from bookings.services.proving.books import BOUGHT, ENDED
from bookings.services.proving.differences import Code, Difference, told
from bookings.services.proving.pairs import paired
from bookings.services.proving.rows import stream
from suppliers import registry
from suppliers.port import BookingListing
from suppliers.types import BookingStatus as AtSupplier


class NotListed(Exception):
    """The supplier has no such list, or it took too long."""


class TheirRow(NamedTuple):
    client_reference: str
    reference: str
    status: str
    net: int
    currency: str


class OurRow(NamedTuple):
    reference: str
    status: str
    net: int
    currency: str
    orphaned: bool
    changed_at: datetime


BOOKINGS = """
SELECT b.reference, b.status, (coalesce(b.confirmed_net_amount, b.net_amount) * 1000)::bigint, b.net_currency,
       EXISTS (SELECT 1 FROM bookings_orphan o WHERE o.booking_id = b.id), b.status_changed_at
  FROM bookings_booking b WHERE b.supplier = %s AND b.created_at >= %s ORDER BY b.reference COLLATE "C"
"""


def listed(code: str, *, since: date, until: date, seconds: float) -> Iterator[TheirRow]:
    """Asks the supplier for what was made on these days and one more to each side. Raises SupplierError, NotListed."""
    supplier = registry.get(code)
    if not isinstance(supplier, BookingListing):
        raise NotListed("it has no list of bookings to ask for")
    ends = time.monotonic() + seconds
    day = since - timedelta(days=1)
    while day <= until + timedelta(days=1):
        outside.guard()
        for one in supplier.bookings_made_on(day):
            if time.monotonic() > ends:
                raise NotListed(f"its list was not read to the end within {seconds:.0f} s")
            net = chain.thousandths(one.net.amount)
            yield TheirRow(
                one.client_reference.upper(), one.supplier_reference, one.status, net, one.net.currency
            )
        day += timedelta(days=1)


def compare(
    code: str, theirs: Iterator[TheirRow], *, since: datetime, settled: datetime
) -> Iterator[Difference | None]:
    """None for each pair that was looked at. What changed after `settled` may have moved on since it was listed."""
    for our, found in paired(stream(BOOKINGS, OurRow._make, code, since), theirs):
        yield None
        live = [one for one in found if one.status != AtSupplier.CANCELLED]
        if our is None:
            for one in live:
                yield from _unknown(code, one)
        elif our.changed_at <= settled:
            yield from _pair(code, our, found, live)


def _unknown(code: str, theirs: TheirRow) -> Iterator[Difference]:
    if not Booking.objects.filter(reference=theirs.client_reference).exists():
        text = (
            f"{code} holds the booking {theirs.reference} (our reference there: {theirs.client_reference!r}, "
            f"net {told(theirs.net, theirs.currency)}), and we know of none"
        )
        yield Difference(Code.UNKNOWN_AT_OURS, theirs.client_reference, text)


def _pair(code: str, our: OurRow, found: list[TheirRow], live: list[TheirRow]) -> Iterator[Difference]:
    if our.status in BOUGHT and not live:
        held = f"holds it as cancelled ({found[0].reference})" if found else "does not list it"
        text = f"it is {our.status}, and {code} {held}"
        yield Difference(Code.MISSING_AT_SUPPLIER, our.reference, text)
    if len(live) > 1:
        text = f"{code} holds it {len(live)} times: {', '.join(one.reference for one in live)}"
        yield Difference(Code.SUPPLIER_DIFFERS, our.reference, text)
    for one in live:
        if our.status in ENDED and not our.orphaned:
            text = f"it is {our.status}, and {code} holds {one.reference} as {one.status}"
            yield Difference(Code.SUPPLIER_DIFFERS, our.reference, text)
        if our.status in BOUGHT and (one.net, one.currency) != (our.net, our.currency):
            said, net = told(our.net, our.currency), told(one.net, one.currency)
            yield Difference(
                Code.SUPPLIER_DIFFERS, our.reference, f"net {said} by our book, {net} by {code}'s"
            )
