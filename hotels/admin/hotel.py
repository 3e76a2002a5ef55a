from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from faredown.lib.backoffice import NOTHING, ReadOnlyInline, StaffAdmin
from hotels.models import Hotel, HotelCode, HotelFacility, HotelRoom, HotelText
from hotels.selectors import images

PHOTOS_SHOWN = 24


class TextInline(ReadOnlyInline[HotelText]):
    model = HotelText
    fields = ("language", "name", "description")


class RoomInline(ReadOnlyInline[HotelRoom]):
    model = HotelRoom
    fields = ("code", "__str__", "min_pax", "max_pax", "max_adults", "max_children")


class FacilityInline(ReadOnlyInline[HotelFacility]):
    model = HotelFacility
    fields = ("facility", "available", "fee", "number", "distance", "amount", "currency")


class CodeInline(ReadOnlyInline[HotelCode]):
    model = HotelCode
    fields = ("supplier", "code")
    verbose_name_plural = "supplier codes"


@admin.register(Hotel)
class HotelAdmin(StaffAdmin[Hotel]):
    """What the supplier sent and what we made of it. Staff may take a hotel off sale and score it."""

    list_display = ("name", "destination", "country", "stars", "photo_count", "status", "supplier_updated_on")
    list_filter = ("status", "stars", "country")
    search_fields = ("name", "codes__code", "city", "public_id")
    search_help_text = "Name, supplier code, city or public id"
    list_select_related = ("destination", "country")
    list_per_page = 50
    inlines = (TextInline, RoomInline, FacilityInline, CodeInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "public_id"),
                    ("status", "score"),
                    ("stars", "category", "accommodation", "chain"),
                    ("address", "postal_code", "city"),
                    ("destination", "zone", "country"),
                    ("latitude", "longitude", "timezone"),
                    ("phones", "emails", "web"),
                    ("supplier_updated_on", "updated_at"),
                )
            },
        ),
        ("Photos", {"fields": ("photos",)}),
    )
    editable: ClassVar[frozenset[str]] = frozenset({"status", "score"})

    def get_readonly_fields(self, request: HttpRequest, obj: Hotel | None = None) -> tuple[str, ...]:
        shown = tuple(
            name
            for _, options in self.fieldsets
            for row in options["fields"]
            for name in ((row,) if isinstance(row, str) else row)
        )
        return tuple(name for name in shown if name not in self.editable)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Hotel | None = None) -> bool:
        return False

    @admin.display(description="photos")
    def photo_count(self, hotel: Hotel) -> int:
        return len(hotel.images)

    @admin.display(description="photos")
    def photos(self, hotel: Hotel) -> SafeString | str:
        if not hotel.images:
            return NOTHING
        rows = [(images.url(photo["path"], "small"), photo["kind"]) for photo in hotel.images[:PHOTOS_SHOWN]]
        shown = format_html_join(
            "", '<img src="{}" alt="{}" loading="lazy" width="74" height="74">', ((u, k) for u, k in rows)
        )
        return format_html('<div class="bo-photos">{}</div>', shown)
