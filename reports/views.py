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
from reports.selectors import searches as searched
from reports.selectors.completeness import Line
from reports.selectors.searches import Dimension

SEE = "reports.view_completeness"
PAGE = "admin/reports/completeness.html"
SEE_SEARCHES = "reports.view_searchday"
SEARCHES_PAGE = "admin/reports/searches.html"
DAYS = 30


def completeness(request: HttpRequest) -> HttpResponse:
    """By country."""
    _allowed(request, SEE)
    return _page(request, figures.by_country(), country=None)


def completeness_of(request: HttpRequest, iso_code: str) -> HttpResponse:
    """Of a country, by destination."""
    _allowed(request, SEE)
    country = get_object_or_404(Country, pk=iso_code.upper())
    return _page(request, figures.by_destination(country), country=country)


def completeness_csv(request: HttpRequest) -> StreamingHttpResponse:
    """`?by=destination`: all of them, or those of `?country=ES`. Else by country."""
    _allowed(request, SEE)
    lines: Iterable[Line] = figures.by_country()
    name = "completeness"
    if iso_code := request.GET.get("country", "").upper():
        lines = figures.by_destination(get_object_or_404(Country, pk=iso_code))
        name = f"completeness-{iso_code.lower()}"
    elif request.GET.get("by") == "destination":
        lines, name = figures.by_destination(), "completeness-destinations"
    disposition = f'attachment; filename="{name}-{clock.today():%Y-%m-%d}.csv"'
    return _csv(exports.completeness_csv(lines), disposition)


def searches(request: HttpRequest) -> HttpResponse:
    """`?days=` 7, 30, 90 or 365."""
    _allowed(request, SEE_SEARCHES)
    days = _days(request)
    first, last = searched.span(days)
    by_day, leads, nights = (told(first, last) for told in (searched.by_day, searched.leads, searched.nights))
    context = {
        **admin.site.each_context(request),
        "title": "Searches",
        "days": days,
        "spans": searched.SPANS,
        "total": searched.total(by_day),
        "by_day": by_day,
        "places": searched.places(first, last),
        "leads": leads,
        "nights": nights,
        "peaks": {"leads": searched.peak(leads), "nights": searched.peak(nights)},
        "kinds": [
            (dimension.label, searched.kinds(first, last, dimension)[: searched.TOP])
            for dimension in (Dimension.RESIDENCY, Dimension.GUESTS, Dimension.CURRENCY, Dimension.CHANNEL)
        ],
        "suppliers": searched.suppliers(first, last),
    }
    return TemplateResponse(request, SEARCHES_PAGE, context)


def searches_csv(request: HttpRequest) -> StreamingHttpResponse:
    """`?by=` day, one of the dimensions, or supplier; `?days=` as the page."""
    _allowed(request, SEE_SEARCHES)
    first, last = searched.span(_days(request))
    by = request.GET.get("by", "day")
    match by:
        case "supplier":
            lines = exports.suppliers_csv(searched.suppliers(first, last))
        case Dimension.PLACE:
            lines = exports.searches_csv(by, searched.places(first, last, limit=None))
        case Dimension.LEAD:
            lines = exports.searches_csv(by, searched.leads(first, last))
        case _ if by in Dimension.values:
            lines = exports.searches_csv(by, searched.kinds(first, last, Dimension(by)))
        case _:
            by = "day"
            lines = exports.searches_csv(by, searched.by_day(first, last))
    return _csv(lines, f'attachment; filename="searches-{by}-{first:%Y-%m-%d}-{last:%Y-%m-%d}.csv"')


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


def _csv(lines: Iterable[str], disposition: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


def _days(request: HttpRequest) -> int:
    text = request.GET.get("days", "")
    return int(text) if text in map(str, searched.SPANS) else DAYS


def _allowed(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied
