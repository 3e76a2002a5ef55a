"""A status moves by the table, from what the caller read, once, and leaves its trace."""

from __future__ import annotations

import pytest
from django.db import transaction

from bookings.models import Booking, Event
from bookings.services import outside, transitions
from bookings.states import BookingStatus, InvalidTransition
from faredown.audit.models import Action
from tests.bookings import world as worlds
from tests.bookings.world import World


@pytest.fixture
def booking(world: World) -> Booking:
    return world.place_booking(world.quote(wanted=worlds.refundable)).booking


def test_a_step_writes_the_row_its_story_and_the_audit(booking: Booking) -> None:
    assert transitions.move(
        booking, BookingStatus.REJECTED, detail={"reason": "not_paid"}, status_reason="not_paid"
    )
    stored = Booking.objects.get()
    assert (stored.status, stored.status_reason) == ("rejected", "not_paid")
    assert (booking.status, booking.status_reason) == ("rejected", "not_paid")
    event = Event.objects.get(kind="booking.rejected")
    assert event.detail == {"from": "pending", "reason": "not_paid"}
    assert event.is_public
    action = Action.objects.get(action="booking.rejected")
    assert (action.target_type, action.target_reference) == ("bookings.booking", booking.reference)


def test_whoever_read_an_old_status_changes_nothing(booking: Booking) -> None:
    late = Booking.objects.get()
    assert transitions.move(booking, BookingStatus.REJECTED)
    events = Event.objects.count()
    assert not transitions.move(late, BookingStatus.CONFIRMING, attempt_token="t")
    assert late.status == "pending"
    assert Event.objects.count() == events
    assert Booking.objects.get().status == "rejected"


def test_a_condition_beside_the_status_is_kept(booking: Booking) -> None:
    assert not transitions.move(booking, BookingStatus.REJECTED, where={"attempt_token": "another's"})
    assert Booking.objects.get().status == "pending"


def test_a_step_the_table_does_not_know_is_a_mistake(booking: Booking) -> None:
    with pytest.raises(InvalidTransition, match="pending -> confirmed"):
        transitions.move(booking, BookingStatus.CONFIRMED)
    assert Booking.objects.get().status == "pending"


@pytest.mark.django_db(transaction=True)
def test_an_outside_call_inside_a_transaction_is_refused() -> None:
    outside.guard()
    with pytest.raises(outside.TransactionOpen):
        transaction.atomic(outside.guard)()
