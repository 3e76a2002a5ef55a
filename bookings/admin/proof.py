"""What the ledger's proofs found, the seals over it, and the button that asks for a proof now."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from bookings.models import Booking, LedgerDifference, LedgerProof, LedgerSeal
from bookings.services import proofs
from faredown.accounts import staff
from faredown.lib import asking
from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin, verb

SHOWN = 200
COLOURS = {"clean": "success", "running": "info", "differences": "danger", "failed": "warning"}


@admin.register(LedgerProof)
class LedgerProofAdmin(ReadOnlyAdmin[LedgerProof]):
    list_display = ("__str__", "shown_status", "found", "entries", "took", "requested_by_whom")
    list_filter = ("status",)
    list_select_related = ("requested_by",)
    actions_list = ("prove",)
    fields = (
        ("shown_status", "found", "error"),
        ("started_at", "took", "requested_by_whom"),
        "shown_differences",
        "shown_totals",
        "shown_counts",
    )
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "shown_status",
        "took",
        "requested_by_whom",
        "shown_differences",
        "shown_totals",
        "shown_counts",
    )

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("backoffice/catalogue.css",)}

    def has_run_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("bookings.run_proof"))

    @verb(description="Prove it now", icon="verified", permission="run")
    def prove(self, request: HttpRequest) -> HttpResponse:
        def act(_data: dict[str, Any]) -> str:
            row = proofs.request(by=staff.person(request))
            return f"The {row} is on its way; this list shows what came of it."

        shown = [
            ("Compared", "The ledger with itself, its seals, bookings, payments and the providers' lists")
        ]
        back = reverse("admin:bookings_ledgerproof_changelist")
        form = forms.Form(request.POST if request.method == "POST" else None)
        return asking.ask(request, form, act, title="Prove the ledger", shown=shown, back=back)

    @display(description="result", ordering="status", label=COLOURS)
    def shown_status(self, row: LedgerProof) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @admin.display(description="entries")
    def entries(self, row: LedgerProof) -> str:
        return f"{row.counts['entries']:,}".replace(",", " ") if "entries" in row.counts else NOTHING

    @admin.display(description="took")
    def took(self, row: LedgerProof) -> str:
        return f"{(row.finished_at - row.started_at).total_seconds():.1f} s" if row.finished_at else NOTHING

    @admin.display(description="asked for by", ordering="requested_by__email")
    def requested_by_whom(self, row: LedgerProof) -> str:
        return str(row.requested_by) if row.requested_by else "timetable"

    @admin.display(description="differences")
    def shown_differences(self, row: LedgerProof) -> SafeString | str:
        kept = list(row.differences.all()[:SHOWN])
        if not kept:
            return NOTHING
        names = {one.reference for one in kept if one.reference}
        keys = dict(Booking.objects.filter(reference__in=names).values_list("reference", "pk"))
        lines = format_html_join(
            "", "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>", (_cells(one, keys) for one in kept)
        )
        more = (
            f"{row.found - len(kept)} more: manage.py prove_ledger prints all." if row.found > SHOWN else ""
        )
        return format_html(
            "<div class='bo-scroll' tabindex='0' role='region' aria-label='Differences'>"
            "<table class='bo-table bo-report'><thead><tr><th scope='col'>Booking</th><th scope='col'>What</th>"
            "<th scope='col'>Code</th></tr></thead><tbody>{}</tbody></table></div>{}",
            lines,
            more,
        )

    @admin.display(description="the identity, by currency of charge")
    def shown_totals(self, row: LedgerProof) -> SafeString | str:
        if not row.totals:
            return NOTHING
        return format_html_join(
            "",
            "<dl class='bo-facts-list'>{}</dl>",
            (
                (format_html_join("", "<dt>{}</dt><dd>{}</dd>", _parts(parts)),)
                for _, parts in sorted(row.totals.items())
            ),
        )

    @admin.display(description="looked at")
    def shown_counts(self, row: LedgerProof) -> str:
        counted = (f"{count:,} {_plain(name)}".replace(",", " ") for name, count in row.counts.items())
        return ", ".join(counted) or NOTHING


@admin.register(LedgerSeal)
class LedgerSealAdmin(ReadOnlyAdmin[LedgerSeal]):
    list_display = ("number", "at", "entries", "chains", "shown_sums", "shown_head", "key_id", "file")
    date_hierarchy = "at"

    @admin.display(description="debits")
    def shown_sums(self, row: LedgerSeal) -> str:
        return ", ".join(f"{total} {currency}" for currency, total in row.sums.items()) or NOTHING

    @admin.display(description="head of all chains")
    def shown_head(self, row: LedgerSeal) -> str:
        return row.head[:16]


def _cells(one: LedgerDifference, keys: dict[str, int]) -> tuple[SafeString | str, str, str]:
    where: SafeString | str = one.reference or NOTHING
    if one.reference in keys:
        page = reverse("admin:bookings_booking_change", args=(keys[one.reference],))
        where = format_html("<a class='bo-link' href='{}'>{}</a>", page, one.reference)
    return where, one.text, one.code


def _parts(parts: dict[str, str]) -> list[tuple[str, str]]:
    return [(_plain(name).capitalize(), amount) for name, amount in parts.items()]


def _plain(name: str) -> str:
    return name.replace("_", " ")
