"""A page of results as the template draws it: cards, facets with their counts, the addresses of every choice."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from babel.numbers import format_currency, format_decimal
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from faredown.lib.money import Money
from hotels.forms import StayForm
from hotels.services.filtering import SORTS, Filters
from hotels.services.listing import Cheapest, FacetValue, HotelCard, SearchPage
from hotels.services.search import Search
from hotels.views import photos
from hotels.views.photos import Photo

PAGE_SIZE = 20
SHOWN_OPTIONS = 6
MOST_OPTIONS = 24
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
_FACETS = {
    "stars": gettext_lazy("Property rating"),
    "free_cancellation": gettext_lazy("Cancellation"),
    "board": gettext_lazy("Meals"),
    "accommodation": gettext_lazy("Kind of property"),
    "zone": gettext_lazy("Area"),
    "facilities": gettext_lazy("Facilities"),
    "free_facilities": gettext_lazy("Facilities at no extra charge"),
    "score": gettext_lazy("Guest score"),
    "chain": gettext_lazy("Chain"),
}
_CHOICES = ("sort", "view", "price_min", "price_max", "name", *_FACETS)
"""Parameters of the list itself, beside those of the search."""


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


class Option(msgspec.Struct, frozen=True, kw_only=True):
    value: str
    label: str
    count: int
    checked: bool


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    options: tuple[Option, ...]
    more: tuple[Option, ...]

    @property
    def more_checked(self) -> bool:
        return any(option.checked for option in self.more)


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    low: int
    high: int
    step: int
    chosen: int
    low_text: str
    chosen_text: str


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
    sort, page = data.get("sort", ""), data.get("page", "1")
    scores = [number for number in map(_decimal, data.getlist("score")) if number is not None]
    return Asked(
        filters=Filters(
            price_min=_decimal(data.get("price_min", "")),
            price_max=_decimal(data.get("price_max", "")),
            stars=tuple(number for number in map(_decimal, data.getlist("stars")) if number is not None),
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
        view="grid" if data.get("view") == "grid" else "list",
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
    )


def listing(form: StayForm, search: Search, found: SearchPage, asked: Asked, *, data: QueryDict) -> Listing:
    links = _Links(form, search.id, data)
    running = not search.is_complete
    filtered = any(data.getlist(name) for name in _CHOICES if name not in ("sort", "view"))
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
        facets=tuple(_facets(found, data)),
        budget=_budget(found, asked.filters, search.criteria.currency),
        price_max="" if asked.filters.price_max is None else f"{asked.filters.price_max:f}",
        sorts=tuple(_sorts(found, asked, links)),
        sort=asked.sort,
        view=asked.view,
        filtered=filtered,
        url=links.here(),
        fragment_url=links.here(name="hotels:listing"),
        clear_url=links.without(_FACETS, "price_min", "price_max", "name"),
        list_url=links.here(view="list"),
        grid_url=links.here(view="grid"),
        previous_url=links.here(page=str(found.page - 1)) if found.page > 1 else "",
        next_url=links.here(page=str(found.page + 1)) if found.page < found.pages else "",
        skeletons=range(max(1, SKELETONS - len(found.results))),
    )


def distance_text(kilometres: float | None) -> str:
    if kilometres is None:
        return ""
    number = format_decimal(round(kilometres, 1), locale=_locale())
    return _("%(km)s km from the centre") % {"km": number}


class _Links:
    """Addresses of this list with one thing changed; the page starts again at 1."""

    def __init__(self, form: StayForm, search_id: str, data: QueryDict) -> None:
        self._stay = QueryDict(form.query(search=search_id))
        self._choices = QueryDict(mutable=True)
        for name in _CHOICES:
            if values := [value for value in data.getlist(name) if value]:
                self._choices.setlist(name, values)

    def here(self, *, name: str = "hotels:results", **changed: str) -> str:
        query = self._choices.copy()
        for key, value in changed.items():
            query[key] = value
        return self._address(name, query)

    def without(self, names: Iterable[str], *more: str) -> str:
        query = self._choices.copy()
        for name in (*names, *more):
            query.pop(name, None)
        return self._address("hotels:results", query)

    def _address(self, name: str, choices: QueryDict) -> str:
        parts = [part for part in (self._stay.urlencode(), choices.urlencode()) if part]
        return f"{reverse(name)}?{'&'.join(parts)}"


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
    )


def _rooms_text(rooms: int, best: Cheapest) -> str:
    """Rooms of several rates may be of several kinds: then only their number is told."""
    if len(best.offer_ids) > 1:
        return ngettext("%(n)d room", "%(n)d rooms", rooms) % {"n": rooms}
    return f"{rooms} x {best.room}"


def _short(deals: Iterable[str]) -> Iterable[str]:
    """Names of offers; whole sentences stand with the rate they belong to."""
    return (deal for deal in deals if len(deal) <= CHIP_LENGTH)


def _facets(found: SearchPage, data: QueryDict) -> Iterable[Facet]:
    for name, title in _FACETS.items():
        chosen = _chosen(name, data)
        options = [
            Option(value=one.value, label=_label(name, one), count=one.count, checked=one.value in chosen)
            for one in _ordered(name, found.facets.get(name, ()))
        ]
        # A choice that no hotel is left for stays to be seen and taken back.
        known = {option.value for option in options}
        options += [
            Option(value=value, label=_label(name, FacetValue(value, value, 0)), count=0, checked=True)
            for value in sorted(chosen - known)
        ]
        shown = SHOWN_OPTIONS if len(options) > SHOWN_OPTIONS + 1 else len(options)
        yield Facet(
            name=name,
            title=str(title),
            options=tuple(options[:shown]),
            more=tuple(options[shown:MOST_OPTIONS]),
        )


_WRITTEN = {"stars": ".1f", "score": ".0f"}


def _chosen(name: str, data: QueryDict) -> set[str]:
    """As the facets write their values: `stars=5` is the box of 5.0; what is no number chose nothing."""
    given = data.getlist(name)
    if name not in _WRITTEN:
        return set(given)
    return {format(number, _WRITTEN[name]) for number in map(_decimal, given) if number is not None}


def _ordered(name: str, values: Sequence[FacetValue]) -> Sequence[FacetValue]:
    if name == "stars":
        return sorted(values, key=lambda one: Decimal(one.value), reverse=True)
    if name == "score":
        return list(_at_least(values))
    return values


def _at_least(values: Sequence[FacetValue]) -> Iterable[FacetValue]:
    """ "8 or more" counts the nines too."""
    counted = 0
    for one in sorted(values, key=lambda one: Decimal(one.value), reverse=True):
        counted += one.count
        yield FacetValue(one.value, one.label, counted)


def _label(name: str, one: FacetValue) -> str:
    if name == "stars":
        number = Decimal(one.value).normalize()
        return ngettext("%(n)s star", "%(n)s stars", math.ceil(number)) % {"n": f"{number:f}"}
    if name == "score":
        return _("%(n)s or more") % {"n": one.value}
    if name == "free_cancellation":
        return _("Free cancellation")
    return one.label


def _budget(found: SearchPage, filters: Filters, currency: str) -> Budget | None:
    """None where all hotels cost about the same: a slider would do nothing."""
    if not found.histogram:
        return None
    low = math.floor(found.histogram[0].low.amount)
    high = math.ceil(found.histogram[-1].high.amount)
    step = max(1, 10 ** (len(str(max(1, high - low))) - 2))
    high = low + -(-(high - low) // step) * step
    if high - low < 2 * step:
        return None
    limit = filters.price_max
    chosen = high if limit is None else max(low, min(high, int(limit)))
    return Budget(
        low=low,
        high=high,
        step=step,
        chosen=chosen,
        low_text=_whole(low, currency),
        chosen_text=_whole(chosen, currency) + ("+" if chosen == high else ""),
    )


def _sorts(found: SearchPage, asked: Asked, links: _Links) -> Iterable[Choice]:
    scored = any(card.hotel.score is not None for card in found.results)
    placed = any(card.distance_km is not None for card in found.results)
    for name, label in _SORT_NAMES.items():
        pointless = (name == "score" and not scored) or (name == "distance" and not placed)
        if not pointless or name == asked.sort:
            yield Choice(str(label), links.here(sort=name), name == asked.sort)


def _whole(amount: int, currency: str) -> str:
    return format_currency(amount, currency, format="¤#,##0", currency_digits=False, locale=_locale())


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < 10**12 else None


def _digest(*parts: Any) -> str:
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=8).hexdigest()
