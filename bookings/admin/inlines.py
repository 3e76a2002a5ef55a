"""What is listed on a booking's page."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from bookings.admin.document import file_link
from bookings.models import Attempt, BookingRoom, Document, Event, LedgerEntry, Payment, StaffTask
from faredown.lib.backoffice import NOTHING, ReadOnlyInline, facts, money


class RoomInline(ReadOnlyInline[BookingRoom]):
    model = BookingRoom
    fields = (
        "number",
        "room_name",
        "board_name",
        "adults",
        "child_ages",
        "guest_names",
        "supplier_reference",
    )
    verbose_name_plural = "rooms and guests"
    tab = False

    @admin.display(description="room")
    def number(self, room: BookingRoom) -> int:
        return room.index + 1

    @admin.display(description="children")
    def ages(self, room: BookingRoom) -> str:
        return ", ".join(map(str, room.child_ages)) or NOTHING

    @admin.display(description="guests")
    def guest_names(self, room: BookingRoom) -> str:
        return ", ".join(
            f"{guest.first_name} {guest.last_name}" + (f" ({guest.age})" if guest.age is not None else "")
            for guest in room.guests.all()
        )


class EventInline(ReadOnlyInline[Event]):
    model = Event
    fields = ("at", "kind", "is_public", "shown_detail")
    verbose_name_plural = "timeline"

    @admin.display(description="detail")
    def shown_detail(self, event: Event) -> SafeString | str:
        return facts(event.detail)


class AttemptInline(ReadOnlyInline[Attempt]):
    model = Attempt
    fields = ("started_at", "operation", "outcome", "finished_at", "applied_at", "shown_facts")
    verbose_name_plural = "supplier attempts"

    @admin.display(description="facts")
    def shown_facts(self, attempt: Attempt) -> SafeString | str:
        return facts(attempt.facts)


class PaymentInline(ReadOnlyInline[Payment]):
    model = Payment
    fields = (
        "public_id",
        "gateway",
        "status",
        "shown_amount",
        "shown_captured",
        "shown_refunded",
        "failure_code",
    )
    show_change_link = True

    @admin.display(description="amount")
    def shown_amount(self, payment: Payment) -> str:
        return money(payment.amount)

    @admin.display(description="captured")
    def shown_captured(self, payment: Payment) -> str:
        return money(payment.captured)

    @admin.display(description="refunded")
    def shown_refunded(self, payment: Payment) -> str:
        return money(payment.refunded)


class LedgerInline(ReadOnlyInline[LedgerEntry]):
    model = LedgerEntry
    fields = ("posted_at", "kind", "shown_lines")
    verbose_name_plural = "ledger"

    @admin.display(description="debit / credit")
    def shown_lines(self, entry: LedgerEntry) -> str:
        sides = []
        for line in entry.lines.all():
            side, amount = ("debit", line.debit) if line.debit else ("credit", line.credit)
            sides.append(f"{side} {line.get_account_display()} {amount:f} {line.currency}")
        return "; ".join(sides)


class StaffTaskInline(ReadOnlyInline[StaffTask]):
    model = StaffTask
    fields = ("code", "reason", "owner", "due_at", "resolved_at", "resolution")
    verbose_name_plural = "staff tasks"
    show_change_link = True


class DocumentInline(ReadOnlyInline[Document]):
    model = Document
    fields = ("kind", "number", "shown_total", "language", "issued_at", "file")
    show_change_link = True

    @admin.display(description="total")
    def shown_total(self, document: Document) -> str:
        return money(document.total)

    @admin.display(description="file")
    def file(self, document: Document) -> SafeString | str:
        return file_link(document)
