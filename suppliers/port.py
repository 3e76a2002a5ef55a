"""The port: what a supplier must be able to do for us. Adapters yield values; they never write rows of ours.

Every method may raise `suppliers.errors.SupplierError`; no other exception leaves an adapter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from suppliers.content_types import (
    ContentCountry,
    ContentDestination,
    ContentHotel,
    ContentPage,
    ContentRateComment,
    ContentType,
    TypeKind,
)
from suppliers.types import (
    Availability,
    BookingOrder,
    BookingSummary,
    Cancellation,
    CheckedRates,
    Confirmation,
    DayRates,
    Finding,
    Rate,
    StaySearch,
)


class ContentSource(Protocol):
    """Static content, asked for page by page. `first` is 1-based; the next page starts `page_size` after it, until
    `total` (the supplier's own count of that listing) is passed. `languages` are BCP 47 tags, English always read.

    A further language the supplier does not have, or refuses, costs only itself: problem `language_missing`.
    `changed_since`: only what the supplier changed on that day or after.
    """

    page_size: int

    def countries(self, *, first: int, languages: Sequence[str]) -> ContentPage[ContentCountry]: ...

    def destinations(self, *, first: int, languages: Sequence[str]) -> ContentPage[ContentDestination]: ...

    def types(
        self, kind: TypeKind, *, first: int, languages: Sequence[str], changed_since: date | None = None
    ) -> ContentPage[ContentType]: ...

    def rate_comments(
        self, *, first: int, changed_since: date | None = None
    ) -> ContentPage[ContentRateComment]:
        """Of one record of theirs come as many items as it has periods: `total` counts the records."""

    def hotels(
        self,
        *,
        first: int,
        languages: Sequence[str],
        changed_since: date | None = None,
        destination_code: str = "",
    ) -> ContentPage[ContentHotel]: ...

    def hotel_codes(self, *, first: int) -> ContentPage[str]:
        """The listing of hotels, keys only: what is not in it any more is gone, for there are no tombstones."""

    def hotels_by_code(self, codes: Sequence[str], *, languages: Sequence[str]) -> Sequence[ContentHotel]:
        """Single hotels, for those that appeared since the last sync; unknown codes are left out."""


class AvailabilitySource(Protocol):
    max_hotels: int
    """Hotels a single question may name."""
    rate_key_life_seconds: int
    """How long a rate key is safely booked after it was given."""

    def search(self, search: StaySearch, *, deadline: float) -> Availability:
        """Ask once. `deadline`: seconds in all. An empty answer is an empty `Availability`, not an error."""

    def unpacked(self, packed: bytes, search: StaySearch, *, asked_at: datetime) -> tuple[Rate, ...]:
        """The rates of a hotel whose `source.packed()` was kept; `search` may lack its hotel codes."""

    def check_rates(self, rates: Sequence[Rate], *, language: str) -> CheckedRates:
        """Final price, terms and comments of rates that need a check. Raises SoldOut, PriceChanged, RateExpired."""


@runtime_checkable
class ShiftSource(Protocol):
    """A source that tells neighbouring days in one question. Not every supplier is one."""

    shift_days: int
    """To each side, at most."""

    def search_around(self, search: StaySearch, *, days: int, deadline: float) -> tuple[DayRates, ...]:
        """Stays of the same length that begin up to `days` before and after. A day without rates is not in it."""


class BookingChannel(Protocol):
    booking_deadline_seconds: int
    """The longest a booking call may take; a sweeper leaves a booking alone for at least this long."""

    def book(self, order: BookingOrder) -> Confirmation:
        """Ask once, never again: a fault after the request was sent is OutcomeUnknown."""

    def find(self, client_reference: str, *, created_on: date) -> Sequence[BookingSummary]:
        """What the supplier holds under our reference, created about that day. Empty when nothing is seen (yet)."""

    def booking(self, supplier_reference: str, *, language: str) -> Confirmation: ...

    def cancel(self, supplier_reference: str, *, simulate: bool, language: str) -> Cancellation:
        """Cancel, or ask what cancelling would cost now. Raises AlreadyCancelled, OutcomeUnknown."""

    def reconfirmations(self, *, since: datetime, until: datetime) -> Sequence[tuple[str, tuple[str, ...]]]:
        """(supplier reference, hotel confirmation numbers) of bookings the hotels reconfirmed in the window."""

    def reconfirmation_pushed(self, body: bytes) -> tuple[str, tuple[str, ...]]:
        """Reads what the supplier posts to us. Nobody signs it: a hint to ask `reconfirmations`, no more."""


@runtime_checkable
class BookingListing(Protocol):
    """A channel that lists what was booked through it, whoever did. Not every supplier is one."""

    def bookings_made_on(self, day: date) -> Iterator[BookingSummary]:
        """All of that day by the supplier's calendar, cancelled ones too. Pages are asked for as the caller goes on."""


class Supplier(ContentSource, AvailabilitySource, BookingChannel, Protocol):
    code: str

    def diagnose(self) -> Iterator[Finding]:
        """Tries the account step by step without side effects at the supplier; stops where going on is useless."""
