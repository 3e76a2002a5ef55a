"""Filters, sorting and counts over a search's index. Pure: no database, no Redis.

A hotel's price under a choice of filters is the cheapest cover of every asked room by rates the choice allows, so the
price shown is one that can be had with the chosen board and terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from hotels import folding
from hotels.services.search_index import Block, Entry, IndexedHotel

SORTS = ("recommended", "price", "-price", "stars", "score", "distance")
BUCKETS = 20
MOST_FACILITIES = 40
"""Hotels have hundreds; the rarer ones are no filter anybody looks for."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the traveller narrowed the list to. Prices are totals of the stay in the search's currency. Several values
    of one filter mean any of them, except facilities: all of them; those of `free_facilities` at no extra charge."""

    price_min: Decimal | None = None
    price_max: Decimal | None = None
    stars: tuple[Decimal, ...] = ()
    board: tuple[str, ...] = ()
    free_cancellation: bool = False
    facilities: tuple[str, ...] = ()
    free_facilities: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    accommodation: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    score: Decimal | None = None
    name: str = ""
    supplier: tuple[str, ...] = ()


class Cover(msgspec.Struct, frozen=True, gc=False):
    """The cheapest way to have every room: minor units, and per group the entries taken (repeated as often as used)."""

    grand: int
    total: int
    block: Block
    entries: tuple[tuple[Entry, ...], ...]


class Facet(msgspec.Struct, frozen=True, gc=False):
    value: str
    count: int


class Bucket(msgspec.Struct, frozen=True, gc=False):
    """Hotels whose total is from `low` to `high`, both included; minor units."""

    low: int
    high: int
    count: int


class Sifted(msgspec.Struct, frozen=True):
    hotels: list[tuple[IndexedHotel, Cover]]
    facets: dict[str, list[Facet]]
    histogram: list[Bucket]


def sift(hotels: Sequence[IndexedHotel], filters: Filters, *, sort: str, exponent: int) -> Sifted:
    """Counts of a filter are made with every *other* filter on: what would be there if that value were chosen."""
    judged = [_Judged(hotel, filters, exponent) for hotel in hotels]
    passing = [(one.hotel, one.cover) for one in judged if one.cover and not one.failed]
    return Sifted(
        hotels=sorted(passing, key=_order(sort)),
        facets=_facets(judged, filters),
        histogram=_histogram([one.cover.grand for one in judged if one.cover and one.failed <= _PRICE]),
    )


def cheapest(hotel: IndexedHotel, filters: Filters) -> Cover | None:
    """None when the filters leave some room without a rate. One supplier for all rooms."""
    found = [cover for block in hotel.blocks if (cover := _cover(block, filters))]
    if len(found) < 2:
        return found[0] if found else None
    return min(found, key=lambda cover: (cover.grand, cover.total))


def _cover(block: Block, filters: Filters) -> Cover | None:
    if filters.supplier and block.supplier not in filters.supplier:
        return None
    taken = []
    for entries in block.groups:
        allowed: Sequence[Entry] = entries
        if filters.board or filters.free_cancellation:
            allowed = [entry for entry in entries if _allows(filters, entry)]
        best = _group_cover(allowed, entries[0].rooms)
        if best is None:
            return None
        taken.append(best)
    if len(taken) == len(taken[0]) == 1:
        only = taken[0][0]
        return Cover(only.grand, only.total, block, tuple(taken))
    chosen = [entry for entries in taken for entry in entries]
    return Cover(sum(e.grand for e in chosen), sum(e.total for e in chosen), block, tuple(taken))


def _allows(filters: Filters, entry: Entry) -> bool:
    return (not filters.board or entry.board in filters.board) and (
        entry.free or not filters.free_cancellation
    )


def _group_cover(allowed: Sequence[Entry], rooms: int) -> tuple[Entry, ...] | None:
    """The cheaper of one rate for the whole group and single rooms, cheapest first."""
    if rooms == 1:
        return (allowed[0],) if allowed else None
    whole = next(((entry,) for entry in allowed if entry.whole_group), None)
    singles: list[Entry] = []
    for entry in allowed:
        if not entry.whole_group and len(singles) < rooms:
            singles += [entry] * min(entry.times, rooms - len(singles))
    covers = [cover for cover in (whole, tuple(singles) if len(singles) == rooms else None) if cover]
    return min(covers, key=lambda cover: sum(entry.grand for entry in cover), default=None)


_NONE: frozenset[str] = frozenset()
_PRICE = frozenset({"price"})
_OF_RATES = frozenset({"rates", "price"})


class _Judged:
    """A hotel with the price the filters leave it and the names of the filters it fails."""

    __slots__ = ("bounds", "cover", "failed", "hotel")

    def __init__(self, hotel: IndexedHotel, filters: Filters, exponent: int) -> None:
        self.hotel = hotel
        self.cover = cheapest(hotel, filters)
        self.bounds = _minor(filters.price_min, exponent), _minor(filters.price_max, exponent)
        failed = {*_failed(hotel, filters)}
        if self.cover is None:
            failed.add("rates")
        elif not self.fits_price(self.cover.grand):
            failed.add("price")
        self.failed = failed or _NONE

    def fits_price(self, grand: int) -> bool:
        least, most = self.bounds
        return (least is None or grand >= least) and (most is None or grand <= most)


def _minor(limit: Decimal | None, exponent: int) -> int | None:
    return None if limit is None else int(limit.scaleb(exponent))


def _failed(hotel: IndexedHotel, filters: Filters) -> Iterator[str]:
    if filters.stars and (not hotel.stars or Decimal(hotel.stars) not in filters.stars):
        yield "stars"
    if filters.facilities and not set(filters.facilities) <= set(hotel.facilities):
        yield "facilities"
    if filters.free_facilities and not set(filters.free_facilities) <= _free(hotel):
        yield "free_facilities"
    for name in ("zone", "accommodation", "chain"):
        wanted = getattr(filters, name)
        if wanted and getattr(hotel, name) not in wanted:
            yield name
    if filters.score is not None and (not hotel.score or Decimal(hotel.score) < filters.score):
        yield "score"
    if filters.name and folding.fold(filters.name) not in folding.fold(hotel.name):
        yield "name"


def _free(hotel: IndexedHotel) -> set[str]:
    return set(hotel.facilities).difference(hotel.paid_facilities)


_OF_HOTEL: dict[str, Callable[[IndexedHotel], str]] = {
    "stars": attrgetter("stars"),
    "zone": attrgetter("zone"),
    "accommodation": attrgetter("accommodation"),
    "chain": attrgetter("chain"),
    "score": lambda hotel: hotel.score.partition(".")[0],
}


def _facets(judged: Sequence[_Judged], filters: Filters) -> dict[str, list[Facet]]:
    passing = [one.hotel for one in judged if not one.failed]
    facets = {}
    for name, read in _OF_HOTEL.items():
        others = [one.hotel for one in judged if one.failed == {name}]
        facets[name] = _ranked(Counter(map(read, (*passing, *others))))
    # A hotel must have all chosen facilities: choosing one more keeps those that pass and have it.
    offered = Counter(chain.from_iterable(hotel.facilities for hotel in passing))
    facets["facilities"] = _shortened(_ranked(offered), filters.facilities)
    # Where nobody charges for a facility, asking for it free would ask the same again.
    charged = set(filters.free_facilities).union(*(one.hotel.paid_facilities for one in judged))
    paid = Counter(
        value for hotel in passing for value in {*hotel.paid_facilities}.intersection(hotel.facilities)
    )
    free = {value: offered[value] - paid[value] for value in charged}
    facets["free_facilities"] = _shortened(_ranked(free), filters.free_facilities)
    candidates = [one for one in judged if one.failed <= _OF_RATES]
    for name, values in _OF_RATE.items():
        facets[name] = _ranked(Counter(chain.from_iterable(map(values(filters), candidates))))
    return facets


def _shortened(facets: list[Facet], chosen: Sequence[str]) -> list[Facet]:
    return [facet for place, facet in enumerate(facets) if place < MOST_FACILITIES or facet.value in chosen]


def _boards(filters: Filters) -> Callable[[_Judged], Iterator[str]]:
    chosen = _Chosen(lambda board: replace(filters, board=(board,)))

    def offered(one: _Judged) -> Iterator[str]:
        boards = {entry.board for block in one.hotel.blocks for entries in block.groups for entry in entries}
        return (board for board in boards if _would_pass(one, chosen[board]))

    return offered


def _suppliers(filters: Filters) -> Callable[[_Judged], Iterator[str]]:
    chosen = _Chosen(lambda code: replace(filters, supplier=(code,)))

    def offered(one: _Judged) -> Iterator[str]:
        suppliers = {block.supplier for block in one.hotel.blocks}
        return (code for code in suppliers if _would_pass(one, chosen[code]))

    return offered


def _free_cancellation(filters: Filters) -> Callable[[_Judged], Iterator[str]]:
    chosen = replace(filters, free_cancellation=True)
    return lambda one: iter(("true",) if _would_pass(one, chosen) else ())


class _Chosen(dict[str, Filters]):
    """The filters if that value were chosen."""

    def __init__(self, choose: Callable[[str], Filters]) -> None:
        self._choose = choose

    def __missing__(self, value: str) -> Filters:
        self[value] = made = self._choose(value)
        return made


_OF_RATE: dict[str, Callable[[Filters], Callable[[_Judged], Iterator[str]]]] = {
    "board": _boards,
    "supplier": _suppliers,
    "free_cancellation": _free_cancellation,
}


def _would_pass(one: _Judged, filters: Filters) -> bool:
    cover = cheapest(one.hotel, filters)
    return cover is not None and one.fits_price(cover.grand)


def _ranked(counts: Mapping[str, int]) -> list[Facet]:
    """Most frequent first, then by value."""
    told = [(value, count) for value, count in counts.items() if value and count > 0]
    return [Facet(value, count) for value, count in sorted(told, key=lambda pair: (-pair[1], pair[0]))]


def _histogram(totals: Sequence[int]) -> list[Bucket]:
    """Equal steps from the lowest to the highest total; one bucket when they are all the same."""
    if not totals:
        return []
    low, high = min(totals), max(totals)
    step = max(1, -(-(high - low + 1) // BUCKETS))
    buckets = max(1, -(-(high - low + 1) // step))
    counts = [0] * buckets
    for total in totals:
        counts[(total - low) // step] += 1
    return [Bucket(low + step * n, low + step * (n + 1) - 1, count) for n, count in enumerate(counts)]


def _order(sort: str) -> Callable[[tuple[IndexedHotel, Cover]], tuple[object, ...]]:
    """The public id last: equal hotels keep their order on every page."""
    return lambda pair: (*_KEYS[sort](*pair), pair[0].id)


_KEYS: dict[str, Callable[[IndexedHotel, Cover], tuple[object, ...]]] = {
    # Who sees no photo does not book, however high the supplier ranks the hotel.
    "recommended": lambda hotel, cover: (not hotel.has_photo, hotel.ranking or 1_000_000, cover.grand),
    "price": lambda _, cover: (cover.grand,),
    "-price": lambda _, cover: (-cover.grand,),
    "stars": lambda hotel, cover: (-Decimal(hotel.stars or 0), cover.grand),
    "score": lambda hotel, cover: (-Decimal(hotel.score or 0), cover.grand),
    "distance": lambda hotel, cover: (hotel.distance is None, hotel.distance or 0.0, cover.grand),
}
