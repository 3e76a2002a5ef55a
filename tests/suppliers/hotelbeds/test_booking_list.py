"""The list of a day's bookings, for comparing books: every page of it, whoever booked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from faredown.lib import clock
from suppliers.adapters.hotelbeds import adapter
from suppliers.models import Call
from suppliers.port import BookingListing, Supplier
from suppliers.types import BookingStatus
from tests.suppliers.hotelbeds import journey


def test_every_booking_of_a_day_is_listed_page_by_page(
    hotelbeds: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "LIST_PAGE", 2)
    assert isinstance(hotelbeds, BookingListing)
    rate = journey.rate(hotelbeds, journey.refundable)
    made = [hotelbeds.book(journey.order(rate)) for _ in range(3)]
    hotelbeds.cancel(made[0].supplier_reference, simulate=False, language="en")

    listed = {one.supplier_reference: one for one in hotelbeds.bookings_made_on(clock.today())}

    assert set(listed) == {one.supplier_reference for one in made}
    assert listed[made[0].supplier_reference].status == BookingStatus.CANCELLED
    assert listed[made[1].supplier_reference].net == made[1].net
    assert Call.objects.filter(operation="booking_list").count() == 2
    assert list(hotelbeds.bookings_made_on(clock.today() - timedelta(days=3))) == []
