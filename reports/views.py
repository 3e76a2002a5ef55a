"""Pages of figures; the backoffice mounts them under its own address and behind its login."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from faredown.lib import clock
from hotels.models import Country
from reports import completeness_table, exports
from reports.selectors import completeness as figures
from reports.selectors.completeness import Line

SEE = "reports.view_completeness"
PAGE = "admin/reports/completeness.html"


def completeness(request: HttpRequest) -> HttpResponse:
    """By country."""
    _allowed(request)
    return _page(request, figures.by_country(), country=None)


def completeness_of(request: HttpRequest, iso_code: str) -> HttpResponse:
    """Of a country, by destination."""
    _allowed(request)
    country = get_object_or_404(Country, pk=iso_code.upper())
    return _page(request, figures.by_destination(country), country=country)


def completeness_csv(request: HttpRequest) -> StreamingHttpResponse:
    """`?by=destination`: all of them, or those of `?country=ES`. Else by country."""
    _allowed(request)
    lines: Iterable[Line] = figures.by_country()
    name = "completeness"
    if iso_code := request.GET.get("country", "").upper():
        lines = figures.by_destination(get_object_or_404(Country, pk=iso_code))
        name = f"completeness-{iso_code.lower()}"
    elif request.GET.get("by") == "destination":
        lines, name = figures.by_destination(), "completeness-destinations"
    disposition = f'attachment; filename="{name}-{clock.today():%Y-%m-%d}.csv"'
    return StreamingHttpResponse(
        exports.completeness_csv(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


def _page(request: HttpRequest, lines: Iterable[Line], *, country: Country | None) -> HttpResponse:
    shown = list(lines)
    order = request.GET.get("order", "")
    counted, changed = figures.counted_at(), figures.changed_at()
    context = {
        **admin.site.each_context(request),
        "title": f"Completeness: {country}" if country else "Completeness of the catalogue",
        "country": country,
        "table": completeness_table.table(
            figures.ordered(shown, order), total=figures.total(shown), country=country, request=request
        ),
        "total": figures.total(shown),
        "order": order if order in figures.ORDERS else "live",
        "counted_at": counted,
        "is_stale": changed is not None and (counted is None or counted < changed),
    }
    return TemplateResponse(request, PAGE, context)


def _allowed(request: HttpRequest) -> None:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
