from __future__ import annotations

from django.contrib import admin

from faredown.lib.backoffice import ReadOnlyAdmin
from hotels.models import RateComment, Term


@admin.register(Term)
class TermAdmin(ReadOnlyAdmin[Term]):
    """The suppliers' vocabularies: boards, categories, facilities, chains, room types."""

    list_display = ("__str__", "kind", "code", "group", "stars", "supplier")
    list_filter = ("kind", "supplier")
    search_fields = ("code", "names")


@admin.register(RateComment)
class RateCommentAdmin(ReadOnlyAdmin[RateComment]):
    list_display = ("__str__", "hotel_code", "starts_on", "ends_on", "text")
    list_filter = ("supplier",)
    search_fields = ("hotel_code", "code", "text")
