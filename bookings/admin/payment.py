from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from bookings.admin import verbs
from bookings.models import Payment, PaymentOperation, Refund
from faredown.lib.backoffice import ReadOnlyAdmin, ReadOnlyInline, facts, money, verb

PAYMENT_COLOURS = {
    "captured": "success",
    "authorised": "info",
    "refunded": "info",
    "partially_refunded": "info",
    "unknown": "warning",
    "capture_failed": "danger",
    "declined": "danger",
    "disputed": "danger",
}
REFUND_COLOURS = {"done": "success", "unknown": "warning", "failed": "danger"}


class OperationInline(ReadOnlyInline[PaymentOperation]):
    model = PaymentOperation
    fields = ("started_at", "kind", "outcome", "shown_amount", "finished_at", "shown_facts")
    verbose_name_plural = "exchanges with the provider"

    @admin.display(description="amount")
    def shown_amount(self, operation: PaymentOperation) -> str:
        return money(operation.amount)

    @admin.display(description="facts")
    def shown_facts(self, operation: PaymentOperation) -> SafeString | str:
        return facts(operation.facts)


class RefundInline(ReadOnlyInline[Refund]):
    model = Refund
    fields = ("public_id", "status", "reason", "shown_amount", "note", "failure_code", "created_at")
    show_change_link = True

    @admin.display(description="amount")
    def shown_amount(self, refund: Refund) -> str:
        return money(refund.amount)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin[Payment]):
    list_display = (
        "public_id",
        "booking",
        "gateway",
        "shown_status",
        "shown_amount",
        "shown_captured",
        "shown_refunded",
        "created_at",
    )
    list_filter = ("status", "gateway", "amount_currency", ("created_at", RangeDateFilter))
    search_fields = ("public_id", "booking__reference", "provider_reference")
    list_select_related = ("booking",)
    date_hierarchy = "created_at"
    fields = (
        ("public_id", "booking", "status"),
        ("gateway", "provider_reference", "failure_code"),
        ("shown_amount", "shown_captured", "shown_refunded"),
        ("status_changed_at", "authorised_until", "next_check_at"),
        ("attempts", "created_at"),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "shown_amount",
        "shown_captured",
        "shown_refunded",
    )
    inlines = (OperationInline, RefundInline)
    actions_detail = ("give_back",)

    def has_refund_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("bookings.refund_payment"))

    @verb(description="Refund", icon="currency_exchange", permission="refund")
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        payment = self.row(request, object_id)
        return verbs.give_back(
            request, payment, back=reverse("admin:bookings_payment_change", args=(payment.pk,))
        )

    @display(description="status", ordering="status", label=PAYMENT_COLOURS)
    def shown_status(self, payment: Payment) -> tuple[str, str]:
        return payment.status, payment.get_status_display()

    @admin.display(description="amount", ordering="amount_amount")
    def shown_amount(self, payment: Payment) -> str:
        return money(payment.amount)

    @admin.display(description="captured", ordering="captured_amount")
    def shown_captured(self, payment: Payment) -> str:
        return money(payment.captured)

    @admin.display(description="refunded", ordering="refunded_amount")
    def shown_refunded(self, payment: Payment) -> str:
        return money(payment.refunded)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin[Refund]):
    list_display = ("public_id", "payment", "shown_status", "reason", "shown_amount", "created_at")
    list_filter = ("status", "reason", "amount_currency", ("created_at", RangeDateFilter))
    search_fields = ("public_id", "payment__public_id", "payment__booking__reference", "provider_reference")
    list_select_related = ("payment",)
    date_hierarchy = "created_at"

    @display(description="status", ordering="status", label=REFUND_COLOURS)
    def shown_status(self, refund: Refund) -> tuple[str, str]:
        return refund.status, refund.get_status_display()

    @admin.display(description="amount", ordering="amount_amount")
    def shown_amount(self, refund: Refund) -> str:
        return money(refund.amount)
