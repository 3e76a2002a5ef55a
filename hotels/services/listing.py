"""A page of a search's results: cards with the price of the cheapest whole stay, facets, histogram."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from faredown.lib import money
from faredown.lib.errors import FieldError, InvalidInput
from faredown.lib.money import Money
from hotels import casing
from hotels.models import Hotel, Term
from hotels.pricing import engine
from hotels.pricing.engine import Price, Tariff
from hotels.selectors import hotels, vocabulary
from hotels.selectors.hotels import HotelSummary
from hotels.services import cancellation, filtering, groups, offers, search_index
from hotels.services.answers import Answer
from hotels.services.cancellation import Cancellation
from hotels.services.fan_out import Job, Record
from hotels.services.filtering import Cover, Filters
from hotels.services.offers import Offer
from hotels.services.search_index import Index, IndexedHotel

MAX_PAGE_SIZE = 100


class Cheapest(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest whole stay the filters allow. `total` = paid online + estimates of what is paid at the property."""

    offer_ids: tuple[str, ...]
    price: Price
    total: Money
    per_night: Money
    board_code: str
    board: str
    room: str
    cancellation: Cancellation
    rooms_left: int | None
    price_final: bool


class HotelCard(msgspec.Struct, frozen=True, kw_only=True):
    hotel: HotelSummary
    distance_km: float | None
    supplier: str
    cheapest: Cheapest
    offers_count: int
    deals: tuple[str, ...]


class FacetValue(msgspec.Struct, frozen=True):
    value: str
    label: str
    count: int


