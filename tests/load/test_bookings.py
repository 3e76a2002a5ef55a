"""From a quote to a confirmed, paid booking with its voucher: what of it is ours, and what the supplier's part is."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.services import quoting
from bookings.states import BookingStatus, PaymentStatus
from hotels.models import Destination, DestinationCode
from suppliers.models import Call
from suppliers.simulators.hotelbeds.running import Control
from tests.bookings import world as worlds
from tests.bookings.world import World
from tests.load import figures
from tests.load.hotelbeds import Simulator

BOOKINGS = 12
QUERIES_SPREAD = 1.2
# One booking call; before it a price check where the rate needs one.
CALLS_AT_MOST = 2


@pytest.fixture
def world(catalogue: None, simulator: Simulator) -> World:
    dubai = DestinationCode.objects.get(supplier="hotelbeds", code="DXB").destination_id
    return World(Control(simulator.url), Destination.objects.get(pk=dubai))


def test_a_booking_costs_the_same_however_many_came_before(world: World) -> None:
    to_quote, to_book, at_supplier, calls, queries = [], [], [], [], []
    for number in range(BOOKINGS):
        # Each for nights of its own: allotments run out.
        weeks_on = replace(world, check_in=world.check_in + timedelta(weeks=number))
        offers = weeks_on.choose(wanted=worlds.refundable)
        last_call = Call.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with CaptureQueriesContext(connection) as asked:
            started = time.perf_counter()
            quote = quoting.quote(offers)
            quoted = time.perf_counter()
            placed = world.book(quote)
            ended = time.perf_counter()
        assert placed.booking.status == BookingStatus.CONFIRMED
        assert placed.payment.status == PaymentStatus.CAPTURED
        to_quote.append(1000 * (quoted - started))
        to_book.append(1000 * (ended - quoted))
        elapsed = list(Call.objects.filter(pk__gt=last_call).values_list("elapsed_ms", flat=True))
        at_supplier.append(float(sum(elapsed)))
        calls.append(len(elapsed))
        queries.append(len(asked))
    found = figures.table(
        f"Quote to voucher, {BOOKINGS} bookings, the simulator answers at once", "median", "most"
    )
    for name, spent in (
        ("quote, ms", to_quote),
        ("book: hold, supplier, capture, voucher, mail, ms", to_book),
        ("of both: at the supplier, ms", at_supplier),
    ):
        found.add(name, statistics.median(spent), max(spent))
    found.add("calls to the supplier", int(statistics.median(calls)), max(calls))
    found.add("queries of both", int(statistics.median(queries)), max(queries))
    assert max(queries) < QUERIES_SPREAD * min(queries)
    assert max(calls) <= CALLS_AT_MOST
    # The simulator must not be what this measures.
    assert statistics.median(at_supplier) < (statistics.median(to_quote) + statistics.median(to_book)) / 2
