"""From the search card to a search that runs: the one already running where the address names it."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest

from faredown.accounts import visitor
from faredown.lib import limiter, network
from faredown.lib.errors import Gone, InvalidInput, NotFound, Unavailable, Unprocessable
from hotels import folding
from hotels.criteria import Criteria
from hotels.forms import StayForm
from hotels.selectors import destinations
from hotels.services import audience
from hotels.services import search as searching
from hotels.services.hotel_offers import HotelOffers
from hotels.services.search import Search

CHOICES = 5


def resolve_place(form: StayForm) -> None:
    """Without JavaScript a place is only typed: one clear match is taken (the best one, where it alone has this very
    name, or is the only city), several are offered."""
    if not form.place_was_typed:
        return
    form.destination = ""
    if not form.q:
        return
    found = [
        place
        for place in destinations.suggest(form.q, language=visitor.language(), limit=CHOICES)
        if place.searchable
    ]
    cities = [place for place in found if place.kind == "city"]
    same = [place for place in cities if folding.fold(place.name) == folding.fold(form.q)]
    if len(found) == 1 or any(len(ones) == 1 and ones[0] is found[0] for ones in (cities, same)):
        form.destination, form.q, form.known = found[0].id, found[0].name, found[0].name
        return
    form.choices = list(found)


def criteria(request: HttpRequest, form: StayForm) -> Criteria | None:
    return form.criteria(currency=visitor.currency(request), language=visitor.language())


def search(request: HttpRequest, form: StayForm, asked: Criteria) -> Search | None:
    """None with the reasons in `form.errors` when the question was refused."""
    running = _running(request)
    if running is not None and running.criteria == asked:
        return running
    return _start(request, form, asked)


def rates(request: HttpRequest, form: StayForm, asked: Criteria, *, hotel_id: str) -> HotelOffers | None:
    """Every rate of one hotel: from the running search for the same stay, wherever that looked, else of one for the
    hotel alone. None with the reasons in `form.errors` when the question was refused."""
    running = _running(request)
    if running is not None and _same_stay(running.criteria, asked):
        try:
            return searching.hotel_rates(running, hotel_id)
        except NotFound:  # that search was for another place
            running = None
    started = _start(request, form, msgspec.structs.replace(asked, destination_id=hotel_id))
    return searching.hotel_rates(started, hotel_id) if started else None


def _start(request: HttpRequest, form: StayForm, asked: Criteria) -> Search | None:
    limiter.enforce("search", ip=network.client_address(request))
    try:
        return searching.start(asked, user_type=audience.user_type(request.user))
    except (InvalidInput, Unprocessable) as refusal:
        form.refuse(refusal)
        return None


def _running(request: HttpRequest) -> Search | None:
    """The search the address names, if its prices were made for somebody like this visitor."""
    search_id = request.GET.get("search", "")
    if not search_id:
        return None
    try:
        running = searching.get(search_id)
    except (Gone, NotFound, Unavailable):
        return None
    return running if running.user_type == audience.user_type(request.user) else None


def _same_stay(one: Criteria, other: Criteria) -> bool:
    return msgspec.structs.replace(one, destination_id=other.destination_id) == other
