"""The sweeper's side of payments and refunds: what a lost task or a dead worker left standing goes on from here."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from bookings.conf import rules
from bookings.models import Booking, Payment, Refund
from bookings.services import cancellation, money, payment, provider_calls, refund, staff
from bookings.states import BookingStatus, PaymentStatus, RefundStatus
from faredown.lib import clock

IN_FLIGHT = (
    PaymentStatus.AUTHORISING,
    PaymentStatus.UNKNOWN,
    PaymentStatus.CAPTURING,
    PaymentStatus.VOIDING,
)
DECIDED = (
    BookingStatus.CONFIRMED,
    BookingStatus.COMPLETED,
    BookingStatus.REJECTED,
    BookingStatus.CANCELLED,
)
LAPSES = timedelta(hours=12)


def due_payments() -> list[int]:
    """In flight past their deadline, failed captures whose timer rang, and steps whose task never came."""
    now = clock.now()
    stale = now - timedelta(seconds=rules().stale_seconds)
    abandoned = now - timedelta(minutes=rules().challenge_minutes)
    waiting = Q(status__in=IN_FLIGHT, next_check_at__lte=now)
    waiting |= Q(status=PaymentStatus.CAPTURE_FAILED, next_check_at__lte=now)
    waiting |= Q(status=PaymentStatus.CREATED, status_changed_at__lte=stale)
    waiting |= Q(
        status=PaymentStatus.AUTHORISED, booking__status__in=DECIDED, booking__status_changed_at__lte=stale
    )
    waiting |= Q(
        status=PaymentStatus.CAPTURE_FAILED,
        booking__status__in=(BookingStatus.REJECTED, BookingStatus.CANCELLED),
    )
    waiting |= Q(status=PaymentStatus.REQUIRES_ACTION, status_changed_at__lte=abandoned)
    waiting |= Q(status=PaymentStatus.REQUIRES_ACTION, booking__status__in=DECIDED)
    rows = Payment.objects.filter(waiting).order_by("status_changed_at")
    return list(rows.values_list("pk", flat=True)[: rules().batch])


def advance(payment_pk: int) -> None:
    """One step for one payment, whatever it waits for."""
    row = Payment.objects.select_related("booking").get(pk=payment_pk)
    if row.status in IN_FLIGHT:
        # Somebody may have begun a call since the list was made: it has until its deadline.
        if _is_due(row):
            payment.recover(payment_pk)
    elif row.status == PaymentStatus.CREATED:
        payment.authorise(payment_pk)
    elif row.status == PaymentStatus.REQUIRES_ACTION or not money.chargeable(row):
        payment.void(payment_pk)
    elif row.status == PaymentStatus.CAPTURE_FAILED and row.attempts >= rules().capture_attempts:
        _give_up(payment_pk)
    else:
        payment.capture(payment_pk)


def _is_due(row: Payment | Refund) -> bool:
    return row.next_check_at is not None and row.next_check_at <= clock.now()


def due_refunds() -> list[int]:
    now = clock.now()
    stale = now - timedelta(seconds=rules().stale_seconds)
    waiting = Q(status__in=(RefundStatus.IN_FLIGHT, RefundStatus.UNKNOWN), next_check_at__lte=now)
    waiting |= Q(status=RefundStatus.CREATED, status_changed_at__lte=stale)
    rows = Refund.objects.filter(waiting).order_by("status_changed_at")
    return list(rows.values_list("pk", flat=True)[: rules().batch])


def advance_refund(refund_pk: int) -> None:
    row = Refund.objects.get(pk=refund_pk)
    if row.status == RefundStatus.CREATED:
        refund.send(refund_pk)
    elif _is_due(row):
        refund.recover(refund_pk)


def due_money() -> list[int]:
    """Ended bookings whose money was taken and is not on its way back: the step was lost with its task."""
    ended = (BookingStatus.CANCELLED, BookingStatus.REJECTED)
    rows = Payment.objects.filter(
        status__in=money.TAKEN, booking__status__in=ended, refunds__isnull=True
    ).exclude(booking__cancellation_fee_amount__gte=F("captured_amount"))
    return list(rows.values_list("booking_id", flat=True)[: rules().batch])


def follow(booking_pk: int) -> None:
    with transaction.atomic():
        money.follow(provider_calls.locked_booking(booking_pk))


def lapsing() -> list[int]:
    """Holds about to lapse while nobody knows yet whether the guest has a room, or the money of a room could not be
    taken."""
    undecided = (BookingStatus.UNKNOWN, BookingStatus.CONFIRMING)
    rows = Payment.objects.filter(
        Q(status=PaymentStatus.AUTHORISED, booking__status__in=undecided)
        | Q(status=PaymentStatus.CAPTURE_FAILED),
        authorised_until__lte=clock.now() + LAPSES,
    ).exclude(booking__staff_tasks__code="authorisation_ending")
    return list(rows.values_list("booking_id", flat=True)[: rules().batch])


def warn_lapsing(booking_pk: int) -> None:
    booking = Booking.objects.get(pk=booking_pk)
    staff.queue(
        booking, "authorisation_ending", reason="The hold on the guest's money lapses within 12 hours."
    )


def _give_up(payment_pk: int) -> None:
    """The money cannot be taken: the room goes back while that is free, else people decide."""
    with transaction.atomic():
        row = provider_calls.locked(payment_pk)
        if row.status != PaymentStatus.CAPTURE_FAILED:
            return
        Payment.objects.filter(pk=payment_pk).update(next_check_at=None)
        booking = row.booking
        free = booking.status == BookingStatus.CONFIRMED and not cancellation.preview(booking).fee
        if free:
            cancellation.request(booking.pk, reason="payment_failed")
        else:
            reason = f"{row.amount} could not be taken ({row.failure_code}) and cancelling costs."
            staff.queue(booking, "capture_failed", reason=reason)
