from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from faredown.accounts import visitor
from faredown.lib import limiter, network
from faredown.lib.errors import InvalidInput
from hotels.forms import StayForm
from hotels.selectors import destinations
from hotels.services import search as searching
from hotels.services.search import Search, SearchPage
from hotels.views import asking, cards, days, plot
from hotels.views.cards import Asked, Listing


@gzip_page
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The list of a search. Its address holds the whole question, so it can be sent to somebody or kept."""
    form = StayForm.read(request.GET)
    if form.asks_guests or not (form.q or form.destination):
        return render(request, "hotels/results.html", {"stay": form})
    if form.place_was_typed:
        asking.resolve_place(form)
        if form.destination:
            return redirect(_address(request, form))
    context = _listed(request, form)
    status = 200 if "listing" in context else 400
    if status == 200:
        context["days"] = days.near(request, form)
    return render(request, "hotels/results.html", context, status=status)


@gzip_page
@require_safe
def fragment(request: HttpRequest) -> HttpResponse:
    """The list alone, for the script that asks again while suppliers answer. 304 while nothing moved."""
    limiter.enforce("results", ip=network.client_address(request))
    form = StayForm.read(request.GET)
    context = _listed(request, form)
    listing = context.get("listing")
    if not isinstance(listing, Listing):
        return HttpResponse(status=400)
    response = _unless_known(request, "hotels/listing.html", context, etag=listing.etag)
    response["X-Listing"] = "running" if listing.running else "complete"
    return response


@gzip_page
@require_safe
def map_fragment(request: HttpRequest) -> HttpResponse:
    """The map alone, for the script that pans and zooms it. 304 while nothing moved."""
    limiter.enforce("results", ip=network.client_address(request))
    form = StayForm.read(request.GET)
    asked = asking.criteria(request, form)
    search = asking.search(request, form, asked) if asked else None
    if search is None:
        return HttpResponse(status=400)
    drawn = plot.draw(form, search, cards.read(request.GET).filters, data=request.GET)
    return _unless_known(request, "hotels/map.html", {"plot": drawn}, etag=drawn.etag)


def _unless_known(
    request: HttpRequest, template: str, context: dict[str, object], *, etag: str
) -> HttpResponse:
    if request.headers.get("If-None-Match") == f'"{etag}"':
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, template, context)
    response["ETag"] = f'"{etag}"'
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _listed(request: HttpRequest, form: StayForm) -> dict[str, object]:
    """Context of the list; without "listing" when the question was refused (reasons in the form)."""
    context: dict[str, object] = {"stay": form}
    asked = asking.criteria(request, form)
    if asked is None:
        return context
    search = asking.search(request, form, asked)
    if search is None:
        return context
    place = destinations.place(asked.destination_id, language=visitor.language())
    wanted = cards.read(request.GET)
    found = _page(search, wanted)
    return context | {
        "listing": cards.listing(form, search, found, wanted, data=request.GET),
        "kept": search.kept,
        "old_prices": search.is_complete and any(one.status == "stale" for one in search.suppliers),
        "place_name": place.name if place else form.q,
        "place_country": place.subtitle if place else "",
    }


def _address(request: HttpRequest, form: StayForm) -> str:
    """The list's address with the place it was taken for: it means the same in every language, and to everybody."""
    kept = request.GET.copy()
    for name in (*QueryDict(form.query()), "pick", "search"):
        kept.pop(name, None)
    more = f"&{kept.urlencode()}" if kept else ""
    return f"{request.path}?{form.query()}{more}"


def _page(search: Search, wanted: Asked) -> SearchPage:
    # A page past the end (filters moved on): the first. Limits the wrong way round: the whole list.
    for filters, page in ((wanted.filters, wanted.page), (wanted.filters, 1)):
        try:
            return searching.page(
                search, filters=filters, sort=wanted.sort, page=page, page_size=cards.PAGE_SIZE
            )
        except InvalidInput:
            continue
    return searching.page(search, sort=wanted.sort, page_size=cards.PAGE_SIZE)
