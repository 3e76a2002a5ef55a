"""Every status a promise of ours can have, and the only ways from one to the next. Pure.

`services.transitions.move` is the one function that walks these tables; nothing else writes a status.
"""

from collections.abc import Mapping
from enum import StrEnum


class QuoteStatus(StrEnum):
    OPEN = "open"  # may be booked until it expires
    USED = "used"  # a booking was placed with it
    EXPIRED = "expired"  # its time ran out unused


class BookingStatus(StrEnum):
    PENDING = "pending"  # placed; no payment authorised yet, or authorised and not yet sent to the supplier
    CONFIRMING = "confirming"  # one attempt owns it; the supplier is being asked
    CONFIRMED = "confirmed"  # the supplier holds the room
    REJECTED = "rejected"  # no room, and nothing is charged
    UNKNOWN = "unknown"  # asked, no answer that can be trusted; only the sweeper decides
    CANCELLING = "cancelling"  # the guest's cancellation stands, the supplier has not confirmed it yet
    CANCELLED = "cancelled"  # the supplier released the room
    COMPLETED = "completed"  # the stay is over


class PaymentStatus(StrEnum):
    CREATED = "created"  # meant, nothing sent to the provider
    AUTHORISING = "authorising"  # the provider is being asked
    REQUIRES_ACTION = "requires_action"  # the guest's bank wants the guest (3-D Secure)
    AUTHORISED = "authorised"  # money held, not taken
    DECLINED = "declined"  # refused; the guest may try again while the quote lives
    CAPTURING = "capturing"  # being taken; only after the booking is confirmed
    CAPTURED = "captured"
    CAPTURE_FAILED = "capture_failed"  # the provider refused to take it; tried again on a timer
    VOIDING = "voiding"  # being released
    VOIDED = "voided"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"  # the guest's bank took it back
    UNKNOWN = "unknown"  # authorisation asked, answer lost; found again by our metadata


class RefundStatus(StrEnum):
    CREATED = "created"
    IN_FLIGHT = "in_flight"
    DONE = "done"
    FAILED = "failed"  # refused by the provider; staff decide
    UNKNOWN = "unknown"  # asked, answer lost; found again by our key


class DisputeStatus(StrEnum):
    OPEN = "open"  # the bank asks; staff answer with evidence in time
    WON = "won"
    LOST = "lost"  # the guest keeps the money


class RedemptionStatus(StrEnum):
    """The use of a promotion by a booking."""

    RESERVED = "reserved"  # counted against the limits; the booking is not decided
    KEPT = "kept"  # the room is the guest's, or a cancellation fee is
    RELEASED = "released"  # the booking ended and nothing was paid: free for somebody else


class OrphanStatus(StrEnum):
    """A supplier booking that turned up after we had given it up (REJECTED)."""

    FOUND = "found"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    STAFF = "staff"  # cancelling it would cost, or the supplier refuses: people decide


Table = Mapping[str, frozenset[str]]


def _table(rows: dict[StrEnum, tuple[StrEnum, ...]]) -> Table:
    return {str(source): frozenset(map(str, targets)) for source, targets in rows.items()}


QUOTE = _table(
    {
        QuoteStatus.OPEN: (QuoteStatus.USED, QuoteStatus.EXPIRED),
        QuoteStatus.USED: (),
        QuoteStatus.EXPIRED: (),
    }
)

BOOKING = _table(
    {
        # PENDING -> CANCELLED: the guest withdrew before the supplier was asked.
        BookingStatus.PENDING: (
            BookingStatus.CONFIRMING,
            BookingStatus.REJECTED,
            BookingStatus.CANCELLED,
        ),
        BookingStatus.CONFIRMING: (BookingStatus.CONFIRMED, BookingStatus.REJECTED, BookingStatus.UNKNOWN),
        BookingStatus.UNKNOWN: (BookingStatus.CONFIRMED, BookingStatus.REJECTED),
        # CONFIRMED -> CANCELLED without a request of ours: the hotel or the supplier cancelled it.
        BookingStatus.CONFIRMED: (
            BookingStatus.CANCELLING,
            BookingStatus.CANCELLED,
            BookingStatus.COMPLETED,
        ),
        BookingStatus.CANCELLING: (BookingStatus.CANCELLED,),
        BookingStatus.REJECTED: (),
        BookingStatus.CANCELLED: (),
        BookingStatus.COMPLETED: (),
    }
)

