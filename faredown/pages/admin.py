from __future__ import annotations

from django.contrib import admin

from faredown.lib.backoffice import StaffAdmin
from faredown.pages.models import Banner, FeaturedPlace, LegalText, MenuItem, Page


@admin.register(Page)
class PageAdmin(StaffAdmin[Page]):
    list_display = ("title", "slug", "language", "is_published", "updated_at")
    list_filter = ("language", "is_published")
    search_fields = ("title", "slug", "body")


@admin.register(LegalText)
class LegalTextAdmin(StaffAdmin[LegalText]):
    list_display = ("title", "slug", "language", "version", "in_force_from")
    list_filter = ("slug", "language")
    search_fields = ("title", "slug", "body")


@admin.register(MenuItem)
class MenuItemAdmin(StaffAdmin[MenuItem]):
    list_display = ("label", "menu", "position", "url", "is_active")
    list_editable = ("position", "is_active")
    list_filter = ("menu", "is_active")
    search_fields = ("label", "url")


@admin.register(Banner)
class BannerAdmin(StaffAdmin[Banner]):
    list_display = ("title", "placement", "language", "position", "is_active", "starts_at", "ends_at")
    list_editable = ("position", "is_active")
    list_filter = ("placement", "language", "is_active")
    search_fields = ("title", "text")


@admin.register(FeaturedPlace)
class FeaturedPlaceAdmin(StaffAdmin[FeaturedPlace]):
    list_display = ("__str__", "destination", "position", "is_active")
    list_editable = ("position", "is_active")
    search_fields = ("title", "destination__name")
    autocomplete_fields = ("destination",)
    list_select_related = ("destination",)
