"""The sweeper. Every row that waits for something is found by its state, so that with every queue lost it still ends.

Each row's step is the same function a task would have run, guarded by compare-and-set: a sweep beside the workers, or
two sweeps at once, do nothing twice. One row's trouble never stops the others, nor one step's the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from bookings.conf import rules
from bookings.models import Attempt, Booking, Document, Orphan
from bookings.selectors import payments
from bookings.services import (
    answers,
    booking,
    cancellation,
    invoices,
    orphans,
    payment_recovery,
    provider_calls,
    quoting,
    redemptions,
    resolution,
    vouchers,
    webhooks,
)
from bookings.states import BookingStatus, OrphanStatus, PaymentStatus
from faredown.lib import clock

log = structlog.get_logger(__name__)

Step = tuple[str, Callable[[], Iterable[int]], Callable[[int], object]]


def sweep() -> Counter[str]:
    """One round over everything that is due. Answers how many rows each step looked at."""
    done: Counter[str] = Counter()
    with _guarded("quotes"):
        done["quotes"] = quoting.expire_due()
    for name, due, step in STEPS:
        rows: list[int] = []
        with _guarded(name):
            rows.extend(due())
        for pk in rows:
            done[name] += 1
            with _guarded(name, pk):
                step(pk)
    return done


@contextmanager
def _guarded(name: str, pk: int | None = None) -> Iterator[None]:
    try:
        yield
    except Exception:  # the sweeper's boundary: recorded, the row is due again
        log.exception("sweep_step_failed", step=name, row=pk)


def _pending() -> list[int]:
    """Paid and never sent on, or never paid although the quote has ended."""
    now = clock.now()
    stale = now - timedelta(seconds=rules().stale_seconds)
    paid = Q(payments__status=PaymentStatus.AUTHORISED, payments__status_changed_at__lte=stale)
    over = Q(quote__expires_at__lte=now)
    return _some(Booking.objects.filter(paid | over, status=BookingStatus.PENDING).distinct())


def _go_on(booking_pk: int) -> None:
    booking.confirm(booking_pk)
    with transaction.atomic():
        row = provider_calls.locked_booking(booking_pk)
        payment = payments.live(row)
        # A payment in flight decides first; a hold or a challenge without a live quote is released after this.
        if row.quote.expires_at <= clock.now() and (payment is None or payment.status in _UNPAID):
            booking.reject(row, reason="not_paid")


_UNPAID = (PaymentStatus.CREATED, PaymentStatus.REQUIRES_ACTION, PaymentStatus.AUTHORISED)


def _due(status: BookingStatus) -> Callable[[], list[int]]:
    return lambda: _some(Booking.objects.filter(status=status, next_check_at__lte=clock.now()))


def _unapplied() -> list[int]:
    """Answers that were stored and never followed: the worker died in between."""
    stale = clock.now() - timedelta(seconds=rules().stale_seconds)
    rows = Attempt.objects.filter(applied_at=None, finished_at__lte=stale).exclude(
        operation=Attempt.Operation.CANCEL_ORPHAN
    )
    return list(rows.order_by("finished_at").values_list("pk", flat=True)[: rules().batch])


def _apply(attempt_pk: int) -> None:
    booked = Attempt.objects.get(pk=attempt_pk).operation == Attempt.Operation.BOOK
    (answers if booked else cancellation).apply(attempt_pk)


def _orphans() -> list[int]:
    rows = Orphan.objects.filter(
        status__in=(OrphanStatus.FOUND, OrphanStatus.CANCELLING), next_check_at__lte=clock.now()
    )
    return list(rows.values_list("pk", flat=True)[: rules().batch])


def _without_voucher() -> list[int]:
    stale = clock.now() - timedelta(seconds=rules().stale_seconds)
    rows = Booking.objects.filter(
        status=BookingStatus.CONFIRMED,
        payments__status=PaymentStatus.CAPTURED,
        payments__status_changed_at__lte=stale,
    ).exclude(documents__kind=Document.Kind.VOUCHER)
    return _some(rows)


def _some(rows: QuerySet[Booking]) -> list[int]:
    return list(rows.order_by("status_changed_at").values_list("pk", flat=True)[: rules().batch])


# Answers before questions, rooms before money: what one step decides the next one acts on in the same round.
STEPS: tuple[Step, ...] = (
    ("answers", _unapplied, _apply),
    ("webhooks", webhooks.due, webhooks.apply),
    ("confirming", _due(BookingStatus.CONFIRMING), resolution.overdue),
    ("unknown", _due(BookingStatus.UNKNOWN), resolution.resolve),
    ("cancelling", _due(BookingStatus.CANCELLING), cancellation.execute),
    ("payments", payment_recovery.due_payments, payment_recovery.advance),
    ("pending", _pending, _go_on),
    ("confirmed", _due(BookingStatus.CONFIRMED), resolution.verify),
    ("rejected", _due(BookingStatus.REJECTED), resolution.watch),
    ("orphans", _orphans, orphans.recover),
    ("holds", payment_recovery.lapsing, payment_recovery.warn_lapsing),
    ("owed", payment_recovery.due_money, payment_recovery.follow),
    ("redemptions", redemptions.unsettled, redemptions.settle),
    ("refunds", payment_recovery.due_refunds, payment_recovery.advance_refund),
    ("vouchers", _without_voucher, vouchers.issue),
    ("invoices", invoices.due, invoices.issue),
    ("credit_notes", invoices.credits_due, invoices.credit),
    ("corrections", invoices.corrections_due, invoices.correct),
)
