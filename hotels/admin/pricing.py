from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from faredown.lib.backoffice import StaffAdmin
from hotels.admin.price_forms import MarkupRuleForm, TaxRuleForm
from hotels.models import MarkupRule, MarkupSeason, MarkupTier, TaxRule

_SPANS = (("stars", "stars"), ("lead_days", "days ahead"), ("nights", "nights"))


class TierInline(TabularInline):
    model = MarkupTier
    extra = 0
    verbose_name_plural = "tiers: a percentage of the part of the cost above an amount, up to the next"


class SeasonInline(TabularInline):
    model = MarkupSeason
    extra = 0
    verbose_name_plural = "seasons: days of check-in, the first and the last included"


@admin.register(MarkupRule)
class MarkupRuleAdmin(StaffAdmin[MarkupRule]):
    form = MarkupRuleForm
    list_display = (
        "name",
        "priority",
        "stacks",
        "percent",
        "fixed_amount",
        "fixed_currency",
        "scope",
        "is_active",
    )
    list_filter = ("is_active", "stacks", "supplier", "country")
    search_fields = ("name", "public_id", "destination__name", "hotel__name")
    list_select_related = ("country", "destination", "hotel")
    autocomplete_fields = ("country", "destination", "hotel")
    readonly_fields = ("public_id", "created_at", "updated_at")
    inlines = (TierInline, SeasonInline)
    fieldsets = (
        (None, {"fields": (("name", "is_active"), ("priority", "stacks"))}),
        (
            "What it adds",
            {
                "fields": (
                    "percent",
                    ("fixed_amount", "fixed_currency"),
                    "fixed_per",
                    ("least_amount", "most_amount"),
                    "bounds_currency",
                )
            },
        ),
        (
            "Which hotels",
            {
                "fields": (
                    ("supplier", "chains"),
                    "country",
                    "destination",
                    "hotel",
                    ("stars_from", "stars_to"),
                    "boards",
                )
            },
        ),
        (
            "Which stays",
            {
                "fields": (
                    ("lead_days_from", "lead_days_to"),
                    ("nights_from", "nights_to"),
                    "weekdays",
                )
            },
        ),
        ("Which guests", {"fields": ("channels", "user_types", "residencies")}),
        (
            "When",
            {"fields": ("valid_from", "valid_to", "public_id", ("created_at", "updated_at"))},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MarkupRule]:
        return super().get_queryset(request).prefetch_related("seasons")

    @admin.display(description="for")
    def scope(self, rule: MarkupRule) -> str:
        places = [rule.supplier, rule.country, rule.destination, rule.hotel]
        lists = [*rule.chains, *rule.boards, *rule.channels, *rule.user_types, *rule.residencies]
        spans = [_span(rule, name, unit) for name, unit in _SPANS]
        days = ["check-in on some weekdays"] if rule.weekdays else []
        parts = [*places, *lists, *spans, *days, *rule.seasons.all()]
        return ", ".join(str(part) for part in parts if part) or "everything"


@admin.register(TaxRule)
class TaxRuleAdmin(StaffAdmin[TaxRule]):
    form = TaxRuleForm
    list_display = ("name", "priority", "stacks", "percent", "basis", "country", "supplier", "is_active")
    list_filter = ("is_active", "basis", "country")
    search_fields = ("name", "public_id")
    list_select_related = ("country",)
    autocomplete_fields = ("country",)
    readonly_fields = ("public_id", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("name", "is_active"), ("priority", "stacks"), ("percent", "basis"))}),
        ("Which sales", {"fields": (("country", "supplier"), "user_types", "residencies")}),
        (
            "When",
            {"fields": ("valid_from", "valid_to", "public_id", ("created_at", "updated_at"))},
        ),
    )


def _span(rule: MarkupRule, name: str, unit: str) -> str:
    least, most = getattr(rule, f"{name}_from"), getattr(rule, f"{name}_to")
    if least is None and most is None:
        return ""
    if most is None:
        return f"from {least} {unit}"
    return f"{least or 0} to {most} {unit}"
