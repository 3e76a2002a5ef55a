"""What a guest pays for cancelling: the frozen policy at the moment he asked, whatever the supplier does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bookings.models import Attempt, Booking
from bookings.services import cancellation, reconciliation
from bookings.states import BookingStatus, PaymentStatus
from faredown.lib import clock
from faredown.lib.errors import Conflict
from faredown.lib.money import Money
from tests.bookings import world as worlds
from tests.bookings.world import World


@pytest.fixture
def booking(world: World) -> Booking:
    return world.book().booking


def free_until(row: Booking) -> datetime:
    return datetime.fromisoformat(row.terms["free_until"])


def first_fee(row: Booking) -> Money:
    return Money.from_json(row.terms["steps"][0]["fee"])


def test_the_last_free_second_is_free_and_the_next_costs(booking: Booking) -> None:
    deadline = free_until(booking)
    with clock.frozen(deadline - timedelta(seconds=1)):
        free = cancellation.preview(booking)
    with clock.frozen(deadline):
        late = cancellation.preview(booking)
    assert (free.fee, free.refund, free.deadline) == (Money.zero("EUR"), booking.total, deadline)
    assert late.fee == first_fee(booking) > Money.zero("EUR")
    assert late.fee + late.refund == booking.total


def test_the_fee_is_the_suppliers_share_of_the_price(booking: Booking) -> None:
    step = booking.supplier_terms[0][0]
    share = Money.of(step["fee"]["amount"], "EUR").amount / booking.net.amount
    assert first_fee(booking) == (booking.total * share).rounded()


def test_a_paid_cancellation_keeps_the_fee_and_refunds_the_rest(world: World, booking: Booking) -> None:
    at = free_until(booking) + timedelta(seconds=1)
    world.hotelbeds.clock(now=clock.iso(at))
    with clock.frozen(at):
        done = cancellation.cancel(booking)
    fee = first_fee(booking)
    assert (done.cancelled, done.fee, done.refund) == (True, fee, booking.total - fee)
    booking.refresh_from_db()
    payment = worlds.latest_payment(booking)
    expected = PaymentStatus.PARTIALLY_REFUNDED if fee < booking.total else PaymentStatus.CAPTURED
    assert payment.status == expected
    assert payment.captured - payment.refunded == fee
    assert booking.supplier_fee is not None
    balances = worlds.assert_ledger_balances(booking)
    assert balances == {
        ("cash_at_provider", "EUR"): fee.amount,
        ("cancellation_fee", "EUR"): -fee.amount,
        ("supplier_cost", "EUR"): booking.supplier_fee.amount,
        ("supplier_payable", "EUR"): -booking.supplier_fee.amount,
    }
    assert booking.staff_queue is None


def test_asking_in_time_counts_even_when_the_supplier_answers_late(world: World, booking: Booking) -> None:
    deadline = free_until(booking)
    world.hotelbeds.faults(
        {"operation": "cancellation", "kind": "timeout_before", "probability": 1.0, "delay_ms": 5}
    )
    with clock.frozen(deadline - timedelta(minutes=1)):
        asked = cancellation.cancel(booking)
    assert (asked.cancelled, asked.fee) == (False, Money.zero("EUR"))
    world.hotelbeds.faults()
    world.hotelbeds.clock(now=clock.iso(deadline + timedelta(hours=1)))
    with clock.frozen(deadline + timedelta(hours=1)):
        reconciliation.sweep()
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert booking.cancellation_fee == Money.zero("EUR")
    assert worlds.latest_payment(booking).refunded == booking.total
    assert booking.supplier_fee is not None
    assert booking.supplier_fee > Money.zero("EUR"), "the difference is ours"


@pytest.mark.parametrize("kind", ["drop_after_commit", "truncated_body", "invalid_json"])
def test_a_lost_answer_is_read_at_the_supplier(world: World, booking: Booking, kind: str) -> None:
    """Nine of ten answers are lost, the simulation's too: what was done shows when the booking is read."""
    world.hotelbeds.faults({"operation": "cancellation", "kind": kind, "probability": 0.9, "seed": 3})
    cancellation.cancel(booking)
    for minutes in (5, 12, 25):
        with clock.travel(timedelta(minutes=minutes)):
            reconciliation.sweep()
    world.hotelbeds.faults()
    with clock.travel(timedelta(minutes=60)):
        reconciliation.sweep()
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert [held["status"] for held in world.held(booking)] == ["CANCELLED"]
    assert worlds.latest_payment(booking).status == PaymentStatus.REFUNDED


def test_a_refusing_supplier_is_for_staff_and_the_guests_word_stands(world: World, booking: Booking) -> None:
    world.hotelbeds.faults({"operation": "cancellation", "kind": "product_error", "probability": 1.0})
    asked = cancellation.cancel(booking)
    assert (asked.cancelled, asked.fee) == (False, Money.zero("EUR"))
    booking.refresh_from_db()
    assert (booking.status, booking.staff_queue) == (BookingStatus.CANCELLING, "cancellation_refused")
    assert Attempt.objects.filter(operation="cancel").count() == 1


def test_asking_twice_is_once(booking: Booking) -> None:
    first = cancellation.cancel(booking)
    again = cancellation.cancel(booking)
    assert first == again
    assert worlds.latest_payment(booking).refunds.count() == 1


def test_a_stay_that_began_is_not_cancelled_here(booking: Booking) -> None:
    with clock.travel(timedelta(days=62)), pytest.raises(Conflict, match="stay_started"):
        cancellation.cancel(booking)


def test_a_booking_the_supplier_does_not_see_yet_is_cancelled_when_it_does(world: World) -> None:
    quote = world.quote(wanted=worlds.refundable)
    world.hotelbeds.faults(
        {"operation": "booking", "kind": "delayed_visibility", "count": 1, "delay_ms": 60_000}
    )
    row = world.book(quote).booking
    assert row.status == BookingStatus.CONFIRMED
    cancellation.cancel(row)
    row.refresh_from_db()
    assert (row.status, row.staff_queue) == (BookingStatus.CANCELLING, None)
    world.hotelbeds.clock(advance_seconds=150)
    with clock.travel(timedelta(seconds=150)):
        reconciliation.sweep()
    row.refresh_from_db()
    assert (row.status, row.staff_queue) == (BookingStatus.CANCELLED, None)
    assert [held["status"] for held in world.held(row)] == ["CANCELLED"]
