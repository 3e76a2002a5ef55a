"""The one place where a status changes: by the table, by compare-and-set, with its line in the story and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bookings import states
from bookings.models import Booking, Dispute, Event, Orphan, Payment, Quote, Redemption, Refund
from faredown.accounts.models import User
from faredown.audit.services import audit
from faredown.lib import clock

Row = Quote | Booking | Payment | Refund | Redemption | Orphan | Dispute

TABLES: dict[type[Row], tuple[str, states.Table]] = {
    Quote: ("quote", states.QUOTE),
    Booking: ("booking", states.BOOKING),
    Payment: ("payment", states.PAYMENT),
    Refund: ("refund", states.REFUND),
    Redemption: ("redemption", states.REDEMPTION),
    Orphan: ("orphan", states.ORPHAN),
    Dispute: ("dispute", states.DISPUTE),
}

# What the guest may read of the story.
PUBLIC = frozenset(
    {
        "booking.pending",
        "booking.confirming",
        "booking.confirmed",
        "booking.rejected",
        "booking.unknown",
        "booking.cancelling",
        "booking.cancelled",
        "booking.completed",
        "payment.authorised",
        "payment.declined",
        "payment.captured",
        "payment.voided",
        "refund.created",
        "refund.done",
        "voucher.issued",
        "hotel.reconfirmed",
    }
)


def move(
    row: Row,
    target: str,
    *,
    by: User | None = None,
    detail: Mapping[str, Any] | None = None,
    where: Mapping[str, Any] | None = None,
    **changes: Any,
) -> bool:
    """`row.status` -> `target` if it still is what the caller read (and `where` holds); False: somebody else was first.

    Writes `changes` in the same statement, and an Event and an audit record in the same transaction. `row` carries the
    new values afterwards. Raises InvalidTransition for a step the table does not know.
    """
    name, table = TABLES[type(row)]
    source = row.status
    if not states.allowed(table, source, target):
        raise states.InvalidTransition(name, source, target)
    written = {"status": str(target), "status_changed_at": clock.now(), **changes}
    with transaction.atomic():
        rows = type(row)._default_manager.filter(pk=row.pk, status=source, **(where or {}))
        if rows.update(**written) != 1:
            return False
        for field, value in written.items():
            setattr(row, field, value)
        note(row, f"{name}.{target}", by=by, detail={"from": source, **(detail or {})})
    return True


def note(row: Row, kind: str, *, by: User | None = None, detail: Mapping[str, Any] | None = None) -> None:
    """A line in the booking's story and in the audit. `detail` holds codes, amounts and references, never a name."""
    booking = _booking_of(row)
    facts = dict(detail or {})
    if booking is not None:
        Event.objects.create(
            booking=booking, at=clock.now(), kind=kind, detail=facts, is_public=kind in PUBLIC
        )
    audit.record(kind, target=row, by=by, **facts)


def _booking_of(row: Row) -> Booking | None:
    match row:
        case Booking():
            return row
        case Payment() | Redemption() | Orphan():
            return row.booking
        case Refund() | Dispute():
            return row.payment.booking
        case _:
            return None
