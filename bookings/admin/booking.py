from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from bookings.admin import inlines, verbs
from bookings.models import Booking, BookingRoom, LedgerEntry
from bookings.services import vouchers
from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin, facts, money, verb
from faredown.lib.errors import DomainError
from suppliers.selectors import calls_about

EXCHANGES_SHOWN = 50
STATUS_COLOURS = {
    "confirmed": "success",
    "completed": "success",
    "pending": "info",
    "confirming": "info",
    "unknown": "warning",
    "cancelling": "warning",
    "rejected": "danger",
    "cancelled": "danger",
}


class WaitingForStaff(admin.SimpleListFilter):
    title = "waiting for staff"
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        match self.value():
            case "yes":
                return queryset.filter(staff_queue__isnull=False)
            case "no":
                return queryset.filter(staff_queue__isnull=True)
            case _:
                return queryset


def _page_of(booking: Booking) -> str:
    return reverse("admin:bookings_booking_change", args=(booking.pk,))


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin[Booking]):
    """What was promised is never edited here: staff act through verbs, and every verb is a service's."""

    list_display = (
        "reference",
        "shown_status",
        "hotel",
        "check_in",
        "nights",
        "holder",
        "shown_total",
        "supplier_reference",
        "staff_queue",
        "created_at",
    )
    list_filter = (
        "status",
        WaitingForStaff,
        "supplier",
        "channel",
        ("created_at", RangeDateFilter),
        ("check_in", RangeDateFilter),
    )
    search_fields = ("reference", "supplier_reference", "holder_last_name", "holder_email", "hotel__name")
    search_help_text = "Our reference, the supplier's, the holder's last name or e-mail, the hotel's name"
    date_hierarchy = "created_at"
    list_select_related = ("hotel",)
    ordering = ("-created_at",)
    actions_detail = ("voucher", "why", "cancel")
    inlines = (
        inlines.RoomInline,
        inlines.EventInline,
        inlines.PaymentInline,
        inlines.LedgerInline,
        inlines.AttemptInline,
        inlines.StaffTaskInline,
        inlines.DocumentInline,
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("reference", "status", "status_changed_at"),
                    ("supplier", "supplier_reference", "shown_hotel_references"),
                    ("hotel", "check_in", "check_out"),
                    ("holder", "shown_phone"),
                    ("customer", "holder_email"),
                    ("language", "channel", "created_at"),
                    "remarks",
                )
            },
        ),
        (
            "Money",
            {
                "fields": (
                    ("shown_total", "shown_net", "shown_confirmed_net"),
                    ("shown_promotion", "shown_before"),
                    ("shown_fee", "shown_supplier_fee"),
                )
            },
        ),
        ("Waiting for staff", {"fields": (("staff_queue", "staff_due_at"), "staff_reason")}),
        ("Supplier exchanges", {"fields": ("exchanges",)}),
        (
            "Frozen when it was sold",
            {
                "classes": ("collapse",),
                "fields": ("shown_price", "shown_terms", "shown_supplier_terms", "shown_snapshot"),
            },
        ),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "shown_hotel_references",
        "holder",
        "shown_phone",
        "shown_total",
        "shown_net",
        "shown_confirmed_net",
        "shown_promotion",
        "shown_before",
        "shown_fee",
        "shown_supplier_fee",
        "exchanges",
        "shown_price",
        "shown_terms",
        "shown_supplier_terms",
        "shown_snapshot",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        rooms = BookingRoom.objects.prefetch_related("guests")
        entries = LedgerEntry.objects.prefetch_related("lines")
        queryset = super().get_queryset(request).select_related("hotel", "customer", "quote__promotion")
        if request.resolver_match and request.resolver_match.url_name == "bookings_booking_change":
            return queryset.prefetch_related(
                Prefetch("rooms", queryset=rooms), Prefetch("ledger_entries", queryset=entries)
            )
        return queryset

    def has_cancel_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("bookings.cancel_booking"))

    @verb(description="Cancel the booking", icon="cancel", permission="cancel")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        booking = self.row(request, object_id)
        return verbs.cancel(request, booking, back=_page_of(booking))

    @verb(description="Voucher", icon="picture_as_pdf", permission="view")
    def voucher(self, request: HttpRequest, object_id: str) -> HttpResponse:
        booking = self.row(request, object_id)
        try:
            document = vouchers.pdf(booking)
        except DomainError as error:
            self.message_user(request, error.detail, level=messages.ERROR)
            return redirect(_page_of(booking))
        name = f'inline; filename="voucher-{booking.reference}.pdf"'
        return HttpResponse(document, content_type="application/pdf", headers={"Content-Disposition": name})

    @verb(description="Why this price", icon="help", permission="view")
    def why(self, request: HttpRequest, object_id: str) -> HttpResponse:
        booking = self.row(request, object_id)
        return redirect("admin:bookings_quote_why", object_id=booking.quote_id)

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, booking: Booking) -> tuple[str, str]:
        return booking.status, booking.get_status_display()

    @admin.display(description="holder", ordering="holder_last_name")
    def holder(self, booking: Booking) -> str:
        return f"{booking.holder_first_name} {booking.holder_last_name}"

    @admin.display(description="holder's phone")
    def shown_phone(self, booking: Booking) -> str:
        return booking.holder_phone

    @admin.display(description="the hotel's own numbers")
    def shown_hotel_references(self, booking: Booking) -> str:
        return ", ".join(booking.hotel_references) or NOTHING

    @admin.display(description="total", ordering="total_amount")
    def shown_total(self, booking: Booking) -> str:
        return money(booking.total)

    @admin.display(description="net, as quoted")
    def shown_net(self, booking: Booking) -> str:
        return money(booking.net)

    @admin.display(description="net, as confirmed")
    def shown_confirmed_net(self, booking: Booking) -> str:
        return money(booking.confirmed_net)

    @admin.display(description="promotion")
    def shown_promotion(self, booking: Booking) -> str:
        taken = booking.quote.promotion
        return f"{taken.code}: {money(-booking.quote.discount)}" if taken else NOTHING

    @admin.display(description="total before the promotion")
    def shown_before(self, booking: Booking) -> str:
        return money(booking.total + booking.quote.discount) if booking.quote.promotion_id else NOTHING

    @admin.display(description="guest's cancellation fee")
    def shown_fee(self, booking: Booking) -> str:
        return money(booking.cancellation_fee)

    @admin.display(description="supplier's cancellation fee")
    def shown_supplier_fee(self, booking: Booking) -> str:
        return money(booking.supplier_fee)

    @admin.display(description="exchanges")
    def exchanges(self, booking: Booking) -> SafeString:
        calls = calls_about([booking.reference, booking.supplier_reference]).filter(
            at__gte=booking.created_at
        )
        return render_to_string("admin/bookings/exchanges.html", {"calls": calls[:EXCHANGES_SHOWN]})

    @admin.display(description="price")
    def shown_price(self, booking: Booking) -> SafeString | str:
        return facts(booking.price)

    @admin.display(description="the guest's terms")
    def shown_terms(self, booking: Booking) -> SafeString | str:
        return facts(booking.terms)

    @admin.display(description="the supplier's terms (net)")
    def shown_supplier_terms(self, booking: Booking) -> SafeString | str:
        return facts(booking.supplier_terms)

    @admin.display(description="the hotel as it was sold")
    def shown_snapshot(self, booking: Booking) -> SafeString | str:
        return facts(booking.hotel_snapshot)
