"""A booking as its guest sees it: API, pages and mails show the same values."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bookings import terms
from bookings.models import Booking, BookingRoom, Payment
from bookings.selectors import payments, quotes
from bookings.states import BookingStatus, PaymentStatus
from faredown.accounts.models import User
from faredown.lib import clock

PAYABLE = (PaymentStatus.DECLINED, PaymentStatus.VOIDED, PaymentStatus.REQUIRES_ACTION)


def by_reference(reference: str) -> Booking | None:
    return (
        Booking.objects.select_related("quote", "customer", "hotel")
        .filter(reference=reference.upper())
        .first()
    )


def for_user(user: User) -> QuerySet[Booking]:
    """What the signed-in customer booked, newest first."""
    return (
        Booking.objects.filter(customer__user=user)
        .select_related("quote", "customer", "hotel")
        .prefetch_related("payments")
        .order_by("-created_at")
    )


def detail(booking: Booking) -> dict[str, Any]:
    """The answer of `GET bookings/{reference}/`, without the links."""
    return {
        **summary(booking),
        "rooms": [_room(room) for room in booking.rooms.all()],
        "holder": {
            "first_name": booking.holder_first_name,
            "last_name": booking.holder_last_name,
            "email": booking.holder_email,
            "phone": booking.holder_phone,
            "country": booking.holder_country,
        },
        "remarks": booking.remarks,
        "price": quotes.price(booking.price, booking.quote),
        "cancellation": _cancellation(booking),
        "rate_comments": booking.rate_comments,
        "supplier_reference": booking.supplier_reference,
        "hotel_references": booking.hotel_references,
        "timeline": [
            {"at": clock.iso(event.at), "kind": event.kind}
            for event in booking.timeline.all()
            if event.is_public
        ],
    }


def summary(booking: Booking) -> dict[str, Any]:
    """A row of the customer's list."""
    hotel = booking.hotel_snapshot
    return {
        "reference": booking.reference,
        "status": booking.status,
        "status_reason": booking.status_reason,
        "created_at": clock.iso(booking.created_at),
        "pay_until": clock.iso(booking.quote.expires_at) if can_be_paid(booking) else None,
        "hotel": {
            key: hotel[key]
            for key in (
                "id",
                "name",
                "address",
                "postal_code",
                "city",
                "country",
                "phones",
                "category",
                "timezone",
            )
        },
        "stay": {
            "check_in": booking.check_in.isoformat(),
            "check_out": booking.check_out.isoformat(),
            "nights": booking.nights,
        },
        "total": booking.total.as_json(),
        "payment": payment(payments.latest(booking)),
    }


def payment(row: Payment | None) -> dict[str, Any] | None:
    if row is None:
        return None
    challenged = row.status == PaymentStatus.REQUIRES_ACTION
    return {
        "status": row.status,
        "method": row.gateway,
        "amount": row.amount.as_json(),
        "captured": row.captured.as_json(),
        "refunded": row.refunded.as_json(),
        "failure_code": row.failure_code,
        **({"client_secret": row.client_secret} if challenged else {}),
    }


def can_be_paid(booking: Booking) -> bool:
    """The last try failed (or waits for the guest's bank) and the quote still lives."""
    last = payments.latest(booking)
    waiting = last is None or last.status in PAYABLE
    return booking.status == BookingStatus.PENDING and waiting and booking.quote.expires_at > clock.now()


def _cancellation(booking: Booking) -> dict[str, Any]:
    frozen = quotes.cancellation(booking.terms)
    asked = booking.cancel_requested_at or booking.cancelled_at
    fee = booking.cancellation_fee
    return {
        **frozen,
        "fee_now": terms.fee_at(booking.terms, clock.now()).as_json()
        if booking.status == BookingStatus.CONFIRMED
        else None,
        "requested_at": clock.iso(asked) if asked else None,
        "fee": fee.as_json() if fee is not None else None,
        "refund": (booking.total - fee).as_json() if fee is not None else None,
    }


def _room(room: BookingRoom) -> dict[str, Any]:
    return {
        "room": {"code": room.room_code, "name": room.room_name},
        "board": {"code": room.board_code, "name": room.board_name},
        "adults": room.adults,
        "children_ages": room.child_ages,
        "guests": [
            {
                "first_name": guest.first_name,
                "last_name": guest.last_name,
                "type": guest.type,
                "age": guest.age,
            }
            for guest in room.guests.all()
        ],
    }
