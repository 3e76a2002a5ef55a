"""What every supplier speaks with us in: immutable values, no Django, no supplier's field names.

Amounts are `Money`, instants are aware, a policy's instant keeps the supplier's own text beside it.
Codes are the supplier's own (text); the catalogue maps them to ours. What comes by the ten thousand is kept from the
garbage collector (`gc=False`): immutable values cannot form cycles, and looking at them is most of a search's time.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from faredown.lib.money import Money


class GuestType(StrEnum):
    ADULT = "adult"
    CHILD = "child"


class Occupancy(msgspec.Struct, frozen=True, order=True, gc=False):
    """Who sleeps in one room."""

    adults: int
    child_ages: tuple[int, ...] = ()


class StaySearch(msgspec.Struct, frozen=True, kw_only=True):
    """One question to one supplier. `occupancies` has an entry per asked room, in the asker's order."""

    hotel_codes: tuple[str, ...]
    check_in: date
    check_out: date
    occupancies: tuple[Occupancy, ...]
    residency: str = ""
    """ISO 3166 alpha-2 of the guest's market; empty when unknown. Prices hold for that market only."""
    language: str = "en"

    @property
    def nights(self) -> int:
        return (self.check_out - self.check_in).days


class CancellationTerm(msgspec.Struct, frozen=True, gc=False):
    """From `starts_at` on, cancelling costs `fee` of the whole rate (net, it replaces earlier steps)."""

    fee: Money
    starts_at: datetime
    text: str
    """The supplier's own instant, as it was written (it carries the hotel's offset)."""


class Tax(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A tax or fee beside the net. `included` ones inform only and are never added."""

    included: bool
    amount: Money | None
    client_amount: Money | None = None
    """The same in the account's currency, where the supplier says so."""
    kind: str = ""
    percent: str = ""


class Promotion(msgspec.Struct, frozen=True, gc=False):
    code: str
    name: str
    remark: str = ""


class Rate(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A sellable price of one room type for one occupancy, whole stay, all `rooms` together."""

    hotel_code: str
    room_code: str
    room_name: str
    board_code: str
    board_name: str
    rate_key: str
    rate_class: str
    needs_check: bool
    """The price is not final before `check_rates` (Hotelbeds RECHECK)."""
    net: Money
    mandated_price: Money | None = None
    """Where the contract fixes what the guest pays (Hotelbeds `hotelMandatory` + `sellingRate`)."""
    rooms: int = 1
    occupancy: Occupancy
    allotment: int | None = None
    terms: tuple[CancellationTerm, ...] | None = None
    """None: not known before the price check (never to be shown as free)."""
    non_refundable: bool = False
    taxes: tuple[Tax, ...] = ()
    taxes_all_included: bool | None = None
    comment_id: str = ""
    comments: str = ""
    promotions: tuple[Promotion, ...] = ()
    package_only: bool = False
    pay_at_hotel: bool = False


class HotelRates(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One hotel's answer: every rate of every asked occupancy."""

    hotel_code: str
    currency: str
    rates: tuple[Rate, ...]


class Availability(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    hotels: tuple[HotelRates, ...]
    refused: tuple[str, ...] = ()
    """Why single rates were left out (one line each: hotel, room, reason)."""


class CheckedRates(msgspec.Struct, frozen=True, kw_only=True):
    """The final price of the asked keys, in the asked order; book with these keys, not the old ones."""

    rates: tuple[Rate, ...]
    supplier_name: str = ""


class BookingGuest(msgspec.Struct, frozen=True, kw_only=True):
    type: GuestType
    first_name: str
    last_name: str
    age: int | None = None


class BookingRoom(msgspec.Struct, frozen=True, kw_only=True):
    """One rate key and the guests of each of its physical rooms (`len(guests)` = the rate's `rooms`)."""

    rate_key: str
    guests: tuple[tuple[BookingGuest, ...], ...]


class BookingOrder(msgspec.Struct, frozen=True, kw_only=True):
    client_reference: str
    """Ours, unguessable, at most 20 characters, never used twice."""
    holder_first_name: str
    holder_last_name: str
    rooms: tuple[BookingRoom, ...]
    remark: str = ""
    language: str = "en"


class BookingStatus(StrEnum):
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    PENDING = "pending"
    """Accepted, not final yet."""


class ConfirmedRoom(msgspec.Struct, frozen=True, kw_only=True):
    room_code: str
    room_name: str
    board_code: str
    board_name: str
    net: Money
    rooms: int
    occupancy: Occupancy
    rate_class: str = ""
    terms: tuple[CancellationTerm, ...] = ()
    taxes: tuple[Tax, ...] = ()
    comments: str = ""
    supplier_reference: str = ""
    guests: tuple[BookingGuest, ...] = ()


class Confirmation(msgspec.Struct, frozen=True, kw_only=True):
    """A booking as the supplier holds it (answer of book, of detail)."""

    supplier_reference: str
    client_reference: str
    status: BookingStatus
    net: Money
    hotel_code: str
    check_in: date
    check_out: date
    rooms: tuple[ConfirmedRoom, ...]
    payable_through: str = ""
    """`hotel.supplier.name`: the voucher's mandatory "Payable through" line (REFERENCE section 8)."""
    payable_through_vat: str = ""
    cancellable: bool = True
    modifiable: bool = False
    cancellation_reference: str = ""
    cancellation_fee: Money | None = None


class BookingSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the supplier's booking list: enough to find again what we asked for."""

    supplier_reference: str
    client_reference: str
    status: BookingStatus
    net: Money
    hotel_code: str
    check_in: date
    check_out: date


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a cancellation, or (simulated) what it would cost now."""

    supplier_reference: str
    fee: Money
    cancelled: bool
    cancellation_reference: str = ""


class Problem(StrEnum):
    """What kind of thing is wrong with an account."""

    CREDENTIAL = "credential"
    ACCESS = "access"
    CLOCK = "clock"
    CLOCK_REFUSED = "clock_refused"
    QUOTA = "quota"
    NETWORK = "network"
    ANSWER = "answer"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One step of trying an account: what was tried, what is wrong (None: it works), and what to do about it."""

    step: str
    problem: Problem | None
    sentence: str
