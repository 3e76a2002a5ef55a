"""Cancelling: the guest pays what his frozen policy says at the moment he asked, whatever the supplier does later.

request (CONFIRMED -> CANCELLING, the fee fixed) -> the supplier asked -> CANCELLED -> money follows. A lost answer is
resolved by reading the booking at the supplier; cancelling twice there is once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
import structlog
from django.db import transaction

from bookings import terms
from bookings.conf import rules
from bookings.models import Attempt, Booking
from bookings.services import answers, ledger, money, notifications, outside, staff, transitions, waiting
from bookings.states import BookingStatus
from faredown.accounts.models import User
from faredown.lib import clock, ids
from faredown.lib.background import defer
from faredown.lib.errors import Conflict
from faredown.lib.locking import locked_one
from faredown.lib.money import Money
from hotels.pricing import terms as supplier_terms
from suppliers import registry
from suppliers.errors import AlreadyCancelled, NotFound, Rejected, SupplierError
from suppliers.port import Supplier
from suppliers.types import BookingStatus as AtSupplier
from suppliers.types import CancellationTerm

log = structlog.get_logger(__name__)

ASKED = (BookingStatus.CANCELLING, BookingStatus.CANCELLED)


class Outcome(NamedTuple):
    fee: Money
    refund: Money
    deadline: datetime | None
    """Until when it is (or was) free; None: never."""
    cancelled: bool


def preview(booking: Booking) -> Outcome:
    """What cancelling now would cost; for a cancelled booking, what it cost. Raises Conflict when it cannot be."""
    if booking.status in ASKED:
        fee = booking.cancellation_fee or Money.zero(booking.total.currency)
    elif booking.status == BookingStatus.PENDING:
        fee = Money.zero(booking.total.currency)
    else:
        _cancellable(booking)
        fee = terms.fee_at(booking.terms, clock.now())
    paid = booking.status != BookingStatus.PENDING
    return Outcome(
        fee=fee,
        refund=booking.total - fee if paid else Money.zero(booking.total.currency),
        deadline=terms.free_until(booking.terms),
        cancelled=booking.status == BookingStatus.CANCELLED,
    )


def cancel(booking: Booking, *, reason: str = "", by: User | None = None) -> Outcome:
    """Ask for it, give the worker a moment, and tell how it stands. Asking twice is once.

    The guest's part is done when this returns: the fee is fixed, and the sweeper keeps after the supplier.
    """
    request(booking.pk, reason=reason, by=by)
    return preview(waiting.until(booking.pk, lambda row: row.status != BookingStatus.CANCELLING))


def request(booking_pk: int, *, reason: str = "", by: User | None = None) -> None:
    """Raises Conflict while the supplier has not confirmed yet, and for bookings that are over."""
    now = clock.now()
    with transaction.atomic():
        booking = locked_one(Booking.objects.filter(pk=booking_pk))
        if booking.status in ASKED:
            return
        if booking.status == BookingStatus.PENDING:
            _withdraw(booking, reason, by)
            return
        _cancellable(booking)
        fee = terms.fee_at(booking.terms, now)
        transitions.move(
            booking,
            BookingStatus.CANCELLING,
            by=by,
            detail={"fee": fee.as_json()},
            cancel_requested_at=now,
            cancel_reason=reason[:500],
            cancellation_fee_amount=fee.amount,
            cancel_attempts=0,
            next_check_at=now,
        )
        defer("bookings.cancel", booking.pk)


def execute(booking_pk: int) -> None:
    """Ask the supplier. After a try whose answer was lost, its booking is read first."""
    attempt = _claim(booking_pk)
    if attempt is None:
        return
    booking = attempt.booking
    outside.guard()
    supplier = registry.get(booking.supplier)
    try:
        facts = _ask(supplier, booking, first=booking.cancel_attempts == 1)
    except SupplierError as error:
        # Not found is no answer about a booking they confirmed to us: it may not be seen everywhere yet.
        refused = isinstance(error, Rejected) and error.outcome_known and not isinstance(error, NotFound)
        outcome = Attempt.Outcome.REFUSED if refused else Attempt.Outcome.UNKNOWN
        _store(attempt, outcome, {"error": type(error).__name__, "detail": error.detail[:500]})
    else:
        _store(attempt, Attempt.Outcome.DONE, facts)
    apply(attempt.pk)


def apply(attempt_pk: int) -> None:
    """Draw the consequence of the supplier's stored answer. Safe to repeat."""
    with transaction.atomic():
        attempt = Attempt.objects.get(pk=attempt_pk)
        booking = locked_one(Booking.objects.filter(pk=attempt.booking_id))
        attempt = Attempt.objects.select_for_update().get(pk=attempt_pk)
        if attempt.applied_at is not None or attempt.outcome == Attempt.Outcome.IN_FLIGHT:
            return
        if booking.status == BookingStatus.CANCELLING:
            _follow(booking, attempt)
        Attempt.objects.filter(pk=attempt.pk).update(applied_at=clock.now())


def by_hotel(booking: Booking, *, supplier_fee: Money | None) -> None:
    """The hotel or supplier cancelled a confirmed booking: nothing is kept. Call it with the booking locked."""
    zero = Money.zero(booking.total.currency)
    moved = transitions.move(
        booking,
        BookingStatus.CANCELLED,
        detail={"reason": "hotel_cancelled"},
        status_reason="hotel_cancelled",
        cancelled_at=clock.now(),
        cancellation_fee_amount=zero.amount,
        supplier_fee_amount=supplier_fee.amount if supplier_fee else 0,
        next_check_at=None,
    )
    if moved:
        ledger.cancelled(booking, fee=zero, supplier_fee=supplier_fee or Money.zero(booking.net.currency))
        staff.queue(
            booking, "hotel_cancelled", reason="The hotel cancelled. The guest is refunded in full; help him."
        )
        notifications.hotel_cancelled(booking)
        money.follow(booking)


