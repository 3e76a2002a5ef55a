"""What every supplier speaks with us in: immutable values, no Django, no supplier's field names.

Amounts are `Money`, instants are aware, a policy's instant keeps the supplier's own text beside it.
Codes are the supplier's own (text); the catalogue maps them to ours. What comes by the ten thousand is kept from the
garbage collector (`gc=False`): immutable values cannot form cycles, and looking at them is most of a search's time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from faredown.lib.money import Money


class GuestType(StrEnum):
    ADULT = "adult"
    CHILD = "child"


class Occupancy(msgspec.Struct, frozen=True, order=True, gc=False):
    """Who sleeps in one room."""

    adults: int
    child_ages: tuple[int, ...] = ()

    def normal(self) -> Occupancy:
        """The order of the children does not make another room."""
        return Occupancy(self.adults, tuple(sorted(self.child_ages)))


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

    @property
    def due(self) -> Money | None:
        """What the guest pays at the property; None where nothing, or where the supplier does not say how much."""
        return None if self.included else self.amount or self.client_amount or None


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

    @property
    def for_sale(self) -> bool:
        """As it is: not only inside a package, paid to us."""
        return self.net.amount > 0 and not self.package_only and not self.pay_at_hotel


class Sketch(msgspec.Struct, frozen=True, gc=False):
    """What lists, filters and prices need of a rate: cheap to make by the ten thousand. Amounts are in the currency of
    its hotel; what is paid at the property may be in any."""

    net: Decimal
    board_code: str
    occupancy: Occupancy
    """`normal()`."""
    rooms: int
    allotment: int | None
    free_until: datetime | None
    """Cancelling costs nothing before; None: it costs, or is not known."""
    mandated: Decimal | None
    at_property: tuple[Money, ...]
    for_sale: bool
    """As it is: not only inside a package, paid to us."""

    @classmethod
    def of(cls, rate: Rate) -> Sketch:
        charged = [term.starts_at for term in rate.terms or () if term.fee]
        return cls(
            net=rate.net.amount,
            board_code=rate.board_code,
            occupancy=rate.occupancy.normal(),
            rooms=rate.rooms,
            allotment=rate.allotment,
            free_until=None if rate.non_refundable else min(charged, default=None),
            mandated=None if rate.mandated_price is None else rate.mandated_price.amount,
            at_property=tuple(due for tax in rate.taxes if (due := tax.due)),
            for_sale=rate.for_sale,
        )


class Source(Protocol):
    """A hotel as its supplier told it: whole rates are made of it only when somebody looks at the hotel."""

    def rates(self) -> tuple[Rate, ...]:
        """One for each sketch, in their order."""

    def packed(self) -> bytes:
        """To be kept, small: `AvailabilitySource.unpacked` makes the same rates of it."""


class HotelRates(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One hotel's answer: every rate of every asked occupancy, sketched. All nets are in `currency`."""

    hotel_code: str
    currency: str
    sketches: tuple[Sketch, ...]
    source: Source

    @classmethod
    def of(cls, hotel_code: str, currency: str, rates: Iterable[Rate]) -> HotelRates:
        """For an adapter that has no cheaper way than to make every rate at once."""
        made = tuple(rates)
        sketches = tuple(map(Sketch.of, made))
        return cls(hotel_code=hotel_code, currency=currency, sketches=sketches, source=WholeRates(made))

    @property
    def rates(self) -> tuple[Rate, ...]:
        return self.source.rates()


class WholeRates(msgspec.Struct, frozen=True, gc=False):
    """The source of an adapter that makes every rate at once."""

    made: tuple[Rate, ...]

    def rates(self) -> tuple[Rate, ...]:
        return self.made

    def packed(self) -> bytes:
        return _rates_encoder.encode(self.made)

    @staticmethod
    def unpacked(packed: bytes) -> tuple[Rate, ...]:
        return _rates_decoder.decode(packed)


_rates_encoder = msgspec.msgpack.Encoder()
_rates_decoder = msgspec.msgpack.Decoder(tuple[Rate, ...])


class Availability(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    hotels: tuple[HotelRates, ...]
    """Those that have a rate."""
    refused: tuple[str, ...] = ()
    """Why single rates were left out (one line each: hotel, room, reason)."""


class DayRates(msgspec.Struct, frozen=True, gc=False):
    """What one hotel has for a stay that begins on `check_in`; nets are in `currency`."""

    check_in: date
    hotel_code: str
    currency: str
    sketches: tuple[Sketch, ...]


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
