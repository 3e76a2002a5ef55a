"""Invoices, credit notes, receipts and vouchers as they were issued, their numbers, and a CSV for the accountant."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateFilter

from bookings.models import Document, DocumentSeries
from bookings.services import bookkeeping, documents
from faredown.lib import clock
from faredown.lib.backoffice import NOTHING, ReadOnlyAdmin, facts, money, verb


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin[Document]):
    list_display = (
        *("number", "kind", "booking", "customer", "shown_total", "corrects"),
        *("language", "issued_at", "file"),
    )
    list_filter = ("kind", "series", "total_currency", ("issued_at", RangeDateFilter))
    search_fields = ("number", "booking__reference", "booking__holder_last_name", "booking__holder_email")
    search_help_text = "The paper's number, the booking's reference, the holder's last name or e-mail"
    list_select_related = ("booking", "corrects")
    date_hierarchy = "issued_at"
    ordering = ("-issued_at", "-pk")
    list_before_template = "admin/bookings/export.html"
    actions_detail = ("draw",)
    fields = (
        ("kind", "number", "series"),
        ("booking", "payment", "refund"),
        ("shown_total", "corrects"),
        ("language", "issued_at", "version"),
        ("public_id", "digest"),
        "shown_facts",
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("shown_total", "shown_facts", "public_id")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export), name="bookings_document_export"),
            path("<int:pk>/file/", view(self.drawn), name="bookings_document_file"),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Of what the list shows with the same filters and search, all of its pages; vouchers are no accounts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(f"{reverse('admin:bookings_document_changelist')}?{ERROR_FLAG}=1")
        rows = rows.exclude(kind=Document.Kind.VOUCHER).order_by("issued_at", "pk")
        name = f'attachment; filename="papers-{clock.today():%Y-%m-%d}.csv"'
        lines = bookkeeping.lines(rows.iterator(chunk_size=500))
        return StreamingHttpResponse(
            lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
        )

    def drawn(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.get_object(request, str(pk))
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return _file(found)

    @verb(description="PDF", icon="picture_as_pdf", permission="view")
    def draw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return _file(self.get_object(request, object_id))

    @admin.display(description="file")
    def file(self, document: Document) -> SafeString | str:
        return file_link(document)

    @admin.display(description="customer", ordering="booking__holder_last_name")
    def customer(self, document: Document) -> str:
        return f"{document.booking.holder_first_name} {document.booking.holder_last_name}"

    @admin.display(description="total", ordering="total_amount")
    def shown_total(self, document: Document) -> str:
        return money(document.total)

    @admin.display(description="what it says")
    def shown_facts(self, document: Document) -> SafeString | str:
        return facts(document.facts)


@admin.register(DocumentSeries)
class DocumentSeriesAdmin(ReadOnlyAdmin[DocumentSeries]):
    list_display = ("__str__", "seller", "kind", "year", "last", "issued", "complete")
    list_filter = ("kind", "year", "seller")
    search_fields = ("prefix", "seller")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentSeries]:
        rows: QuerySet[DocumentSeries] = super().get_queryset(request)
        return rows.annotate(papers=Count("documents"), newest=Max("documents__position"))

    @admin.display(description="papers")
    def issued(self, series: Any) -> int:
        return int(series.papers)

    @admin.display(description="no gap", boolean=True)
    def complete(self, series: Any) -> bool:
        """As many papers as numbers, and the newest has the last one: positions are unique, so none is missing."""
        return bool(series.papers == series.last == (series.newest or 0))


def file_link(document: Document) -> SafeString | str:
    if not document.page:
        return NOTHING  # from before papers were kept
    return format_html('<a href="{}">PDF</a>', reverse("admin:bookings_document_file", args=(document.pk,)))


def _file(document: Document | None) -> HttpResponse:
    if document is None or not document.page:
        return HttpResponse("There is no such paper.", status=404, content_type="text/plain")
    file = documents.drawn(document)
    name = f'inline; filename="{file.name}"'
    return HttpResponse(file.content, content_type=file.media_type, headers={"Content-Disposition": name})
