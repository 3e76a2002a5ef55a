from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from faredown.lib.backoffice import ReadOnlyAdmin
from hotels.admin.spellings import spellings
from hotels.models import RateComment, Term


@admin.register(Term)
class TermAdmin(ReadOnlyAdmin[Term]):
    """The suppliers' vocabularies: boards, categories, facilities, chains, room types, notices, terminals."""

    list_display = ("__str__", "kind", "code", "group", "stars", "supplier")
    list_filter = ("kind", "supplier")
    search_fields = ("code", "names")
    fields = (("supplier", "kind", "code"), ("group", "stars", "country_code"), "shown_names")
    readonly_fields: ClassVar[tuple[str, ...]] = ("shown_names",)

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("backoffice/catalogue.css",)}

    @admin.display(description="names")
    def shown_names(self, term: Term) -> SafeString | str:
        return spellings(term.names)


@admin.register(RateComment)
class RateCommentAdmin(ReadOnlyAdmin[RateComment]):
    list_display = ("__str__", "hotel_code", "starts_on", "ends_on", "text")
    list_filter = ("supplier",)
    search_fields = ("hotel_code", "code", "text")
