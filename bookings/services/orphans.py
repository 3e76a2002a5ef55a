"""Supplier bookings that appear after ours was given up: cancelled where that is free, else left to people."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from bookings.conf import rules
from bookings.models import Attempt, Booking, Orphan
from bookings.services import outside, staff, transitions
from bookings.states import OrphanStatus
from faredown.lib import clock, ids
from faredown.lib.background import defer
from suppliers import registry
from suppliers.errors import AlreadyCancelled, SupplierError

LAST_TRY = 8


def found(booking: Booking, supplier_reference: str) -> None:
    """Write it down and start cancelling it. Finding it twice is once."""
    with transaction.atomic():
        orphan, made = Orphan.objects.get_or_create(
            supplier_reference=supplier_reference,
            defaults={
                "booking": booking,
                "status_changed_at": clock.now(),
                "found_at": clock.now(),
                "next_check_at": clock.now(),
            },
        )
        if made:
            transitions.note(orphan, "orphan.found", detail={"supplier_reference": supplier_reference})
            defer("bookings.cancel_orphan", orphan.pk)


def cancel(orphan_pk: int) -> None:
    """Ask what cancelling costs; free: cancel. Otherwise, and after many failures, staff decide."""
    orphan = Orphan.objects.select_related("booking").get(pk=orphan_pk)
    with transaction.atomic():
        due = clock.now() + timedelta(seconds=rules().gateway_deadline_seconds * 2)
        if orphan.status != OrphanStatus.FOUND or not transitions.move(
            orphan, OrphanStatus.CANCELLING, attempts=orphan.attempts + 1, next_check_at=due
        ):
            return
    booking = orphan.booking
    supplier = registry.get(booking.supplier)
    outside.guard()
    attempt = Attempt.objects.create(
        booking=booking,
        token=ids.secret_token(),
        operation=Attempt.Operation.CANCEL_ORPHAN,
        started_at=clock.now(),
    )
    try:
        cost = supplier.cancel(orphan.supplier_reference, simulate=True, language="en").fee
        if cost:
            _finish(attempt, Attempt.Outcome.REFUSED, {"fee": cost.as_json()})
            _to_staff(orphan, f"Cancelling {orphan.supplier_reference} at the supplier would cost {cost}.")
            return
        done = supplier.cancel(orphan.supplier_reference, simulate=False, language="en")
    except AlreadyCancelled:
        _finish(attempt, Attempt.Outcome.DONE, {"already": True})
        _cancelled(orphan)
    except SupplierError as error:
        _finish(
            attempt, Attempt.Outcome.UNKNOWN, {"error": type(error).__name__, "detail": error.detail[:500]}
        )
        _again(orphan, error)
    else:
        _finish(attempt, Attempt.Outcome.DONE, {"fee": done.fee.as_json()})
        _cancelled(orphan)


def recover(orphan_pk: int) -> None:
    """Its worker died, or the last try failed: cancelling twice is once."""
    orphan = Orphan.objects.select_related("booking").get(pk=orphan_pk)
    if orphan.status == OrphanStatus.CANCELLING:
        transitions.move(orphan, OrphanStatus.FOUND)
    if orphan.status == OrphanStatus.FOUND:
        cancel(orphan_pk)


def _cancelled(orphan: Orphan) -> None:
    transitions.move(orphan, OrphanStatus.CANCELLED, next_check_at=None)


def _again(orphan: Orphan, error: SupplierError) -> None:
    if orphan.attempts >= LAST_TRY:
        _to_staff(orphan, f"{orphan.supplier_reference} could not be cancelled: {type(error).__name__}.")
        return
    pause = timedelta(seconds=rules().retry_seconds * 2 ** min(orphan.attempts, 6))
    transitions.move(orphan, OrphanStatus.FOUND, next_check_at=clock.now() + pause)


def _to_staff(orphan: Orphan, reason: str) -> None:
    with transaction.atomic():
        if transitions.move(orphan, OrphanStatus.STAFF, next_check_at=None):
            staff.queue(orphan.booking, "orphan_at_supplier", reason=reason)


def _finish(attempt: Attempt, outcome: str, facts: dict[str, object]) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        outcome=outcome, facts=facts, finished_at=clock.now(), applied_at=clock.now()
    )
