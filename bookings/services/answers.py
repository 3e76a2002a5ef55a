"""A supplier's answer to a booking call: stored as it came, then (and only then) followed.

`apply` may run twice, late, or after a sweeper decided otherwise: attempt token and table say what still counts.
A success that comes after REJECTED is never dropped, it becomes an orphan.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from django.db import transaction

from bookings.conf import rules
from bookings.models import Attempt, Booking
from bookings.services import comparison, ledger, money, notifications, orphans, staff, transitions
from bookings.states import BookingStatus
from faredown.lib import clock
from faredown.lib.locking import locked_one
from hotels.services import search_log
from suppliers import registry
from suppliers.errors import (
    AccessDenied,
    InvalidRequest,
    NotConfigured,
    PriceChanged,
    RateExpired,
    SoldOut,
    SupplierError,
)
from suppliers.types import BookingStatus as AtSupplier
from suppliers.types import Confirmation

REASONS: tuple[tuple[type[SupplierError], str], ...] = (
    (SoldOut, "sold_out"),
    (PriceChanged, "price_changed"),
    (RateExpired, "offer_expired"),
)


def longest_call(supplier: str) -> timedelta:
    """A booking call this old has ended, one way or the other."""
    return timedelta(seconds=registry.get(supplier).booking_deadline_seconds + rules().booking_margin_seconds)


def store_confirmation(attempt: Attempt, confirmation: Confirmation) -> None:
    _store(attempt, Attempt.Outcome.DONE, {"confirmation": facts(confirmation)})


def store_error(attempt: Attempt, error: SupplierError) -> None:
    outcome = Attempt.Outcome.REFUSED if error.outcome_known else Attempt.Outcome.UNKNOWN
    _store(
        attempt,
        outcome,
        {
            "error": type(error).__name__,
            "reason": _reason(error),
            "detail": error.detail[:500],
            "token": error.token,
            "our_fault": isinstance(error, AccessDenied | NotConfigured | InvalidRequest),
        },
    )


def facts(confirmation: Confirmation) -> dict[str, Any]:
    """A confirmation as JSON, without the guests: who travels is kept in one place only."""
    rooms = tuple(msgspec.structs.replace(room, guests=()) for room in confirmation.rooms)
    plain: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(confirmation, rooms=rooms))
    return plain


def apply(attempt_pk: int) -> None:
    """Draw the consequence of a stored answer. Safe to repeat."""
    with transaction.atomic():
        attempt = Attempt.objects.get(pk=attempt_pk)
        booking = locked_one(Booking.objects.select_related("quote").filter(pk=attempt.booking_id))
        attempt = Attempt.objects.select_for_update().get(pk=attempt_pk)
        if attempt.applied_at is not None or attempt.outcome == Attempt.Outcome.IN_FLIGHT:
            return
        waiting = booking.attempt_token == attempt.token and booking.status in (
            BookingStatus.CONFIRMING,
            BookingStatus.UNKNOWN,
        )
        if attempt.outcome == Attempt.Outcome.DONE:
            held = msgspec.convert(attempt.facts["confirmation"], Confirmation)
            decide(booking, held) if waiting else _too_late(booking, held)
        elif waiting and attempt.outcome == Attempt.Outcome.REFUSED:
            rejected(booking, reason=attempt.facts["reason"], our_fault=attempt.facts["our_fault"])
        elif waiting:
            unknown(booking)
        Attempt.objects.filter(pk=attempt.pk).update(applied_at=clock.now())


def decide(booking: Booking, held: Confirmation) -> None:
    """The supplier told what it holds under our reference. Call it with the booking locked and still undecided."""
    match held.status:
        case AtSupplier.CONFIRMED:
            _confirmed(booking, held)
        case AtSupplier.CANCELLED:
            rejected(booking, reason="cancelled_by_supplier")
        case AtSupplier.PENDING:
            unknown(booking)


def rejected(booking: Booking, *, reason: str, our_fault: bool = False, **changes: Any) -> None:
    if not transitions.move(
        booking,
        BookingStatus.REJECTED,
        detail={"reason": reason},
        **{"status_reason": reason, "next_check_at": None, **changes},
    ):
        return
    if our_fault:
        staff.queue(booking, "adapter_refused", reason=f"The supplier refused our booking call: {reason}.")
    notifications.rejected(booking)
    money.follow(booking)


def unknown(booking: Booking) -> None:
    """Only the sweeper decides from here."""
    if booking.status == BookingStatus.CONFIRMING:
        transitions.move(booking, BookingStatus.UNKNOWN, next_check_at=clock.now())
        notifications.being_confirmed(booking)


def _confirmed(booking: Booking, held: Confirmation) -> None:
    found = comparison.between(booking, held)
    if not transitions.move(
        booking,
        BookingStatus.CONFIRMED,
        detail={"supplier_reference": held.supplier_reference, "net": held.net.as_json()},
        supplier_reference=held.supplier_reference,
        confirmed_net_amount=held.net.amount if found.same_currency else booking.net.amount,
        confirmation=facts(held),
        payable_through=held.payable_through,
        payable_through_vat=held.payable_through_vat,
        supplier_terms=[msgspec.to_builtins(room.terms) for room in held.rooms],
        next_check_at=clock.now() + timedelta(hours=rules().verify_hours),
        listing_checks=0,
    ):
        return
    search_log.chosen(booking.quote.search_id, search_log.Kind.BOOKED, reference=booking.reference)
    _room_references(booking, held)
    for code, reason in found.for_staff:
        staff.queue(booking, code, reason=reason)
    ledger.sale(booking)
    money.follow(booking)


def _room_references(booking: Booking, held: Confirmation) -> None:
    """Entries of an answer follow the rate keys, not the rooms (REFERENCE section 6)."""
    for offer_index, room in enumerate(held.rooms):
        if room.supplier_reference:
            booking.rooms.filter(offer_index=offer_index).update(supplier_reference=room.supplier_reference)


def _too_late(booking: Booking, held: Confirmation) -> None:
    if held.status != AtSupplier.CONFIRMED or held.supplier_reference == booking.supplier_reference:
        return
    orphans.found(booking, held.supplier_reference)


def _store(attempt: Attempt, outcome: str, answer: dict[str, Any]) -> None:
    """Committed by itself, before anything follows from it."""
    Attempt.objects.filter(pk=attempt.pk).update(outcome=outcome, facts=answer, finished_at=clock.now())


def _reason(error: SupplierError) -> str:
    known = (reason for kind, reason in REASONS if isinstance(error, kind))
    return next(known, "supplier_unavailable" if error.retryable else "supplier_refused")
