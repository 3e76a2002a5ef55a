from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import Func
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST
from unfold.decorators import display

from faredown.lib.asking import refused
from faredown.lib.errors import DomainError
from hotels.admin import editing, hotel_page, hotel_search
from hotels.admin.edit_forms import EditForm
from hotels.admin.editing import EditedAdmin
from hotels.admin.hotel_filters import FILTERS
from hotels.models import Hotel, HotelCode
from hotels.services.content import supplier_record

RECORD_TEMPLATE = "admin/hotels/hotel/record.html"
STATUS_COLOURS = {"live": "success", "retired": "warning"}


class _Photos(Func):
    function = "jsonb_array_length"
    output_field = IntegerField()


@admin.register(Hotel)
class HotelAdmin(EditedAdmin):
    """What we show of a hotel against what the supplier sent. A field is corrected through `edits`, which keeps the
    correction over every sync; only the score is a plain column of staff's own."""

    list_display = (
        "name",
        "destination",
        "country",
        "stars",
        "photos",
        "quality",
        "shown_status",
        "supplier_updated_on",
        "updated_at",
    )
    list_filter = FILTERS
    search_fields = ("name",)
    search_help_text = "Name, city, supplier code or public id"
    list_select_related = ("destination", "country")
    ordering = ("-updated_at",)
    change_form_template = "admin/hotels/hotel/page.html"
    # To ask the supplier for its record now costs a call of the day's quota: for these, too.
    edit_permissions = ("hotels.change_hotel", "hotels.add_contentedit")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "public_id"),
                    ("status", "quality"),
                    ("destination", "zone"),
                    ("region", "country"),
                    ("category", "accommodation"),
                    ("chain", "ranking"),
                    ("timezone", "centre_metres"),
                    ("supplier_updated_on", "updated_at"),
                    "score",
                )
            },
        ),
    )
    readonly_fields = (
        *("name", "public_id", "status", "destination", "zone", "region", "country", "category"),
        *("accommodation", "chain", "timezone", "centre_metres", "ranking", "quality"),
        *("supplier_updated_on", "updated_at"),
    )

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("backoffice/hotel.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hotel]:
        rows: QuerySet[Hotel] = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name == "hotels_hotel_changelist":
            return rows.annotate(photo_count=_Photos("images")).only(*self._listed)
        return rows.select_related(
            "destination", "zone", "region", "country", "category", "accommodation", "chain"
        )

    # Of wide rows only what the list shows is read.
    _listed = (
        *("name", "stars", "quality", "status", "supplier_updated_on", "updated_at"),
        *("destination__name", "country__names"),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Hotel], search_term: str
    ) -> tuple[QuerySet[Hotel], bool]:
        return hotel_search.narrowed(queryset, search_term), False

    def get_urls(self) -> list[URLPattern]:
        supplier = self.admin_site.admin_view(require_POST(self.supplier))
        return [
            path("<str:object_id>/supplier/", supplier, name="hotels_hotel_supplier"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Hotel | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Hotel, form: Any, change: bool) -> None:
        """Only what the form asks: a sync may have written the rest since it was read."""
        obj.save(update_fields=["score", "updated_at"])

    def page_of(self, owner: Hotel, *, may_edit: bool, bound: EditForm | None) -> dict[str, Any]:
        return hotel_page.context(owner, may_edit=may_edit, bound=bound)

    def supplier(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks for the record now: a call of the day's quota, hence by POST and not for everybody."""
        hotel = self.to_edit(request, object_id)
        codes = HotelCode.objects.filter(hotel=hotel).select_related("hotel")
        code = codes.filter(pk=editing.key(request, "code")).first()
        if code is None:
            messages.error(request, "The hotel has no such code.")
            return redirect(editing.address(hotel))
        try:
            record = supplier_record.ask(code)
        except DomainError as error:
            return refused(request, error, back=editing.address(hotel))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": hotel,
            "title": f"{hotel.name} at {record.supplier}",
            "record": record,
            "back": editing.address(hotel),
            "media": self.media,
        }
        return TemplateResponse(request, RECORD_TEMPLATE, context)

    @admin.display(description="photos", ordering="photo_count")
    def photos(self, hotel: Any) -> int:
        count: int = hotel.photo_count
        return count

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, hotel: Hotel) -> tuple[str, str]:
        return hotel.status, hotel.get_status_display()
