from __future__ import annotations

from django.contrib import admin

from bookings.models import Orphan, StaffTask
from faredown.lib.backoffice import ReadOnlyAdmin, StaffAdmin


@admin.register(StaffTask)
class StaffTaskAdmin(StaffAdmin[StaffTask]):
    """The queue of what no machine could decide: taken, worked on, and closed with a sentence."""

    list_display = ("booking", "code", "reason", "owner", "due_at", "resolved_at")
    list_filter = ("code", ("resolved_at", admin.EmptyFieldListFilter), "owner")
    search_fields = ("booking__reference", "reason", "resolution")
    list_select_related = ("booking", "owner")
    autocomplete_fields = ("owner",)
    readonly_fields = ("booking", "code", "reason", "due_at", "created_at", "resolved_at")


@admin.register(Orphan)
class OrphanAdmin(ReadOnlyAdmin[Orphan]):
    list_display = ("supplier_reference", "booking", "status", "found_at", "attempts", "next_check_at")
    list_filter = ("status",)
    search_fields = ("supplier_reference", "booking__reference")
    list_select_related = ("booking",)
