"""What machines cannot decide goes to people: a named task with a reason, a time, and an alert."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from bookings.models import Booking, StaffTask
from bookings.services import transitions
from faredown.accounts.models import User
from faredown.lib import clock
from faredown.messaging.services import outbox

# Code -> hours until somebody must have looked.
DUE_HOURS = {
    "supplier_unclear": 2,  # the supplier answers about a booking in a way we cannot read
    "orphan_at_supplier": 4,  # a supplier booking we no longer want cannot be cancelled free of charge
    "price_difference": 24,  # confirmed net is not the quoted net
    "terms_difference": 24,  # the supplier's policy or rooms are not the quoted ones
    "capture_failed": 4,  # the room is held, the money could not be taken, cancelling costs
    "taken_too_early": 4,  # the provider took money before the room was ours: a rejection needs a refund by hand
    "void_failed": 24,  # a hold could not be released
    "authorisation_ending": 4,  # the hold lapses before the outcome is known
    "cancellation_refused": 4,  # the supplier will not cancel what the guest cancelled
    "cancellation_fee_gap": 48,  # the supplier keeps another fee than the frozen policy says
    "refund_failed": 24,  # the provider refused to send money back
    "dispute_opened": 24,  # the guest's bank wants its money back; evidence has a deadline
    "dispute_lost": 72,  # the guest kept the money and maybe the room
    "hotel_cancelled": 2,  # the hotel or supplier cancelled a confirmed booking
    "invoice_differs": 48,  # what was taken is not what was sold: no invoice says so by itself
    "adapter_refused": 4,  # our own access or request was refused by the supplier
}


def queue(booking: Booking, code: str, *, reason: str) -> StaffTask:
    """Open a task (or find the open one). Call it inside the transaction that found the trouble."""
    with transaction.atomic():
        task, made = StaffTask.objects.get_or_create(
            booking=booking,
            code=code,
            resolved_at=None,
            defaults={
                "reason": reason[:500],
                "due_at": clock.now() + timedelta(hours=DUE_HOURS[code]),
                "created_at": clock.now(),
            },
        )
        if made:
            transitions.note(booking, "staff.queued", detail={"code": code, "reason": reason[:500]})
            outbox.alert(
                code=code,
                subject=f"{booking.reference}: {code.replace('_', ' ')}",
                detail=f"{reason}\nDue {clock.iso(task.due_at)}",
                related_reference=booking.reference,
                dedupe_key=f"staff-task:{task.pk}",
            )
            _summarise(booking)
    return task


def resolve(task: StaffTask, *, by: User | None, resolution: str) -> bool:
    """Close a task; False when it was closed before."""
    with transaction.atomic():
        closed = StaffTask.objects.filter(pk=task.pk, resolved_at=None).update(
            resolved_at=clock.now(), resolution=resolution[:500]
        )
        if closed:
            transitions.note(task.booking, "staff.resolved", by=by, detail={"code": task.code})
            _summarise(task.booking)
    return bool(closed)


def _summarise(booking: Booking) -> None:
    """The booking's own columns show its most urgent open task."""
    task = StaffTask.objects.filter(booking=booking, resolved_at=None).order_by("due_at", "pk").first()
    booking.staff_queue = task.code if task else None
    booking.staff_reason = task.reason if task else ""
    booking.staff_due_at = task.due_at if task else None
    booking.save(update_fields=["staff_queue", "staff_reason", "staff_due_at"])
