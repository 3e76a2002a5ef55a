from __future__ import annotations

from collections.abc import Iterator

import msgspec
from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from faredown.accounts import visitor
from faredown.lib import limiter, network
from hotels.forms import StayForm
from hotels.models import Term
from hotels.selectors import hotels, vocabulary
from hotels.selectors.hotels import Facility, HotelDetail
from hotels.services import search as searching
from hotels.services.hotel_offers import HotelOffers
from hotels.views import asking, photos, stays
from hotels.views.photos import Photo

METRES_IN_KM = 1000


class Amenity(msgspec.Struct, frozen=True):
    name: str
    note: str


class AmenityGroup(msgspec.Struct, frozen=True):
    name: str
    amenities: tuple[Amenity, ...]


@gzip_page
@require_safe
def hotel(request: HttpRequest, hotel_id: str) -> HttpResponse:
    """Content of a hotel; with dates in the address every rate of it, too."""
    detail = hotels.detail(hotel_id, language=visitor.language())
    form, found = _offers(request, detail)
    context = {
        "hotel": detail.summary,
        "detail": detail,
        "summary_text": strip_tags(detail.description),
        "address": _address(detail),
        "coordinates": _coordinates(detail),
        "photos": tuple(_photos(detail)),
        "amenities": tuple(_amenities(detail)),
        "stay": form,
        "offers": stays.draw(found) if found else None,
        "card_action": request.path,
        "state_url": f"{reverse('hotels:hotel_state', args=[hotel_id])}?search={found.record.id}"
        if found
        else "",
        "results_url": _results_url(form),
        "share_url": request.build_absolute_uri(request.path),
    }
    return render(request, "hotels/hotel.html", context, status=400 if form.errors else 200)


@require_safe
def state(request: HttpRequest, hotel_id: str) -> JsonResponse:
    """Whether the rooms are all there, for the script of a page that was drawn before they were."""
    limiter.enforce("results", ip=network.client_address(request))
    found = searching.hotel_rates(searching.get(request.GET.get("search", "")), hotel_id)
    return JsonResponse({"complete": found.complete})


def _offers(request: HttpRequest, detail: HotelDetail) -> tuple[StayForm, HotelOffers | None]:
    hotel_id = detail.summary.id
    if "check_in" not in request.GET or not detail.is_live:
        form = StayForm.blank()
        form.q, form.known, form.destination = detail.summary.name, detail.summary.name, hotel_id
        return form, None
    form = StayForm.read(request.GET)
    if form.place_was_typed:
        form.q, form.known, form.destination = detail.summary.name, detail.summary.name, hotel_id
    asked = None if form.asks_guests else asking.criteria(request, form)
    return form, asking.rates(request, form, asked, hotel_id=hotel_id) if asked else None


def _results_url(form: StayForm) -> str:
    if not form.destination or form.destination.startswith("htl_"):
        return ""
    return f"{reverse('hotels:results')}?{form.query()}"


def _address(detail: HotelDetail) -> str:
    hotel = detail.summary
    town = " ".join(part for part in (hotel.postal_code, hotel.city or hotel.destination) if part)
    return ", ".join(part for part in (hotel.address, town, detail.country) if part)


def _coordinates(detail: HotelDetail) -> str:
    hotel = detail.summary
    if hotel.latitude is None or hotel.longitude is None:
        return ""
    return f"{hotel.latitude:.5f}, {hotel.longitude:.5f}"


def _photos(detail: HotelDetail) -> Iterator[Photo]:
    labels = vocabulary.labels(Term.Kind.IMAGE, visitor.language())
    for image in detail.images:
        alt = ", ".join(part for part in (detail.summary.name, labels.get(image.kind, "")) if part)
        if (photo := photos.of(image, alt=alt)) is not None:
            yield photo


def _amenities(detail: HotelDetail) -> Iterator[AmenityGroup]:
    for group in detail.facilities:
        yield AmenityGroup(group.name, tuple(Amenity(one.name, _note(one)) for one in group.facilities))


def _note(facility: Facility) -> str:
    """What a guest asks next: how far, how many, and whether it costs."""
    parts = []
    if facility.distance is not None:
        parts.append(_distance(facility.distance))
    elif facility.number is not None and facility.number > 0:
        parts.append(format_decimal(facility.number, locale=(get_language() or "en").replace("-", "_")))
    if facility.fee:
        parts.append(_("for a fee"))
    return f"({', '.join(parts)})" if parts else ""


def _distance(metres: int) -> str:
    if metres < METRES_IN_KM:
        return _("%(n)d m") % {"n": metres}
    kilometres = format_decimal(
        round(metres / METRES_IN_KM, 1), locale=(get_language() or "en").replace("-", "_")
    )
    return _("%(n)s km") % {"n": kilometres}
