from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateFilter

from bookings.admin import why
from bookings.models import Quote
from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin, facts, money, verb


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin[Quote]):
    list_display = (
        "public_id",
        "status",
        "hotel",
        "check_in",
        "check_out",
        "shown_total",
        "expires_at",
        "created_at",
    )
    list_filter = ("status", "supplier", "total_currency", ("created_at", RangeDateFilter))
    search_fields = ("public_id", "hotel__name", "booking__reference")
    list_select_related = ("hotel",)
    actions_detail = ("why",)
    date_hierarchy = "created_at"
    fields = (
        ("public_id", "status", "expires_at"),
        ("hotel", "check_in", "check_out"),
        ("shown_total", "shown_net"),
        ("promotion", "shown_discount"),
        "rate_comments",
        "shown_changes",
        "shown_price",
        "shown_terms",
        "shown_criteria",
    )
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "shown_total",
        "shown_net",
        "shown_discount",
        "shown_changes",
        "shown_price",
        "shown_terms",
        "shown_criteria",
    )

    @verb(description="Why this price", icon="help", permission="view")
    def why(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return why.page(request, self.row(request, object_id))

    @admin.display(description="total", ordering="total_amount")
    def shown_total(self, quote: Quote) -> str:
        return money(quote.total)

    @admin.display(description="net")
    def shown_net(self, quote: Quote) -> str:
        return money(quote.net)

    @admin.display(description="taken off by the promotion")
    def shown_discount(self, quote: Quote) -> str:
        return money(quote.discount) if quote.promotion_id else NOTHING

    @admin.display(description="changed since the search")
    def shown_changes(self, quote: Quote) -> SafeString | str:
        return facts(quote.changes)

    @admin.display(description="price")
    def shown_price(self, quote: Quote) -> SafeString | str:
        return facts(quote.price)

    @admin.display(description="the guest's terms")
    def shown_terms(self, quote: Quote) -> SafeString | str:
        return facts(quote.terms)

    @admin.display(description="what was asked")
    def shown_criteria(self, quote: Quote) -> SafeString | str:
        return facts(quote.criteria)