PAYMENT = _table(
    {
        PaymentStatus.CREATED: (PaymentStatus.AUTHORISING, PaymentStatus.DECLINED),
        PaymentStatus.AUTHORISING: (
            PaymentStatus.AUTHORISED,
            PaymentStatus.REQUIRES_ACTION,
            PaymentStatus.DECLINED,
            PaymentStatus.UNKNOWN,
        ),
        PaymentStatus.UNKNOWN: (
            PaymentStatus.AUTHORISED,
            PaymentStatus.REQUIRES_ACTION,
            PaymentStatus.DECLINED,
        ),
        PaymentStatus.REQUIRES_ACTION: (
            PaymentStatus.AUTHORISED,
            PaymentStatus.DECLINED,
            PaymentStatus.VOIDING,
        ),
        # AUTHORISED -> VOIDED: the hold lapsed at the provider before the supplier was asked.
        PaymentStatus.AUTHORISED: (PaymentStatus.CAPTURING, PaymentStatus.VOIDING, PaymentStatus.VOIDED),
        PaymentStatus.CAPTURING: (PaymentStatus.CAPTURED, PaymentStatus.CAPTURE_FAILED),
        # CAPTURE_FAILED, VOIDING -> CAPTURED: the answer to an earlier capture came late.
        PaymentStatus.CAPTURE_FAILED: (
            PaymentStatus.CAPTURING,
            PaymentStatus.CAPTURED,
            PaymentStatus.VOIDING,
        ),
        PaymentStatus.VOIDING: (PaymentStatus.VOIDED, PaymentStatus.CAPTURED),
        PaymentStatus.CAPTURED: (
            PaymentStatus.PARTIALLY_REFUNDED,
            PaymentStatus.REFUNDED,
            PaymentStatus.DISPUTED,
        ),
        # Backwards: a refund that the guest's bank did not take.
        PaymentStatus.PARTIALLY_REFUNDED: (
            PaymentStatus.CAPTURED,
            PaymentStatus.REFUNDED,
            PaymentStatus.DISPUTED,
        ),
        PaymentStatus.REFUNDED: (
            PaymentStatus.CAPTURED,
            PaymentStatus.PARTIALLY_REFUNDED,
            PaymentStatus.DISPUTED,
        ),
        PaymentStatus.DISPUTED: (
            PaymentStatus.CAPTURED,
            PaymentStatus.PARTIALLY_REFUNDED,
            PaymentStatus.REFUNDED,
        ),
        PaymentStatus.DECLINED: (),
        PaymentStatus.VOIDED: (),
    }
)

REFUND = _table(
    {
        RefundStatus.CREATED: (RefundStatus.IN_FLIGHT,),
        RefundStatus.IN_FLIGHT: (RefundStatus.DONE, RefundStatus.FAILED, RefundStatus.UNKNOWN),
        RefundStatus.UNKNOWN: (RefundStatus.DONE, RefundStatus.FAILED, RefundStatus.IN_FLIGHT),
        RefundStatus.FAILED: (RefundStatus.IN_FLIGHT,),
        RefundStatus.DONE: (RefundStatus.FAILED,),  # the guest's bank sent it back
    }
)

DISPUTE = _table(
    {
        DisputeStatus.OPEN: (DisputeStatus.WON, DisputeStatus.LOST),
        # WON -> OPEN: a mere inquiry that was answered becomes a dispute after all.
        DisputeStatus.WON: (DisputeStatus.OPEN,),
        DisputeStatus.LOST: (),
    }
)

REDEMPTION = _table(
    {
        RedemptionStatus.RESERVED: (RedemptionStatus.KEPT, RedemptionStatus.RELEASED),
        # Cancelled free of charge after all.
        RedemptionStatus.KEPT: (RedemptionStatus.RELEASED,),
        RedemptionStatus.RELEASED: (),
    }
)

ORPHAN = _table(
    {
        OrphanStatus.FOUND: (OrphanStatus.CANCELLING, OrphanStatus.CANCELLED, OrphanStatus.STAFF),
        OrphanStatus.CANCELLING: (OrphanStatus.CANCELLED, OrphanStatus.FOUND, OrphanStatus.STAFF),
        OrphanStatus.STAFF: (OrphanStatus.CANCELLING, OrphanStatus.CANCELLED),
        OrphanStatus.CANCELLED: (),
    }
)

# A payment that holds or may hold the guest's money, or may still come to do so. One per booking at a time.
LIVE_PAYMENT = frozenset(
    {
        PaymentStatus.CREATED,
        PaymentStatus.AUTHORISING,
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.AUTHORISED,
        PaymentStatus.CAPTURING,
        PaymentStatus.CAPTURED,
        PaymentStatus.CAPTURE_FAILED,
        PaymentStatus.VOIDING,
        PaymentStatus.PARTIALLY_REFUNDED,
        PaymentStatus.REFUNDED,
        PaymentStatus.DISPUTED,
        PaymentStatus.UNKNOWN,
    }
)


class InvalidTransition(Exception):
    """The table does not know this step: a mistake in the code, never something a guest or supplier can cause."""

    def __init__(self, kind: str, source: str, target: str) -> None:
        super().__init__(f"{kind}: {source} -> {target} is not in the table")


def allowed(table: Table, source: str, target: str) -> bool:
    return target in table[source]


def final(table: Table) -> frozenset[str]:
    return frozenset(source for source, targets in table.items() if not targets)
