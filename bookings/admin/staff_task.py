from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from bookings.models import Orphan, StaffTask
from bookings.services import staff
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
    fields = (("booking", "code", "due_at"), "reason", "owner", "resolution", "resolved_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StaffTask | None = None) -> bool:
        return False

    def save_model(self, request: Any, obj: StaffTask, form: Any, change: bool) -> None:
        """A resolution closes the task; without one, only its owner changes."""
        StaffTask.objects.filter(pk=obj.pk).update(owner=obj.owner)
        if obj.resolution and obj.resolved_at is None:
            staff.resolve(obj, by=request.user, resolution=obj.resolution)


@admin.register(Orphan)
class OrphanAdmin(ReadOnlyAdmin[Orphan]):
    list_display = ("supplier_reference", "booking", "status", "found_at", "attempts", "next_check_at")
    list_filter = ("status",)
    search_fields = ("supplier_reference", "booking__reference")
    list_select_related = ("booking",)
