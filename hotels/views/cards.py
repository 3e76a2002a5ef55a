"""A page of results as the template draws it: cards, facets with their counts, the addresses of every choice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from babel.numbers import format_decimal
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from faredown.lib.money import Money
from hotels.forms import StayForm
from hotels.pricing.engine import AtProperty
from hotels.services.filtering import SORTS, Filters
from hotels.services.listing import Cheapest, HotelCard, SearchPage
from hotels.services.search import Search
from hotels.views import facets, photos, plot
from hotels.views.facets import FACETS, Budget, Facet
from hotels.views.links import CHOICES, Links
from hotels.views.photos import Photo
from hotels.views.plot import Plot

PAGE_SIZE = 20
VIEWS = ("list", "grid", "map")
SKELETONS = 3
CHIP_LENGTH = 28
NO_MEAL = frozenset({"RO", "SC"})
_SORT_NAMES = {
    "recommended": gettext_lazy("Recommended"),
    "price": gettext_lazy("Price: Low to High"),
    "-price": gettext_lazy("Price: High to Low"),
    "stars": gettext_lazy("Stars"),
    "score": gettext_lazy("Guest score"),
    "distance": gettext_lazy("Distance"),
}


class Card(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    version: str
    url: str
    name: str
    address: str
    distance: str
    stars: Decimal | None
    score: Decimal | None
    photo: Photo | None
    chips: tuple[str, ...]
    rooms_text: str
    board: str
    board_has_meal: bool
    free_until: datetime | None
    timezone: str
    non_refundable: bool
    total: Money
    price: Money
    per_night: Money
    at_property: Money | None
    beside: tuple[AtProperty, ...]
    """Paid at the hotel in a currency nobody has a rate of: not in the total."""


class Choice(msgspec.Struct, frozen=True):
    label: str
    url: str
    current: bool


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    running: bool
    trouble: bool
    etag: str
    currency: str
    total: int
    page: int
    pages: int
    cards: tuple[Card, ...]
    facets: tuple[Facet, ...]
    budget: Budget | None
    price_max: str
    sorts: tuple[Choice, ...]
    sort: str
    view: str
    filtered: bool
    url: str
    fragment_url: str
    clear_url: str
    list_url: str
    grid_url: str
    map_url: str
    plot: Plot | None
    previous_url: str
    next_url: str
    skeletons: range


class Asked(msgspec.Struct, frozen=True):
    """How the reader wants the list."""

    filters: Filters
    sort: str
    view: str
    page: int


def read(data: QueryDict) -> Asked:
    """What makes no sense is left out: a list address may be old or hand-written."""
    sort, page, view = data.get("sort", ""), data.get("page", "1"), data.get("view", "")
    scores = [number for number in map(facets.decimal, data.getlist("score")) if number is not None]
    return Asked(
        filters=Filters(
            price_min=facets.decimal(data.get("price_min", "")),
            price_max=facets.decimal(data.get("price_max", "")),
            stars=tuple(
                number for number in map(facets.decimal, data.getlist("stars")) if number is not None
            ),
            board=tuple(data.getlist("board")),
            free_cancellation=data.get("free_cancellation") == "true",
            facilities=tuple(data.getlist("facilities")),
            free_facilities=tuple(data.getlist("free_facilities")),
            zone=tuple(data.getlist("zone")),
            accommodation=tuple(data.getlist("accommodation")),
            chain=tuple(data.getlist("chain")),
            score=min(scores, default=None),
            name=data.get("name", "")[:80],
        ),
        sort=sort if sort in SORTS else SORTS[0],
        view=view if view in VIEWS else VIEWS[0],
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )


def listing(form: StayForm, search: Search, found: SearchPage, asked: Asked, *, data: QueryDict) -> Listing:
    links = Links(form, search.id, data)
    running = not search.is_complete
    filtered = any(data.getlist(name) for name in CHOICES if name not in ("sort", "view", "at"))
    return Listing(
        id=search.id,
        running=running,
        trouble=any(supplier.status in ("failed", "late", "over_budget") for supplier in search.suppliers),
        etag=_digest(
            search.id, search.found.index.version, str(running), data.urlencode(), get_language() or ""
        ),
        currency=search.criteria.currency,
        total=found.total,
        page=found.page,
        pages=found.pages,
        cards=tuple(_card(card, form, search) for card in found.results),
        facets=tuple(facets.of(found, data)),
        budget=facets.budget(found, asked.filters, search.criteria.currency),
        price_max="" if asked.filters.price_max is None else f"{asked.filters.price_max:f}",
        sorts=tuple(_sorts(found, asked, links)),
        sort=asked.sort,
        view=asked.view,
        filtered=filtered,
        url=links.here(),
        fragment_url=links.here(name="hotels:listing"),
        clear_url=links.without(FACETS, "price_min", "price_max", "name"),
        list_url=links.here(view="list"),
        grid_url=links.here(view="grid"),
        map_url=links.here(view="map"),
        plot=plot.draw(form, search, asked.filters, data=data) if asked.view == "map" else None,
        previous_url=links.here(page=str(found.page - 1)) if found.page > 1 else "",
        next_url=links.here(page=str(found.page + 1)) if found.page < found.pages else "",
        skeletons=range(max(1, SKELETONS - len(found.results))),
    )


def distance_text(kilometres: float | None) -> str:
    if kilometres is None:
        return ""
    number = format_decimal(round(kilometres, 1), locale=facets.locale())
    return _("%(km)s km from the centre") % {"km": number}


def _card(card: HotelCard, form: StayForm, search: Search) -> Card:
    hotel, best = card.hotel, card.cheapest
    rooms = len(search.criteria.rooms)
    extra = best.total - best.price.total
    return Card(
        id=hotel.id,
        version=_digest(*best.offer_ids, str(best.total)),
        url=f"{reverse('hotels:hotel', args=[hotel.id])}?{form.query(search=search.id)}",
        name=hotel.name,
        address=", ".join(part for part in (hotel.address, hotel.city or hotel.destination) if part),
        distance=distance_text(card.distance_km),
        stars=hotel.stars,
        score=hotel.score,
        photo=photos.of(hotel.image),
        chips=tuple(part for part in (hotel.accommodation, hotel.zone, *_short(card.deals)) if part),
        rooms_text=_rooms_text(rooms, best),
        board=best.board,
        board_has_meal=bool(best.board_code) and best.board_code not in NO_MEAL,
        free_until=best.cancellation.free_until,
        timezone=hotel.timezone,
        non_refundable=best.cancellation.non_refundable,
        total=best.total,
        price=best.price.total,
        per_night=best.per_night,
        at_property=extra or None,
        beside=tuple(charge for charge in best.price.at_property if charge.estimate is None),
    )


def _rooms_text(rooms: int, best: Cheapest) -> str:
    """Rooms of several rates may be of several kinds: then only their number is told."""
    if len(best.offer_ids) > 1:
        return ngettext("%(n)d room", "%(n)d rooms", rooms) % {"n": rooms}
    return f"{rooms} x {best.room}"


def _short(deals: Iterable[str]) -> Iterable[str]:
    """Names of offers; whole sentences stand with the rate they belong to."""
    return (deal for deal in deals if len(deal) <= CHIP_LENGTH)


def _sorts(found: SearchPage, asked: Asked, links: Links) -> Iterable[Choice]:
    scored = any(card.hotel.score is not None for card in found.results)
    placed = any(card.distance_km is not None for card in found.results)
    for name, label in _SORT_NAMES.items():
        pointless = (name == "score" and not scored) or (name == "distance" and not placed)
        if not pointless or name == asked.sort:
            yield Choice(str(label), links.here(sort=name), name == asked.sort)


def _digest(*parts: Any) -> str:
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=8).hexdigest()
