from __future__ import annotations

from django.contrib import admin

from faredown.lib.backoffice import ReadOnlyInline, StaffAdmin
from hotels.models import Country, Destination, DestinationCode, Zone

FED = "name, names and counts come from the supplier at every sync"


class ZoneInline(ReadOnlyInline[Zone]):
    model = Zone
    fields = ("name", "code", "hotel_count")


class DestinationCodeInline(ReadOnlyInline[DestinationCode]):
    model = DestinationCode
    fields = ("supplier", "code")
    verbose_name_plural = "supplier codes"


@admin.register(Country)
class CountryAdmin(StaffAdmin[Country]):
    list_display = ("__str__", "iso_code", "code", "hotel_count")
    search_fields = ("iso_code", "code", "names")
    readonly_fields = ("iso_code", "code", "names", "hotel_count")
    ordering = ("-hotel_count",)

    def has_add_permission(self, request: object) -> bool:
        return False


@admin.register(Destination)
class DestinationAdmin(StaffAdmin[Destination]):
    """Staff choose what is featured and how popular it ranks; the rest is the supplier's."""

    list_display = ("name", "country", "hotel_count", "popularity", "is_featured")
    list_editable = ("popularity", "is_featured")
    list_filter = ("is_featured", "country")
    search_fields = ("name", "codes__code", "names")
    list_select_related = ("country",)
    readonly_fields = ("public_id", "name", "names", "country", "latitude", "longitude", "hotel_count")
    ordering = ("-popularity", "-hotel_count")
    inlines = (ZoneInline, DestinationCodeInline)

    def has_add_permission(self, request: object) -> bool:
        return False
