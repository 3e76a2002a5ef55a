from typing import ClassVar

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from faredown.audit.models import Action
from faredown.lib.backoffice import ReadOnlyAdmin, facts


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin[Action]):
    list_display = ("at", "action", "target_reference", "by", "ip", "request_id")
    list_filter = (("at", RangeDateTimeFilter), "action", "target_type")
    search_fields = ("target_reference", "action", "request_id", "by__email")
    list_select_related: ClassVar = ["by"]
    fields = ("at", "by", "action", "target_type", "target_reference", "shown_detail", "request_id", "ip")
    readonly_fields = fields

    @admin.display(description="detail")
    def shown_detail(self, action: Action) -> str:
        return facts(action.detail)
