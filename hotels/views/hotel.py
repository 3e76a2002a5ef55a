from __future__ import annotations

from collections.abc import Iterator

from babel import Locale
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from faredown.accounts import visitor
from faredown.lib import limiter, network
from hotels.forms import StayForm
from hotels.models import Term
from hotels.selectors import hotel_details, vocabulary
from hotels.selectors.hotel_details import HotelDetail, Notice
from hotels.services import search as searching
from hotels.services.hotel_offers import HotelOffers
from hotels.views import amenities, asking, days, photos, stays
from hotels.views.photos import Photo


@gzip_page
@require_safe
def hotel(request: HttpRequest, hotel_id: str) -> HttpResponse:
    """Content of a hotel; with dates in the address every rate of it, too."""
    detail = hotel_details.read(hotel_id, language=visitor.language())
    form, found = _offers(request, detail)
    context = {
        "hotel": detail.summary,
        "detail": detail,
        "summary_text": strip_tags(detail.description),
        "address": _address(detail),
        "coordinates": _coordinates(detail),
        "photos": tuple(_photos(detail)),
        "amenities": amenities.of_hotel(detail),
        "house_rules": amenities.house_rules(detail),
        "near_by": amenities.near_by(detail),
        "centre_distance": amenities.distance(detail.centre_metres) if detail.centre_metres else "",
        "notices": _notices(detail, found),
        "description_in": _in_another_language(detail),
        "stay": form,
        "offers": stays.draw(found) if found else None,
        "days": days.near(request, form, hotel=found.hotel) if found else (),
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


def _notices(detail: HotelDetail, found: HotelOffers | None) -> tuple[Notice, ...]:
    if found is None:
        return hotel_details.stay_notices(detail)
    asked = found.record.criteria
    return hotel_details.stay_notices(detail, asked.check_in, asked.check_out)


def _in_another_language(detail: HotelDetail) -> str:
    """The name of the description's language where it is not the reader's."""
    told, reader = detail.description_language, visitor.language()
    if not told or told.partition("-")[0] == reader:
        return ""
    return str(Locale.parse(reader).languages.get(told.replace("-", "_"), told))
