from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, QuerySet
from django.db.models.expressions import Func
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.decorators import display

from faredown.accounts import staff
from faredown.lib.asking import refused
from faredown.lib.backoffice import StaffAdmin
from faredown.lib.errors import DomainError
from hotels.admin import hotel_page, hotel_search
from hotels.admin.edit_forms import EditForm
from hotels.admin.hotel_filters import FILTERS
from hotels.models import ContentEdit, Hotel, HotelCode
from hotels.services.content import edits, supplier_record
from hotels.services.content.edit_fields import FIELDS

RECORD_TEMPLATE = "admin/hotels/hotel/record.html"
STATUS_COLOURS = {"live": "success", "retired": "warning"}
EDITS = ("hotels.change_hotel", "hotels.add_contentedit")
"""Both are needed to correct a field, to give it back and to ask the supplier for its record."""
_LONGEST_KEY = 19
"""Digits of the largest key a row can have."""


class _Photos(Func):
    function = "jsonb_array_length"
    output_field = IntegerField()


@admin.register(Hotel)
class HotelAdmin(StaffAdmin[Hotel]):
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
        rows = super().get_queryset(request)
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
        pages = (("edit", self.edit), ("give-back", self.give_back), ("supplier", self.supplier))
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    self.admin_site.admin_view(require_POST(view)),
                    name=f"hotels_hotel_{name.replace('-', '_')}",
                )
                for name, view in pages
            ),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Hotel | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Hotel, form: Any, change: bool) -> None:
        """Only what the form asks: a sync may have written the rest since it was read."""
        obj.save(update_fields=["score", "updated_at"])

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page itself asks for its parts, so only once Django has found that this person may see the hotel."""
        given = dict(extra_context or {})
        bound: EditForm | None = given.pop("bound", None)
        may_edit = _may_edit(request)
        context = {
            "page": partial(self._page, object_id, may_edit=may_edit, bound=bound),
            "may_edit": may_edit,
            **given,
        }
        return super().change_view(request, object_id, form_url, context)

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        hotel = self._hotel_to_edit(request, pk)
        field = FIELDS.get(request.POST.get("field", ""))
        if field is None:
            messages.error(request, "This is not for staff to edit.")
            return redirect(_address(hotel))
        form = hotel_page.form(hotel, field, request.POST)
        if not form.is_valid():
            return self._again(request, form, hotel, status=400)
        try:
            edits.make(
                hotel,
                field.name,
                form.said(),
                language=form.cleaned_data["language"],
                reason=form.cleaned_data["reason"],
                by=staff.person(request),
                seen=form.cleaned_data["seen"],
            )
        except DomainError as error:
            form.refuse(error)
            return self._again(request, form, hotel, status=error.status)
        messages.success(request, f"{field.label}: corrected. Every sync keeps it until it is given back.")
        return redirect(_address(hotel, field.name, form.cleaned_data["language"]))

    def give_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        hotel = self._hotel_to_edit(request, pk)
        edit = ContentEdit.objects.filter(hotel=hotel, pk=_key(request, "edit")).first()
        if edit is None:
            messages.info(request, "It was given back already.")
            return redirect(_address(hotel))
        if edits.version(edit) != request.POST.get("seen", ""):
            messages.error(request, "Somebody else edited this meanwhile. Look at it again.")
            return redirect(_address(hotel, edit.field, edit.language))
        try:
            edits.give_back(edit, by=staff.person(request))
        except DomainError as error:
            return refused(request, error, back=_address(hotel))
        messages.success(request, f"{FIELDS[edit.field].label}: the supplier's again.")
        return redirect(_address(hotel, edit.field, edit.language))

    def supplier(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for the record now: a call of the day's quota, hence by POST and not for everybody."""
        hotel = self._hotel_to_edit(request, pk)
        codes = HotelCode.objects.filter(hotel=hotel).select_related("hotel")
        code = codes.filter(pk=_key(request, "code")).first()
        if code is None:
            messages.error(request, "The hotel has no such code.")
            return redirect(_address(hotel))
        try:
            record = supplier_record.ask(code)
        except DomainError as error:
            return refused(request, error, back=_address(hotel))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": hotel,
            "title": f"{hotel.name} at {record.supplier}",
            "record": record,
            "back": _address(hotel),
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

    def _hotel_to_edit(self, request: HttpRequest, pk: int) -> Hotel:
        if not _may_edit(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def _again(self, request: HttpRequest, form: EditForm, hotel: Hotel, *, status: int) -> HttpResponse:
        """The hotel's page with the refused form in its place, and why on top."""
        reasons = [str(reason) for errors in form.errors.values() for reason in errors]
        messages.error(request, f"{form.subject.field.label}: not corrected. {' '.join(reasons)}")
        shown = copy(request)
        shown.method = "GET"
        response = self.change_view(shown, str(hotel.pk), extra_context={"bound": form})
        response.status_code = status
        return response

    def _page(self, object_id: str, *, may_edit: bool, bound: EditForm | None) -> dict[str, Any]:
        return hotel_page.context(
            Hotel.objects.select_related("destination").get(pk=object_id), may_edit=may_edit, bound=bound
        )


def _may_edit(request: HttpRequest) -> bool:
    return request.user.has_perms(EDITS)


def _key(request: HttpRequest, name: str) -> int:
    """Of a row; 0, which no row has, for what is no key."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_KEY else 0


def _address(hotel: Hotel, field: str = "", language: str = "") -> str:
    page = reverse("admin:hotels_hotel_change", args=(hotel.pk,))
    return f"{page}#{hotel_page.anchor(field, language)}" if field else page