class PriceBucket(msgspec.Struct, frozen=True):
    """Hotels whose total lies from `low` to `high`, both included."""

    low: Money
    high: Money
    count: int


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    results: tuple[HotelCard, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    histogram: tuple[PriceBucket, ...]
    total: int
    page: int
    page_size: int
    version: str = ""
    """Ask further pages with it: they are cut from the same order, whatever suppliers answer meanwhile."""
    arrived: int = 0
    """Hotels that came since that version, and are not among these."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.page_size))


class Found(msgspec.Struct, frozen=True):
    """A search's record, what it knows and the index of it."""

    record: Record
    answers: Mapping[Job, Answer]
    index: Index


def page(
    found: Found, *, filters: Filters, sort: str, page: int, page_size: int, version: str = ""
) -> SearchPage:
    """`version`: of the list this page goes on with; the newest where none is said, or that one was forgotten. Raises
    InvalidInput naming sort, page, page_size, price_min or price_max."""
    _check(filters, sort, page, page_size)
    began = _began(found, version)
    currency = found.record.criteria.currency
    sifted = filtering.sift(began.hotels, filters, sort=sort, exponent=money.exponent(currency))
    wanted = sifted.hotels[(page - 1) * page_size : page * page_size]
    if page > 1 and not wanted:
        raise _refused(FieldError("page", "out_of_range", "There is no such page."))
    if began is not found.index:
        wanted = list(_as_now(found, wanted, filters))
    return SearchPage(
        results=tuple(_cards(found, wanted)),
        facets=_labelled(found, sifted.facets),
        histogram=tuple(
            PriceBucket(Money.from_minor(one.low, currency), Money.from_minor(one.high, currency), one.count)
            for one in sifted.histogram
        ),
        total=len(sifted.hotels),
        page=page,
        page_size=page_size,
        version=began.version,
        arrived=_arrived(found, began),
    )


def _began(found: Found, version: str) -> Index:
    if not _VERSION.match(version) or version == found.index.version:
        return found.index
    return search_index.at(found.record, version) or found.index


_VERSION = re.compile(r"[0-9a-f]{16}\Z")


def _as_now(
    found: Found, began: Sequence[tuple[IndexedHotel, Cover]], filters: Filters
) -> Iterator[tuple[IndexedHotel, Cover]]:
    """The same hotels in the same order at what they cost now. What nobody sells any more is left out."""
    now = {hotel.key: hotel for hotel in found.index.hotels}
    for was, _ in began:
        hotel = now.get(was.key)
        cover = filtering.cheapest(hotel, filters) if hotel else None
        if hotel and cover:
            yield hotel, cover


def _arrived(found: Found, began: Index) -> int:
    if began is found.index:
        return 0
    known = {hotel.key for hotel in began.hotels}
    return sum(hotel.key not in known for hotel in found.index.hotels)


def _cheapest(
    found: Found, hotel: Hotel, cover: Cover, *, boards: Mapping[str, str], tariff: Tariff
) -> tuple[Cheapest, tuple[Offer, ...]]:
    chosen = tuple(_offers(found, hotel, cover, tariff))
    price = engine.together([offer.price for offer in chosen])
    codes = {offer.rate.board_code for offer in chosen}
    first = chosen[0].rate
    lefts = [offer.rate.allotment for offer in chosen if offer.rate.allotment is not None]
    made = Cheapest(
        offer_ids=tuple(offer.id for offer in chosen),
        price=price,
        total=price.grand_total,
        per_night=price.average_night(found.record.criteria.nights),
        board_code=first.board_code if len(codes) == 1 else "",
        board=boards.get(first.board_code, first.board_name) if len(codes) == 1 else "",
        room=casing.decent_case(first.room_name),
        cancellation=cancellation.of(chosen, timezone=hotel.timezone),
        rooms_left=min(lefts, default=None),
        price_final=not any(offer.rate.needs_check for offer in chosen),
    )
    return made, chosen


def _cards(found: Found, wanted: Sequence[tuple[IndexedHotel, Cover]]) -> list[HotelCard]:
    language = found.record.criteria.language
    rows = hotels.rows([indexed.key for indexed, _ in wanted])
    boards = vocabulary.labels(Term.Kind.BOARD, language)
    tariff = offers.tariff(found.record)
    cards = []
    for indexed, cover in wanted:
        if (hotel := rows.get(indexed.key)) is None:
            continue
        best, chosen = _cheapest(found, hotel, cover, boards=boards, tariff=tariff)
        cards.append(
            HotelCard(
                hotel=hotels.summary(hotel, language=language),
                distance_km=indexed.distance,
                supplier=cover.block.supplier,
                cheapest=best,
                offers_count=_offers_count(found, indexed),
                deals=tuple(dict.fromkeys(promo.name for offer in chosen for promo in offer.rate.promotions)),
            )
        )
    return cards


def _offers(found: Found, hotel: Hotel, cover: Cover, tariff: Tariff) -> list[Offer]:
    """The cover's entries as offers: a whole group's, or one for each of its rooms in turn."""
    rates = found.answers[Job(cover.block.supplier, cover.block.job)].rates(cover.block.code)
    if not rates:
        raise LookupError(f"the index names {cover.block.code}, the answer it was made from does not")
    made = []
    for group, entries in zip(groups.of(found.record.criteria.rooms), cover.entries, strict=True):
        for room, entry in zip(group.rooms, entries, strict=False):
            rooms = group.rooms if entry.whole_group else (room,)
            rate = rates[entry.position]
            made.append(offers.make(found.record, hotel, cover.block.supplier, rate, rooms, tariff=tariff))
    return made


def _offers_count(found: Found, indexed: IndexedHotel) -> int:
    asked = groups.of(found.record.criteria.rooms)
    count = 0
    for block in indexed.blocks:
        sketched = found.answers[Job(block.supplier, block.job)].sketched(block.code)
        count += sum(len(groups.places(sketched.sketches, group)) for group in asked) if sketched else 0
    return count


_TERMS = {
    "board": Term.Kind.BOARD,
    "facilities": Term.Kind.FACILITY,
    "free_facilities": Term.Kind.FACILITY,
    "accommodation": Term.Kind.ACCOMMODATION,
    "chain": Term.Kind.CHAIN,
}


def _labelled(found: Found, facets: dict[str, list[filtering.Facet]]) -> dict[str, tuple[FacetValue, ...]]:
    words = vocabulary.words(found.record.criteria.language)
    labels = {name: words[kind] for name, kind in _TERMS.items()}
    labels["zone"] = {hotel.zone: hotel.zone_name for hotel in found.index.hotels}
    return {
        name: tuple(
            FacetValue(one.value, labels.get(name, {}).get(one.value, one.value), one.count) for one in values
        )
        for name, values in facets.items()
    }


def _check(filters: Filters, sort: str, page: int, page_size: int) -> None:
    if sort not in filtering.SORTS:
        raise _refused(FieldError("sort", "unknown_sort", f"One of {', '.join(filtering.SORTS)}."))
    for name, value, most in (("page", page, 1_000_000), ("page_size", page_size, MAX_PAGE_SIZE)):
        if not 1 <= value <= most:
            raise _refused(FieldError(name, "out_of_range", f"A whole number from 1 to {most}."))
    for name in ("price_min", "price_max"):
        limit: Any = getattr(filters, name)
        if limit is not None and not (limit.is_finite() and 0 <= limit < 10**12):
            raise _refused(FieldError(name, "out_of_range", "An amount of zero or more."))
    if (
        filters.price_min is not None
        and filters.price_max is not None
        and filters.price_min > filters.price_max
    ):
        raise _refused(FieldError("price_max", "under_price_min", "The highest price is under the lowest."))


def _refused(error: FieldError) -> InvalidInput:
    return InvalidInput(detail=error.message, errors=[error])