def _ask(supplier: Supplier, booking: Booking, *, first: bool) -> dict[str, Any]:
    language, reference = booking.language, booking.supplier_reference
    if not first:
        held = supplier.booking(reference, language=language)
        if held.status is AtSupplier.CANCELLED:
            return {
                "fee": msgspec.to_builtins(held.cancellation_fee),
                "reference": held.cancellation_reference,
            }
    try:
        expected = supplier.cancel(reference, simulate=True, language=language).fee
        done = supplier.cancel(reference, simulate=False, language=language)
    except AlreadyCancelled:
        held = supplier.booking(reference, language=language)
        return {"fee": msgspec.to_builtins(held.cancellation_fee), "reference": held.cancellation_reference}
    return {
        "fee": msgspec.to_builtins(done.fee),
        "simulated_fee": msgspec.to_builtins(expected),
        "reference": done.cancellation_reference,
    }


def _claim(booking_pk: int) -> Attempt | None:
    """`next_check_at` is the lease: whoever moves it on may ask until it comes round again."""
    now, token = clock.now(), ids.secret_token()
    with transaction.atomic():
        booking = locked_one(Booking.objects.filter(pk=booking_pk))
        due = booking.next_check_at is not None and booking.next_check_at <= now
        if booking.status != BookingStatus.CANCELLING or not due:
            return None
        booking.cancel_token = token
        booking.cancel_attempts += 1
        booking.next_check_at = now + answers.longest_call(booking.supplier)
        booking.save(update_fields=["cancel_token", "cancel_attempts", "next_check_at"])
        return Attempt.objects.create(
            booking=booking, token=token, operation=Attempt.Operation.CANCEL, started_at=now
        )


def _follow(booking: Booking, attempt: Attempt) -> None:
    if attempt.outcome == Attempt.Outcome.DONE:
        fee = msgspec.convert(attempt.facts["fee"], Money | None)
        _cancelled(booking, fee or Money.zero(booking.net.currency), attempt.facts["reference"])
    elif attempt.outcome == Attempt.Outcome.REFUSED or booking.cancel_attempts >= rules().cancel_attempts:
        Booking.objects.filter(pk=booking.pk).update(next_check_at=None)
        error = attempt.facts["error"]
        staff.queue(booking, "cancellation_refused", reason=f"The supplier did not cancel: {error}.")
    else:
        pause = timedelta(seconds=rules().retry_seconds * 2 ** (booking.cancel_attempts - 1))
        Booking.objects.filter(pk=booking.pk).update(next_check_at=clock.now() + pause)


def _cancelled(booking: Booking, supplier_fee: Money, reference: str) -> None:
    fee = booking.cancellation_fee or Money.zero(booking.total.currency)
    transitions.move(
        booking,
        BookingStatus.CANCELLED,
        detail={"fee": fee.as_json(), "supplier_fee": supplier_fee.as_json()},
        cancelled_at=clock.now(),
        supplier_fee_amount=supplier_fee.amount,
        cancellation_reference=reference,
        next_check_at=None,
    )
    expected = _expected_fee(booking)
    if supplier_fee.currency != expected.currency or supplier_fee > expected * Decimal("1.01"):
        reason = f"The supplier kept {supplier_fee}, its terms said {expected}."
        staff.queue(booking, "cancellation_fee_gap", reason=reason)
    ledger.cancelled(booking, fee=fee, supplier_fee=supplier_fee)
    notifications.cancelled(booking)
    money.follow(booking)


def _expected_fee(booking: Booking) -> Money:
    """The supplier's fee by its confirmed terms, at the moment the guest asked."""
    net = booking.confirmed_net or booking.net
    asked_at = booking.cancel_requested_at or clock.now()
    if booking.terms["non_refundable"]:
        return net
    parts = msgspec.convert(booking.supplier_terms, list[tuple[CancellationTerm, ...] | None])
    fees = [supplier_terms.fee_at(part or (), asked_at, currency=net.currency) for part in parts]
    return sum(fees, Money.zero(net.currency))


def _withdraw(booking: Booking, reason: str, by: User | None) -> None:
    """Before the supplier was asked: nothing is owed."""
    transitions.move(
        booking,
        BookingStatus.CANCELLED,
        by=by,
        status_reason="withdrawn",
        cancel_requested_at=clock.now(),
        cancel_reason=reason[:500],
        cancelled_at=clock.now(),
        cancellation_fee_amount=0,
        next_check_at=None,
    )
    money.follow(booking)


def _cancellable(booking: Booking) -> None:
    if booking.status in (BookingStatus.CONFIRMING, BookingStatus.UNKNOWN):
        raise Conflict(
            "not_yet_confirmed", "The booking is still being confirmed. Try again soon.", retry_after=30
        )
    if booking.status != BookingStatus.CONFIRMED:
        raise Conflict("not_cancellable", "This booking can no longer be cancelled.")
    if clock.today(booking.timezone) > booking.check_in:
        raise Conflict("stay_started", "The stay has begun. Speak with the hotel.")


def _store(attempt: Attempt, outcome: str, facts: dict[str, Any]) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(outcome=outcome, facts=facts, finished_at=clock.now())
