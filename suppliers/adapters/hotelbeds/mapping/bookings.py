"""Booking answers -> what the supplier holds (REFERENCE sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.mapping import rates
from suppliers.adapters.hotelbeds.mapping.values import NotAnAnswer, Refused, day, decode, money
from suppliers.types import (
    BookingGuest,
    BookingStatus,
    BookingSummary,
    Cancellation,
    Confirmation,
    ConfirmedRoom,
    GuestType,
    Occupancy,
)

_STATUSES = {
    "CONFIRMED": BookingStatus.CONFIRMED,
    "CANCELLED": BookingStatus.CANCELLED,
    "CANCELED": BookingStatus.CANCELLED,
}


def confirmation(body: bytes) -> tuple[Confirmation, str]:
    """Of book and of detail: the two answers have one shape."""
    answer = decode(body, schemas.BookingAnswer)
    booking, hotel, reference = _parts(answer)
    policies = booking.modification_policies
    cancelled = _status(booking) is BookingStatus.CANCELLED
    value = Confirmation(
        supplier_reference=reference,
        client_reference=booking.client_reference or "",
        status=_status(booking),
        net=_net(booking, hotel),
        hotel_code=str(hotel.code or ""),
        check_in=day(hotel.check_in, what="check-in"),
        check_out=day(hotel.check_out, what="check-out"),
        rooms=tuple(_rooms(hotel, _currency(booking, hotel))),
        payable_through=(hotel.supplier and hotel.supplier.name) or "",
        payable_through_vat=(hotel.supplier and hotel.supplier.vat_number) or "",
        cancellable=not cancelled and (policies is None or policies.cancellation is not False),
        modifiable=bool(policies and policies.modification),
        cancellation_reference=booking.cancellation_reference or "",
        cancellation_fee=_fee(booking, hotel) if cancelled else None,
    )
    return value, _token(answer.audit_data)


def cancellation(body: bytes, *, simulated: bool) -> tuple[Cancellation, str]:
    """Of a simulation only the amount means anything (REFERENCE section 7)."""
    answer = decode(body, schemas.BookingAnswer)
    booking, hotel, reference = _parts(answer)
    fee = _fee(booking, hotel)
    if fee is None:
        raise NotAnAnswer("no cancellation amount in it")
    cancelled = not simulated and _status(booking) is BookingStatus.CANCELLED
    if not simulated and not cancelled:
        raise NotAnAnswer(f"asked to cancel, and the booking is {booking.status}")
    value = Cancellation(
        supplier_reference=reference,
        fee=fee,
        cancelled=cancelled,
        cancellation_reference=(booking.cancellation_reference or "") if cancelled else "",
    )
    return value, _token(answer.audit_data)


def listed(body: bytes) -> tuple[list[BookingSummary], int, str]:
    """A page of the booking list, the total they claim, the token."""
    answer = decode(body, schemas.BookingListAnswer)
    if answer.bookings is None:
        raise NotAnAnswer("no bookings in it")
    lines = [_summary(booking) for booking in answer.bookings.bookings or ()]
    return lines, answer.bookings.total or 0, _token(answer.audit_data)


def reconfirmations(body: bytes) -> tuple[list[tuple[str, tuple[str, ...]]], str]:
    answer = decode(body, schemas.ReconfirmationsAnswer)
    if answer.bookings is None:
        raise NotAnAnswer("no bookings in it")
    return [_reconfirmed(booking) for booking in answer.bookings], _token(answer.audit_data)


def pushed(body: bytes) -> tuple[str, tuple[str, ...]]:
    answer = decode(body, schemas.ReconfirmationPush)
    if answer.type != "NEW_BOOKING_RECONFIRMATION" or answer.booking is None:
        raise NotAnAnswer("not a reconfirmation")
    return _reconfirmed(answer.booking)


def _parts(answer: schemas.BookingAnswer) -> tuple[schemas.Booking, schemas.BookedHotel, str]:
    booking = answer.booking
    if booking is None or booking.hotel is None or not booking.reference:
        raise NotAnAnswer("no booking in it")
    return booking, booking.hotel, booking.reference


def _status(booking: schemas.Booking) -> BookingStatus:
    """Others than the two ever seen (PRECONFIRMED, TO_BE_...) are not final."""
    return _STATUSES.get((booking.status or "").upper(), BookingStatus.PENDING)


def _currency(booking: schemas.Booking, hotel: schemas.BookedHotel) -> str:
    return hotel.currency or booking.currency or ""


def _net(booking: schemas.Booking, hotel: schemas.BookedHotel) -> Money:
    if booking.total_net is not None:
        return money(booking.total_net, booking.currency or hotel.currency, what="total net")
    return money(hotel.total_net, _currency(booking, hotel), what="total net")


def _fee(booking: schemas.Booking, hotel: schemas.BookedHotel) -> Money | None:
    """What cancelling costs. A cancelled booking without the amount still says what is owed as pending."""
    amount: Decimal | None = hotel.cancellation_amount
    if amount is None and _status(booking) is BookingStatus.CANCELLED:
        amount = booking.pending_amount
    if amount is None:
        return None
    fee = money(amount, _currency(booking, hotel), what="cancellation amount")
    if fee.amount < 0:
        raise Refused(f"cancellation amount {fee.amount}")
    return fee


def _rooms(hotel: schemas.BookedHotel, currency: str) -> list[ConfirmedRoom]:
    """One per key, not per physical room: two same rooms are one entry whose rate says `rooms: 2`."""
    return [_room(room, rate, currency) for room in hotel.rooms or () for rate in room.rates or ()]


def _room(room: schemas.Room, rate: schemas.Rate, currency: str) -> ConfirmedRoom:
    paxes = sorted(room.paxes or (), key=lambda pax: pax.room_id or 1)
    return ConfirmedRoom(
        room_code=str(room.code or ""),
        room_name=room.name or "",
        board_code=str(rate.board_code or ""),
        board_name=rate.board_name or "",
        net=money(rate.net, currency, what="net"),
        rooms=rate.rooms or 1,
        occupancy=_occupancy(paxes, rate),
        rate_class=rate.rate_class or "",
        terms=rates.terms(rate.cancellation_policies, currency),
        taxes=rates.taxes(rate.taxes),
        comments=rate.rate_comments or "",
        supplier_reference=room.supplier_reference or "",
        guests=tuple(_guest(pax) for pax in paxes),
    )


def _occupancy(paxes: Sequence[schemas.Pax], rate: schemas.Rate) -> Occupancy:
    """Per physical room. Old answers have no counts, cancelled ones no ages: then what the paxes tell."""
    first = [pax for pax in paxes if (pax.room_id or 1) == 1]
    ages = sorted(pax.age for pax in first if pax.type == "CH" and pax.age is not None)
    adults = sum(pax.type != "CH" for pax in first)
    return Occupancy(rate.adults if rate.adults is not None else adults, tuple(ages))


def _guest(pax: schemas.Pax) -> BookingGuest:
    return BookingGuest(
        type=GuestType.CHILD if pax.type == "CH" else GuestType.ADULT,
        first_name=pax.name or "",
        last_name=pax.surname or "",
        age=pax.age,
    )


def _summary(booking: schemas.Booking) -> BookingSummary:
    if booking.hotel is None or not booking.reference:
        raise NotAnAnswer("a line without booking")
    return BookingSummary(
        supplier_reference=booking.reference,
        client_reference=booking.client_reference or "",
        status=_status(booking),
        net=_net(booking, booking.hotel),
        hotel_code=str(booking.hotel.code or ""),
        check_in=day(booking.hotel.check_in, what="check-in"),
        check_out=day(booking.hotel.check_out, what="check-out"),
    )


def _reconfirmed(booking: schemas.Booking) -> tuple[str, tuple[str, ...]]:
    if not booking.reference:
        raise NotAnAnswer("a line without booking")
    rooms = (booking.hotel and booking.hotel.rooms) or ()
    codes = [code for room in rooms for code in room.supplier_confirmation_code or ()]
    return booking.reference, tuple(dict.fromkeys(codes))


def _token(audit: schemas.AuditData | None) -> str:
    return (audit and audit.token) or ""
