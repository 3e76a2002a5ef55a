"""What the supplier really holds: for UNKNOWN by our reference in its list, for CONFIRMED by reading the booking.

A booking call is never sent again (Hotelbeds does not deduplicate on our reference, REFERENCE section 3.2). Absent from
enough listings over enough time means REJECTED, and is then watched for a late appearance.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import transaction

from bookings.conf import rules
from bookings.models import Attempt, Booking
from bookings.services import answers, cancellation, orphans, outside, provider_calls, staff, transitions
from bookings.states import BookingStatus
from faredown.lib import clock
from suppliers import registry
from suppliers.errors import NotFound, SupplierError
from suppliers.types import BookingStatus as AtSupplier
from suppliers.types import BookingSummary, Confirmation

log = structlog.get_logger(__name__)

UNCLEAR_AFTER = timedelta(hours=2)


def overdue(booking_pk: int) -> None:
    """CONFIRMING past the longest call: the stored answer is followed, and without one it is UNKNOWN."""
    booking = Booking.objects.get(pk=booking_pk)
    attempt = booking.attempts.filter(token=booking.attempt_token).first()
    if attempt is not None and attempt.outcome != Attempt.Outcome.IN_FLIGHT:
        answers.apply(attempt.pk)
        return
    with transaction.atomic():
        booking = provider_calls.locked_booking(booking_pk)
        if booking.status == BookingStatus.CONFIRMING:
            # Still open to an answer that comes after all: `finished_at` stays empty until then.
            booking.attempts.filter(token=booking.attempt_token, outcome=Attempt.Outcome.IN_FLIGHT).update(
                outcome=Attempt.Outcome.UNKNOWN
            )
            answers.unknown(booking)


def resolve(booking_pk: int) -> None:
    """Look for an UNKNOWN booking at the supplier and decide, if what is seen is enough to."""
    booking = _lease(booking_pk, BookingStatus.UNKNOWN, _listing_interval())
    if booking is None:
        return
    try:
        seen = _seen(booking)
        held = _read(booking, seen)
    except SupplierError as error:
        _unclear(booking, error)
        return
    with transaction.atomic():
        booking = provider_calls.locked_booking(booking_pk)
        if booking.status != BookingStatus.UNKNOWN:
            return
        if held is None:
            _absent(booking)
            return
        answers.decide(booking, held)
        if held.status is AtSupplier.PENDING:
            _long_unclear(booking, "The supplier has accepted this booking and not made it final.")
        for extra in seen:
            if extra.status is AtSupplier.CONFIRMED and extra.supplier_reference != held.supplier_reference:
                orphans.found(booking, extra.supplier_reference)


def watch(booking_pk: int) -> None:
    """A booking rejected for want of an answer: a late appearance at the supplier is not ours to keep."""
    booking = _lease(booking_pk, BookingStatus.REJECTED, timedelta(minutes=rules().watch_interval_minutes))
    if booking is None:
        return
    if booking.watch_until is None or booking.watch_until <= clock.now():
        Booking.objects.filter(pk=booking_pk).update(next_check_at=None)
        return
    try:
        seen = _seen(booking)
    except SupplierError as error:
        log.info("watch_not_answered", booking=booking.reference, error=type(error).__name__)
        return
    for row in seen:
        if row.status is AtSupplier.CONFIRMED:
            orphans.found(booking, row.supplier_reference)


def verify(booking_pk: int) -> None:
    """Read a confirmed booking at the supplier: hotels cancel, too. After departure it is completed."""
    booking = _lease(booking_pk, BookingStatus.CONFIRMED, timedelta(hours=rules().verify_hours))
    if booking is None:
        return
    if clock.today(booking.timezone) >= booking.check_out:
        transitions.move(booking, BookingStatus.COMPLETED, next_check_at=None)
        return
    outside.guard()
    try:
        held = registry.get(booking.supplier).booking(booking.supplier_reference, language=booking.language)
    except NotFound:
        staff.queue(booking, "supplier_unclear", reason="The supplier does not know this confirmed booking.")
        return
    except SupplierError as error:
        log.info("verify_not_answered", booking=booking.reference, error=type(error).__name__)
        return
    if held.status is AtSupplier.CANCELLED:
        with transaction.atomic():
            booking = provider_calls.locked_booking(booking_pk)
            if booking.status == BookingStatus.CONFIRMED:
                cancellation.by_hotel(booking, supplier_fee=held.cancellation_fee)


def _seen(booking: Booking) -> list[BookingSummary]:
    """What the supplier lists under our reference (it may write it in capitals), confirmed ones first."""
    outside.guard()
    asked_on = (booking.attempted_at or booking.created_at).date()
    found = registry.get(booking.supplier).find(booking.reference, created_on=asked_on)
    ours = [row for row in found if row.client_reference.casefold() == booking.reference.casefold()]
    return sorted(ours, key=lambda row: row.status is not AtSupplier.CONFIRMED)


def _read(booking: Booking, seen: list[BookingSummary]) -> Confirmation | None:
    """A list's line lacks the policies and names: read the whole booking."""
    if not seen:
        return None
    return registry.get(booking.supplier).booking(seen[0].supplier_reference, language=booking.language)


def _absent(booking: Booking) -> None:
    checks = booking.listing_checks + 1
    asked_for = clock.now() - (booking.attempted_at or booking.created_at)
    longest = max(timedelta(minutes=rules().absent_minutes), answers.longest_call(booking.supplier))
    if checks >= rules().absent_listings and asked_for >= longest:
        answers.rejected(
            booking,
            reason="not_found_at_supplier",
            listing_checks=checks,
            watch_until=clock.now() + timedelta(hours=rules().watch_hours),
            next_check_at=clock.now() + timedelta(minutes=rules().watch_interval_minutes),
        )
    else:
        Booking.objects.filter(pk=booking.pk).update(listing_checks=checks)


def _unclear(booking: Booking, error: SupplierError) -> None:
    """Not answered: nothing is concluded. People hear of it when it lasts."""
    log.warning("resolve_not_answered", booking=booking.reference, error=type(error).__name__)
    _long_unclear(booking, f"The supplier cannot be asked about this booking: {type(error).__name__}.")


def _long_unclear(booking: Booking, reason: str) -> None:
    if clock.now() - booking.status_changed_at > UNCLEAR_AFTER:
        staff.queue(booking, "supplier_unclear", reason=reason)


def _lease(booking_pk: int, status: str, interval: timedelta) -> Booking | None:
    """`next_check_at` is the lease: of two sweepers one moves it on."""
    now = clock.now()
    due = Booking.objects.filter(pk=booking_pk, status=status, next_check_at__lte=now)
    if due.update(next_check_at=now + interval) != 1:
        return None
    return Booking.objects.select_related("quote").get(pk=booking_pk)


def _listing_interval() -> timedelta:
    return timedelta(minutes=rules().absent_minutes) / rules().absent_listings
