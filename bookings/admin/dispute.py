from __future__ import annotations

from django.contrib import admin
from unfold.decorators import display

from bookings.models import Dispute, WebhookEvent
from faredown.lib.backoffice import ReadOnlyAdmin, money

COLOURS = {"open": "danger", "won": "success", "lost": "warning"}


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin[Dispute]):
    list_display = (
        "provider_reference",
        "payment",
        "shown_status",
        "reason",
        "shown_amount",
        "evidence_until",
        "opened_at",
    )
    list_filter = ("status", "reason", "amount_currency")
    search_fields = ("provider_reference", "payment__public_id", "payment__booking__reference")
    list_select_related = ("payment",)
    date_hierarchy = "opened_at"

    @display(description="status", ordering="status", label=COLOURS)
    def shown_status(self, dispute: Dispute) -> tuple[str, str]:
        return dispute.status, dispute.get_status_display()

    @admin.display(description="amount", ordering="amount_amount")
    def shown_amount(self, dispute: Dispute) -> str:
        return money(dispute.amount)


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin[WebhookEvent]):
    list_display = ("event_id", "gateway", "kind", "reference", "received_at", "applied_at", "outcome")
    list_filter = ("gateway", "kind", ("applied_at", admin.EmptyFieldListFilter))
    search_fields = ("event_id", "reference")
    date_hierarchy = "received_at"
