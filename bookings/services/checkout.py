"""The guest's own way through: placed, paid, handed to the worker, and a short wait for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bookings.models import Booking, Payment
from bookings.selectors import payments
from bookings.services import booking as bookings
from bookings.services import payment as paying
from bookings.services import transitions, waiting
from bookings.services.booking import Order, Placed
from bookings.states import BookingStatus, PaymentStatus
from faredown.accounts.models import User
from faredown.lib import clock
from faredown.lib.errors import Conflict, Gone
from faredown.lib.locking import locked_one

UNDER_WAY = (
    PaymentStatus.CREATED,
    PaymentStatus.AUTHORISING,
    PaymentStatus.AUTHORISED,
    PaymentStatus.CAPTURING,
)


def book(quote_id: str, order: Order, *, accept_token: object, by: User | None = None) -> Placed:
    """Place, hold the money, hand over to the worker, and wait a moment. A decline is no error: the booking stays
    pending and may be paid again (`pay`) while the quote lives. Raises what `booking.place` raises."""
    placed = bookings.place(quote_id, order, accept_token=accept_token, by=by)
    payment = paying.authorise(placed.payment.pk)
    return _answer(placed.booking, payment, placed.access_token)


def pay(booking: Booking, wish: Mapping[str, Any]) -> Placed:
    """Another try after a decline, or the end of a challenge.

    Raises Conflict `nothing_to_pay`, Gone `quote_expired`, InvalidInput.
    """
    payment = payments.live(booking)
    if payment is not None and payment.status == PaymentStatus.REQUIRES_ACTION:
        _, token = bookings.chosen_payment({"method": payment.gateway, "token": "", **wish}, within="")
        return _answer(booking, paying.resume(payment.pk, token=token), "")
    gateway, token = bookings.chosen_payment(wish, within="")
    with transaction.atomic():
        booking = locked_one(Booking.objects.select_related("quote").filter(pk=booking.pk))
        if booking.status != BookingStatus.PENDING or payments.live(booking) is not None:
            raise Conflict("nothing_to_pay", "This booking does not wait for a payment.")
        if booking.quote.expires_at <= clock.now():
            raise Gone("quote_expired", "The quote has expired. Ask for a new one.")
        payment = paying.create(booking, gateway=gateway, token=token)
        transitions.note(payment, "payment.created")
    return _answer(booking, paying.authorise(payment.pk), "")


def _answer(booking: Booking, payment: Payment, access_token: str) -> Placed:
    booking = waiting.until(booking.pk, _settled)
    return Placed(booking, payments.latest(booking) or payment, access_token)


def _settled(booking: Booking) -> bool:
    """Nothing more is coming in the next seconds. Also waits for the capture that follows a confirmation at once."""
    payment = payments.latest(booking)
    if booking.status == BookingStatus.CONFIRMING:
        return False
    return booking.status == BookingStatus.UNKNOWN or payment is None or payment.status not in UNDER_WAY
