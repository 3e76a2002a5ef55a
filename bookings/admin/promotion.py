from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from unfold.decorators import display

from bookings import eligibility
from bookings.models import Promotion, Redemption
from bookings.states import RedemptionStatus
from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin, ReadOnlyInline, StaffAdmin, money
from faredown.lib.money import Money
from hotels.admin.price_forms import Codes, ticks
from hotels.models.codes import iso_country, iso_currency
from hotels.models.pricing import CHANNELS

_LIVE = ~Q(redemptions__status=RedemptionStatus.RELEASED)


class PromotionForm(forms.ModelForm[Promotion]):
    channels = ticks(CHANNELS)
    residencies = Codes(
        length=2, validator=iso_country, help_text="Where guests live, two letters, with commas."
    )
    currencies = Codes(
        length=3, validator=iso_currency, help_text="Of the price shown, with commas. None: every currency."
    )

    class Meta:
        model = Promotion
        exclude: ClassVar[tuple[str, ...]] = ()

    def clean_code(self) -> str:
        return eligibility.folded(self.cleaned_data["code"])


class RedemptionInline(ReadOnlyInline[Redemption]):
    model = Redemption
    fields = ("public_id", "booking", "status", "shown_discount", "shown_cost", "created_at")
    verbose_name_plural = "redemptions, the newest first"
    show_change_link = True
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redemption]:
        return super().get_queryset(request).select_related("booking")

    @admin.display(description="discount")
    def shown_discount(self, redemption: Redemption) -> str:
        return money(redemption.discount)

    @admin.display(description="of the budget")
    def shown_cost(self, redemption: Redemption) -> str:
        return money(redemption.cost)


@admin.register(Promotion)
class PromotionAdmin(StaffAdmin[Promotion]):
    """A promotion that was used is never deleted: switched off instead."""

    form = PromotionForm
    list_display = (
        "code",
        "name",
        "takes_off",
        "used",
        "budget_left",
        "valid_from",
        "valid_to",
        "scope",
        "is_active",
    )
    list_filter = ("is_active", "country", "supplier")
    search_fields = ("code", "name", "note", "public_id", "hotel__name", "destination__name")
    list_select_related = ("country", "destination", "hotel")
    autocomplete_fields = ("country", "destination", "hotel")
    inlines = (RedemptionInline,)
    fieldsets = (
        (None, {"fields": (("code", "is_active"), "name", "note")}),
        (
            "What it takes off",
            {"fields": ("percent", "fixed_amount", "cap_amount", "minimum_amount", "currency", "currencies")},
        ),
        (
            "How often",
            {"fields": (("total_limit", "customer_limit"), "budget_amount", ("used", "budget_left"))},
        ),
        (
            "When",
            {"fields": (("valid_from", "valid_to"), ("stay_from", "stay_to"))},
        ),
        (
            "Which sales",
            {"fields": ("supplier", "country", "destination", "hotel", "channels", "residencies")},
        ),
        ("Kept", {"fields": ("public_id", ("created_at", "updated_at"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                uses=Count("redemptions", filter=_LIVE), spent=Sum("redemptions__cost_amount", filter=_LIVE)
            )
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Promotion | None = None) -> tuple[str, ...]:
        """The code names it for good; a currency in which something was counted stays."""
        always = ("public_id", "created_at", "updated_at", "used", "budget_left")
        if obj is None:
            return always
        return (*always, "code", *(("currency",) if obj.currency and obj.redemptions.exists() else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Promotion | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not (obj.redemptions.exists() or obj.quotes.exists()))

    @admin.display(description="takes off")
    def takes_off(self, promotion: Promotion) -> str:
        percent = f"{promotion.percent.normalize():f} %" if promotion.percent else ""
        parts = [percent, money(promotion.fixed) if promotion.fixed else ""]
        told = " and ".join(part for part in parts if part)
        return f"{told}, at most {money(promotion.cap)}" if promotion.cap else told

    @admin.display(description="used")
    def used(self, promotion: Promotion) -> str:
        uses = getattr(promotion, "uses", 0)
        return f"{uses} of {promotion.total_limit}" if promotion.total_limit else str(uses)

    @display(description="budget left")
    def budget_left(self, promotion: Promotion) -> str:
        if promotion.budget is None:
            return NOTHING
        spent = getattr(promotion, "spent", None) or 0
        return f"{money(promotion.budget - Money.of(spent, promotion.currency))} of {money(promotion.budget)}"

    @admin.display(description="for")
    def scope(self, promotion: Promotion) -> str:
        places = [promotion.supplier, promotion.country, promotion.destination, promotion.hotel]
        lists = [*promotion.channels, *promotion.residencies, *promotion.currencies]
        nights = promotion.stay_from or promotion.stay_to
        stays = f"nights {promotion.stay_from or '...'} to {promotion.stay_to or '...'}" if nights else ""
        return ", ".join(str(part) for part in (*places, *lists, stays) if part) or "everything"


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin[Redemption]):
    list_display = (
        "public_id",
        "promotion",
        "booking",
        "status",
        "shown_discount",
        "shown_cost",
        "created_at",
    )
    list_filter = ("status",)
    search_fields = ("public_id", "promotion__code", "booking__reference")
    list_select_related = ("promotion", "booking")
    date_hierarchy = "created_at"
    fields = (
        ("public_id", "status", "status_changed_at"),
        ("promotion", "booking", "user"),
        ("shown_discount", "shown_cost"),
        "created_at",
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("shown_discount", "shown_cost")

    @admin.display(description="discount", ordering="discount_amount")
    def shown_discount(self, redemption: Redemption) -> str:
        return money(redemption.discount)

    @admin.display(description="of the budget")
    def shown_cost(self, redemption: Redemption) -> str:
        return money(redemption.cost)
