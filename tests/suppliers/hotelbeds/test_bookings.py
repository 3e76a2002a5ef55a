from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from faredown.lib import clock
from faredown.lib.money import Money
from suppliers.errors import AlreadyCancelled, InvalidRequest, NotFound
from suppliers.models import Call
from suppliers.port import Supplier
from suppliers.selectors import calls_about
from suppliers.simulators.hotelbeds.running import Running
from suppliers.types import BookingStatus, Cancellation, Occupancy
from tests.suppliers.hotelbeds import journey


def test_a_booking_is_held_found_and_cancelled_free_of_charge(
    hotelbeds: Supplier, simulator: Running
) -> None:
    rate = journey.rate(hotelbeds, journey.refundable)
    order = journey.order(rate)

    confirmed = hotelbeds.book(order)

    assert (confirmed.status, confirmed.net) == (BookingStatus.CONFIRMED, rate.net)
    assert confirmed.client_reference.upper() == order.client_reference
    assert confirmed.payable_through
    (room,) = confirmed.rooms
    assert (room.room_code, room.board_code, room.terms) == (rate.room_code, rate.board_code, rate.terms)
    assert [guest.first_name.title() for guest in room.guests] == ["Anna", "Anna"]
    assert hotelbeds.booking(confirmed.supplier_reference, language="en") == confirmed

    (found,) = hotelbeds.find(order.client_reference.lower(), created_on=clock.today())
    assert (found.supplier_reference, found.net) == (confirmed.supplier_reference, confirmed.net)
    assert len(simulator.control.bookings(order.client_reference)) == 1

    told = hotelbeds.cancel(confirmed.supplier_reference, simulate=True, language="en")
    assert told == Cancellation(
        supplier_reference=confirmed.supplier_reference, fee=Money.zero("EUR"), cancelled=False
    )
    done = hotelbeds.cancel(confirmed.supplier_reference, simulate=False, language="en")
    assert (done.cancelled, done.fee) == (True, Money.zero("EUR"))
    assert done.cancellation_reference
    held = hotelbeds.booking(confirmed.supplier_reference, language="en")
    assert (held.status, held.cancellation_fee) == (BookingStatus.CANCELLED, Money.zero("EUR"))
    with pytest.raises(AlreadyCancelled):
        hotelbeds.cancel(confirmed.supplier_reference, simulate=False, language="en")


def test_a_late_cancellation_costs_what_the_terms_say(hotelbeds: Supplier) -> None:
    rate = journey.rate(hotelbeds, lambda one: one.rate_class == "NRF" and not one.needs_check)
    confirmed = hotelbeds.book(journey.order(rate))

    assert hotelbeds.cancel(confirmed.supplier_reference, simulate=True, language="en").fee == rate.net
    assert hotelbeds.cancel(confirmed.supplier_reference, simulate=False, language="en").fee == rate.net


def test_rooms_of_two_kinds_and_two_of_a_kind_in_one_booking(hotelbeds: Supplier) -> None:
    found = hotelbeds.search(
        journey.stay(Occupancy(2, (5, 8)), Occupancy(2, (8, 5)), Occupancy(1)), deadline=10
    )
    rates = next(
        pair
        for hotel in found.hotels
        if all(
            pair := [
                next((rate for rate in hotel.rates if not rate.needs_check and rate.rooms == rooms), None)
                for rooms in (2, 1)
            ]
        )
    )
    twins, single = (rate for rate in rates if rate)

    confirmed = hotelbeds.book(journey.order(twins, single))

    assert confirmed.net == twins.net + single.net
    assert [(room.rooms, room.occupancy) for room in confirmed.rooms] == [
        (2, Occupancy(2, (5, 8))),
        (1, Occupancy(1)),
    ]
    assert len(confirmed.rooms[0].guests) == 8
    assert [guest.age for guest in confirmed.rooms[0].guests if guest.age] == [5, 8, 5, 8]


def test_what_is_not_there(hotelbeds: Supplier) -> None:
    with pytest.raises(NotFound):
        hotelbeds.booking("1-99999999", language="en")
    assert hotelbeds.find("NOBODYS", created_on=clock.today()) == []


def test_a_reference_too_long_is_never_sent(hotelbeds: Supplier) -> None:
    order = msgspec.structs.replace(
        journey.order(journey.rate(hotelbeds, journey.refundable)), client_reference="X" * 21
    )

    with pytest.raises(InvalidRequest, match="1 to 20 characters"):
        hotelbeds.book(order)

    assert not Call.objects.filter(operation="book").exists()


def test_reconfirmations_are_pulled(hotelbeds: Supplier, simulator: Running) -> None:
    confirmed = hotelbeds.book(journey.order(journey.rate(hotelbeds, journey.refundable)))
    simulator.control.clock(advance_seconds=2 * 3600)

    now = clock.now()
    found = dict(hotelbeds.reconfirmations(since=now - timedelta(days=1), until=now + timedelta(days=1)))

    assert found[confirmed.supplier_reference]


def test_exchanges_are_kept_without_names_and_keys(hotelbeds: Supplier, simulator: Running) -> None:
    order = journey.order(journey.rate(hotelbeds, journey.refundable), name="Wilhelmina")
    confirmed = hotelbeds.book(order)
    hotelbeds.cancel(confirmed.supplier_reference, simulate=False, language="en")

    calls = list(calls_about([order.client_reference, confirmed.supplier_reference]))

    assert [(call.operation, call.outcome, call.status) for call in calls] == [
        ("book", "ok", 200),
        ("cancel", "ok", 200),
    ]
    assert all(len(call.token) == 32 for call in calls)
    written = "".join(call.request_body + call.response_body + call.path for call in calls).lower()
    assert order.client_reference.lower() in written
    for secret in (
        "wilhelmina",
        "castellanos",
        "arrives late",
        simulator.settings.api_key,
        simulator.settings.secret,
    ):
        assert secret.lower() not in written
