from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from faredown.lib import background, clock
from faredown.lib.backoffice import StaffAdmin, verb
from hotels import conf
from hotels.models import CurrencyBuffer, ExchangeRate
from hotels.services import exchange_rates

_TEMPLATE = "admin/hotels/rates.html"
_PAGE = "admin:hotels_exchangerate_in_force"
_BY_HAND = (ExchangeRate.Source.STAFF, ExchangeRate.Source.PEG)
"""What a person may say; the bank speaks for itself."""


@admin.register(ExchangeRate)
class ExchangeRateAdmin(StaffAdmin[ExchangeRate]):
    """A rate is never edited, a newer one is added: what a price was made with stays readable."""

    list_display = ("base", "quote", "rate", "source", "as_of", "holds_until")
    list_filter = ("source", "base", "quote")
    search_fields = ("base", "quote")
    date_hierarchy = "as_of"
    actions_list = ("rates_in_force",)
    fields = (("base", "quote", "rate"), "source", "as_of", "holds_until")

    def has_change_permission(self, request: object, obj: ExchangeRate | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"as_of": clock.now(), **super().get_changeform_initial_data(request)}

    def formfield_for_choice_field(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "source":
            kwargs["choices"] = [(source.value, source.label) for source in _BY_HAND]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("in-force/", view(self.in_force), name="hotels_exchangerate_in_force"),
            path("fetch/", view(require_POST(self.fetch)), name="hotels_exchangerate_fetch"),
            *super().get_urls(),
        ]

    @verb(description="Rates in force", icon="table_rows", permission="view")
    def rates_in_force(self, request: HttpRequest) -> HttpResponse:
        return redirect(_PAGE)

    def in_force(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Exchange rates in force",
            "rows": [
                {"row": row, "rate": _plain(row.per_euro), "buffer": _plain(row.buffer_percent)}
                for row in exchange_rates.table()
            ],
            "general": _plain(conf.exchange_spread_percent()),
            "address": conf.exchange_rates_url(),
            "may_fetch": self.has_add_permission(request),
        }
        return TemplateResponse(request, _TEMPLATE, context)

    def fetch(self, request: HttpRequest) -> HttpResponse:
        """The task asks the bank: it is an outside call, and a person does not wait for it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        background.defer("hotels.refresh_exchange_rates")
        messages.success(request, "The bank is being asked. Look again in a minute.")
        return redirect(reverse(_PAGE))


@admin.register(CurrencyBuffer)
class CurrencyBufferAdmin(StaffAdmin[CurrencyBuffer]):
    list_display = ("currency", "percent", "reason", "updated_at")
    search_fields = ("currency", "reason")
    readonly_fields = ("created_at", "updated_at")


def _plain(number: Decimal) -> str:
    """Without trailing zeroes and without an exponent."""
    return f"{number.normalize():f}"
