"""What the guest owes for a booking as it stands, and the next step that gets his money there (and keeps or gives back
the use of his promotion code)."""

from __future__ import annotations

from bookings.gateways import registry
from bookings.models import Booking, Payment, Refund
from bookings.selectors import payments
from bookings.services import redemptions, refund, transitions
from bookings.states import BookingStatus, PaymentStatus, RefundStatus
from faredown.lib.background import defer
from faredown.lib.money import Money

HELD = frozenset({PaymentStatus.AUTHORISED, PaymentStatus.CAPTURE_FAILED})
TAKEN = frozenset({PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED})


def due(booking: Booking) -> Money | None:
    """None while it is not decided whether the guest gets the room (or keeps it): money then stays where it is."""
    match booking.status:
        case BookingStatus.CONFIRMED | BookingStatus.COMPLETED:
            return booking.total
        case BookingStatus.CANCELLED:
            return booking.cancellation_fee or Money.zero(booking.total.currency)
        case BookingStatus.REJECTED:
            return Money.zero(booking.total.currency)
        case _:
            return None


def chargeable(payment: Payment) -> Money | None:
    """What is owed, as far as the payment's provider can move it."""
    owed = due(payment.booking)
    return None if owed is None else registry.get(payment.gateway).chargeable(owed)


def follow(booking: Booking) -> None:
    """Start whatever the booking's state asks of its payment, and of its promotion. Call it with the booking locked;
    safe to repeat."""
    redemptions.follow(booking)
    payment = payments.live(booking)
    if payment is None:
        return
    payment.booking = booking
    if booking.status == BookingStatus.PENDING and payment.status == PaymentStatus.AUTHORISED:
        defer("bookings.confirm", booking.pk)
        return
    owed = chargeable(payment)
    if owed is None:
        return
    if payment.status == PaymentStatus.AUTHORISED and owed:
        defer("bookings.capture", payment.pk)  # a failed capture waits for its timer instead
    elif (payment.status in HELD and not owed) or (
        payment.status == PaymentStatus.REQUIRES_ACTION and not owed
    ):
        defer("bookings.void", payment.pk)
    elif payment.status == PaymentStatus.CREATED and not owed:
        transitions.move(payment, PaymentStatus.DECLINED, failure_code="not_needed")
    elif payment.status in TAKEN and booking.status in (BookingStatus.CANCELLED, BookingStatus.REJECTED):
        _give_back(booking, payment, owed)


def _give_back(booking: Booking, payment: Payment, owed: Money) -> None:
    on_its_way = sum(
        (row.amount for row in payment.refunds.exclude(status__in=(RefundStatus.FAILED, RefundStatus.DONE))),
        Money.zero(owed.currency),
    )
    too_much = payment.captured - payment.refunded - on_its_way - owed
    if too_much.amount <= 0:
        return
    by_hotel = booking.status_reason == "hotel_cancelled"
    reason = Refund.Reason.HOTEL_CANCELLED if by_hotel else Refund.Reason.CANCELLATION
    refund.request(payment, amount=too_much, reason=reason)
