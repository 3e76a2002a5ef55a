from __future__ import annotations

from django.contrib import admin

from faredown.lib.backoffice import StaffAdmin
from hotels.models import ExchangeRate, MarkupRule


@admin.register(MarkupRule)
class MarkupRuleAdmin(StaffAdmin[MarkupRule]):
    list_display = ("name", "priority", "percent", "fixed_amount", "fixed_currency", "scope", "is_active")
    list_filter = ("is_active", "supplier", "country")
    search_fields = ("name", "destination__name", "hotel__name")
    list_select_related = ("country", "destination", "hotel")
    autocomplete_fields = ("country", "destination", "hotel")
    readonly_fields = ("public_id", "created_at", "updated_at")

    @admin.display(description="for")
    def scope(self, rule: MarkupRule) -> str:
        parts = [rule.supplier, rule.country, rule.destination, rule.hotel]
        stars = (
            f"{rule.stars_from or 0} to {rule.stars_to or 7} stars"
            if rule.stars_from or rule.stars_to
            else ""
        )
        return ", ".join(str(part) for part in [*parts, stars] if part) or "everything"


@admin.register(ExchangeRate)
class ExchangeRateAdmin(StaffAdmin[ExchangeRate]):
    """A rate is never edited, a newer one is added: what a price was made with stays readable."""

    list_display = ("base", "quote", "rate", "source", "as_of")
    list_filter = ("source", "base", "quote")
    search_fields = ("base", "quote")
    date_hierarchy = "as_of"

    def has_change_permission(self, request: object, obj: ExchangeRate | None = None) -> bool:
        return False
