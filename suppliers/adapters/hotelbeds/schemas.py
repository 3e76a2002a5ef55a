"""What Hotelbeds sends, typed. Fields they add are passed over, fields they leave out or send as null are None.

Source: REFERENCE sections 4 to 9 (the wire wins over the OpenAPI files). Amounts come as strings or as numbers and
are Decimals read from the raw text; codes come as numbers or strings. Decode with `strict=False`.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

Code = int | str
Flag = bool | None


class Wire(msgspec.Struct, rename="camel", gc=False, omit_defaults=True):
    """Base of everything decoded: made by the thousand, holds no cycles. Kept without what is not there."""


class AuditData(Wire):
    token: str | None = None
    timestamp: str | None = None


class CancellationPolicy(Wire):
    amount: Decimal | None = None
    from_: str | None = msgspec.field(default=None, name="from")


class Tax(Wire):
    included: Flag = None
    amount: Decimal | None = None
    currency: str | None = None
    client_amount: Decimal | None = None
    client_currency: str | None = None
    percent: Decimal | None = None
    type: str | None = None
    sub_type: str | None = None


class Taxes(Wire):
    taxes: list[Tax] | None = None
    all_included: Flag = None


class Promotion(Wire):
    code: Code | None = None
    name: str | None = None
    remark: str | None = None


class Rate(Wire):
    """A rate of availability, checkrates or a booking; which fields it has differs (REFERENCE 4.3, 5, 6)."""

    rate_key: str | None = None
    rate_class: str | None = None
    rate_type: str | None = None
    net: Decimal | None = None
    amount: Decimal | None = None
    """`net` as the booking list calls it."""
    selling_rate: Decimal | None = None
    hotel_mandatory: Flag = None
    allotment: int | None = None
    rate_comments_id: Code | None = None
    rate_comments: str | None = None
    payment_type: str | None = None
    packaging: Flag = None
    board_code: Code | None = None
    board_name: str | None = None
    cancellation_policies: list[CancellationPolicy] | None = None
    taxes: Taxes | None = None
    rooms: int | None = None
    adults: int | None = None
    children: int | None = None
    children_ages: int | str | list[int] | None = None
    promotions: list[Promotion] | None = None


class Pax(Wire):
    room_id: int | None = None
    type: str | None = None
    age: int | None = None
    name: str | None = None
    surname: str | None = None


class Room(Wire):
    code: Code | None = None
    name: str | None = None
    status: str | None = None
    supplier_reference: str | None = None
    supplier_confirmation_code: list[str] | None = None
    paxes: list[Pax] | None = None
    rates: list[Rate] | None = None


class HotelOffers(Wire):
    """A hotel of an availability or checkrates answer."""

    code: Code
    currency: str | None = None
    rooms: list[Room] | None = None


class Hotels(Wire):
    hotels: list[HotelOffers] | None = None


class AvailabilityAnswer(Wire):
    audit_data: AuditData | None = None
    hotels: Hotels | None = None


class LooseRoom(Wire):
    """As Room and so on, undecoded one level further: for an answer of which a part breaks the types."""

    code: Code | None = None
    name: str | None = None
    rates: list[msgspec.Raw] | None = None


class LooseHotel(Wire):
    code: Code
    currency: str | None = None
    rooms: list[msgspec.Raw] | None = None


class LooseHotels(Wire):
    hotels: list[msgspec.Raw] | None = None


class LooseAvailabilityAnswer(Wire):
    audit_data: AuditData | None = None
    hotels: LooseHotels | None = None


class CheckRatesAnswer(Wire):
    """The OpenAPI file calls it `hotels`; every recording has a single `hotel` (REFERENCE section 0)."""

    audit_data: AuditData | None = None
    hotel: HotelOffers | None = None
    hotels: HotelOffers | None = None


class Supplier(Wire):
    name: str | None = None
    vat_number: str | None = None


class BookedHotel(Wire):
    code: Code | None = None
    check_in: str | None = None
    check_out: str | None = None
    currency: str | None = None
    total_net: Decimal | None = None
    cancellation_amount: Decimal | None = None
    rooms: list[Room] | None = None
    supplier: Supplier | None = None


class ModificationPolicies(Wire):
    cancellation: Flag = None
    modification: Flag = None


class Booking(Wire):
    reference: str | None = None
    client_reference: str | None = None
    cancellation_reference: str | None = None
    status: str | None = None
    currency: str | None = None
    total_net: Decimal | None = None
    pending_amount: Decimal | None = None
    modification_policies: ModificationPolicies | None = None
    hotel: BookedHotel | None = None


class BookingAnswer(Wire):
    audit_data: AuditData | None = None
    booking: Booking | None = None


class Bookings(Wire):
    bookings: list[Booking] | None = None
    total: int | None = None


class BookingListAnswer(Wire):
    audit_data: AuditData | None = None
    bookings: Bookings | None = None


class ReconfirmationsAnswer(Wire):
    """Here `bookings` is a bare array (REFERENCE section 7)."""

    audit_data: AuditData | None = None
    bookings: list[Booking] | None = None


class ReconfirmationPush(Wire):
    type: str | None = None
    booking: Booking | None = None


class StatusAnswer(Wire):
    audit_data: AuditData | None = None
    status: str | None = None


class ApplicationError(Wire):
    code: str | None = None
    message: str | None = None


class ErrorAnswer(Wire):
    """Two shapes: the gateway says `error` in a string, the application in an object (REFERENCE 3.3)."""

    audit_data: AuditData | None = None
    error: str | ApplicationError | None = None
