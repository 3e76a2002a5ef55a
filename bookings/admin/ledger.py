from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateFilter

from bookings.models import JournalLine, LedgerEntry
from faredown.lib.backoffice import ReadOnlyAdmin, ReadOnlyInline


class LineInline(ReadOnlyInline[JournalLine]):
    model = JournalLine
    fields = ("account", "debit", "credit", "currency")
    tab = False


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin[LedgerEntry]):
    list_display = ("booking", "position", "kind", "posted_at")
    list_filter = ("kind", ("posted_at", RangeDateFilter))
    search_fields = ("booking__reference", "dedupe_key")
    list_select_related = ("booking",)
    date_hierarchy = "posted_at"
    inlines = (LineInline,)


@admin.register(JournalLine)
class JournalLineAdmin(ReadOnlyAdmin[JournalLine]):
    list_display = ("entry", "booking", "account", "debit", "credit", "currency", "posted_at")
    list_filter = ("account", "currency", ("entry__posted_at", RangeDateFilter))
    search_fields = ("entry__booking__reference",)
    list_select_related = ("entry__booking",)

    @admin.display(description="booking", ordering="entry__booking__reference")
    def booking(self, line: JournalLine) -> str:
        return line.entry.booking.reference

    @admin.display(description="posted at", ordering="entry__posted_at")
    def posted_at(self, line: JournalLine) -> str:
        return f"{line.entry.posted_at:%Y-%m-%d %H:%M:%S}"
