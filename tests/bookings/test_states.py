"""The tables themselves: complete, without dead ends that hold money, and never backwards."""

from __future__ import annotations

from enum import StrEnum

import pytest

from bookings import states
from bookings.states import BookingStatus, PaymentStatus, QuoteStatus

TABLES: list[tuple[states.Table, type[StrEnum]]] = [
    (states.QUOTE, states.QuoteStatus),
    (states.BOOKING, states.BookingStatus),
    (states.PAYMENT, states.PaymentStatus),
    (states.REFUND, states.RefundStatus),
    (states.ORPHAN, states.OrphanStatus),
]


@pytest.mark.parametrize(("table", "statuses"), TABLES)
def test_every_status_has_a_row_and_every_step_leads_to_one(
    table: states.Table, statuses: type[StrEnum]
) -> None:
    assert set(table) == {status.value for status in statuses}
    assert {target for targets in table.values() for target in targets} <= set(table)


@pytest.mark.parametrize(("table", "statuses"), TABLES)
def test_every_status_can_be_reached_and_none_leads_to_itself(
    table: states.Table, statuses: type[StrEnum]
) -> None:
    first = next(iter(statuses)).value
    seen, open_ends = {first}, [first]
    while open_ends:
        for target in table[open_ends.pop()] - seen:
            seen.add(target)
            open_ends.append(target)
    assert seen == set(table)
    assert all(source not in targets for source, targets in table.items())


def test_where_lives_end() -> None:
    assert states.final(states.QUOTE) == {QuoteStatus.USED, QuoteStatus.EXPIRED}
    assert states.final(states.BOOKING) == {
        BookingStatus.REJECTED,
        BookingStatus.CANCELLED,
        BookingStatus.COMPLETED,
    }
    assert states.final(states.PAYMENT) == {PaymentStatus.DECLINED, PaymentStatus.VOIDED}
    assert states.final(states.REFUND) == set()


def test_a_booking_is_confirmed_only_by_the_suppliers_answer() -> None:
    before = {source for source, targets in states.BOOKING.items() if BookingStatus.CONFIRMED in targets}
    assert before == {BookingStatus.CONFIRMING, BookingStatus.UNKNOWN}


def test_money_is_taken_only_from_a_hold() -> None:
    before = {source for source, targets in states.PAYMENT.items() if PaymentStatus.CAPTURING in targets}
    assert before == {PaymentStatus.AUTHORISED, PaymentStatus.CAPTURE_FAILED}
    assert PaymentStatus.CAPTURED not in states.PAYMENT[PaymentStatus.AUTHORISED]


def test_ended_payments_make_room_for_another() -> None:
    ended = {PaymentStatus.DECLINED, PaymentStatus.VOIDED}
    assert frozenset(PaymentStatus) - ended == states.LIVE_PAYMENT
