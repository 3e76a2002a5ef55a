"""A search's hotels with the least each costs, by board and by whether it can be cancelled free: what lists, filters
and counts are made from. Built from the suppliers' answers, kept in Redis until one of them changes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from django.db.models import BooleanField, ExpressionWrapper, Q

from faredown.lib import clock
from faredown.lib.errors import InvalidInput
from faredown.lib.money import Money
from hotels.models import Hotel
from hotels.pricing.engine import Desk
from hotels.pricing.exchange import UnknownCurrency
from hotels.pricing.rules import Place
from hotels.selectors import targets
from hotels.services import audience, groups, packing, pricing, sanity, shelf
from hotels.services.answers import Answer, Sketched
from hotels.services.fan_out import Job, Record
from hotels.services.groups import Group
from hotels.services.sanity import LeftOut
from suppliers.types import Sketch

SCHEMA = 6


class Entry(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """A rate among a hotel's cheapest. Amounts are the whole stay's, in minor units of the search's currency, for one
    cover (the group, or one room of it); `position` finds the rate in the supplier's answer."""

    grand: int
    total: int
    position: int
    board: str
    free: bool
    whole_group: bool
    times: int
    rooms: int
    """Rooms of the group, whichever way they are covered."""


class Block(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One supplier's part: for every group of rooms its cheapest entries, cheapest first."""

    job: str
    supplier: str
    code: str
    groups: tuple[tuple[Entry, ...], ...]


class IndexedHotel(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """`key` is ours, `id` public. `distance` in km from the search's point."""

    key: int
    id: str
    name: str
    stars: str
    zone: str
    zone_name: str
    accommodation: str
    chain: str
    score: str
    facilities: tuple[str, ...]
    paid_facilities: tuple[str, ...]
    """Those of the facilities that cost extra."""
    ranking: int
    has_photo: bool
    latitude: float | None
    longitude: float | None
    distance: float | None
    blocks: tuple[Block, ...]


class Index(msgspec.Struct, frozen=True):
    """`left_out`: how many rates of the answers were not taken, by reason."""

    version: str
    hotels: tuple[IndexedHotel, ...]
    left_out: dict[str, int] = {}


_decoder = msgspec.msgpack.Decoder(Index)


def of(record: Record, answers: Mapping[Job, Answer]) -> Index:
    """The index of these answers; built again when one came or changed since. What was built stays for as long as the
    search lives: a list that began with it goes on with it."""
    version = _version(answers)
    index = at(record, version)
    if index is None:
        index = build(record, answers)
        shelf.cache.set(_key(record, version), packing.pack(index), seconds=_life(record))
        _hold(_key(record, version), index)
    return index


def at(record: Record, version: str) -> Index | None:
    """As it was then; None when it was forgotten, or never was. The last few stay open in this process: filters, sorts
    and pages come one after the other."""
    key = _key(record, version)
    if (held := _held.get(key)) is not None:
        return held
    index = packing.unpack(shelf.cache.get(key), _decoder)
    if index is not None:
        _hold(key, index)
    return index


def _hold(key: str, index: Index) -> None:
    with _lock:
        _held[key] = index
        while len(_held) > _MOST_HELD:
            del _held[next(iter(_held))]


_lock = threading.Lock()
_held: dict[str, Index] = {}
_MOST_HELD = 8
"""A few megabytes each."""


def _key(record: Record, version: str) -> str:
    return f"search:{SCHEMA}:{record.id}:index:{version}"


def build(record: Record, answers: Mapping[Job, Answer]) -> Index:
    left_out = LeftOut()
    index = Index(_version(answers), tuple(_build(record, answers, left_out)), left_out.counts())
    left_out.tell()
    return index


def _life(record: Record) -> int:
    return max(1, int((record.expires_at - clock.now()).total_seconds()))


def _version(answers: Mapping[Job, Answer]) -> str:
    told = sorted((job.field, answer.asked_at.isoformat()) for job, answer in answers.items())
    return hashlib.blake2b(repr(told).encode(), digest_size=8).hexdigest()


def _build(record: Record, answers: Mapping[Job, Answer], left_out: LeftOut) -> Iterable[IndexedHotel]:
    blocks: dict[int, list[tuple[Job, Answer, str]]] = {}
    for job, answer in answers.items():
        batch = record.batches[int(job.name)]
        for code, key in zip(batch.codes, batch.hotels, strict=True):
            if code in answer:
                blocks.setdefault(key, []).append((job, answer, code))
    pricer = _Pricer(record, left_out)
    live = Hotel.objects.filter(pk__in=blocks, status=Hotel.Status.LIVE)
    for row in live.annotate(has_photo=_HAS_PHOTO).values_list(*_FACTS):
        facts = dict(zip(_FACTS, row, strict=True))
        found = [pricer.block(facts, *part) for part in blocks[facts["pk"]]]
        sold = tuple(block for block in found if block is not None)
        if sold:
            yield _indexed(record, facts, sold)


_HAS_PHOTO = ExpressionWrapper(~Q(images=[]), output_field=BooleanField())
_FACTS = (
    "pk",
    "public_id",
    "name",
    "stars",
    "country_id",
    "destination__public_id",
    "zone__public_id",
    "zone__name",
    "accommodation__code",
    "chain__code",
    "score",
    "facility_codes",
    "paid_facility_codes",
    "ranking",
    "has_photo",
    "latitude",
    "longitude",
)


def _indexed(record: Record, facts: dict[str, Any], blocks: tuple[Block, ...]) -> IndexedHotel:
    latitude, longitude = facts["latitude"], facts["longitude"]
    distance = None
    if record.point and latitude is not None:
        distance = round(targets.distance_km(latitude, longitude, to=record.point), 2)
    return IndexedHotel(
        key=facts["pk"],
        id=facts["public_id"],
        name=facts["name"],
        stars="" if facts["stars"] is None else str(facts["stars"]),
        zone=facts["zone__public_id"] or "",
        zone_name=facts["zone__name"] or "",
        accommodation=facts["accommodation__code"] or "",
        chain=facts["chain__code"] or "",
        score="" if facts["score"] is None else str(facts["score"]),
        facilities=tuple(facts["facility_codes"]),
        paid_facilities=tuple(facts["paid_facility_codes"]),
        ranking=facts["ranking"],
        has_photo=facts["has_photo"],
        latitude=latitude,
        longitude=longitude,
        distance=distance,
        blocks=blocks,
    )


class _Pricer:
    """Prices as few rates as it must: within one hotel the total of a board's rates grows with
    their net (a desk knows where it does not)."""

    def __init__(self, record: Record, left_out: LeftOut) -> None:
        self._tariff = pricing.tariff(audience.stay_of(record), record.criteria.currency)
        self._groups = groups.of(record.criteria.rooms)
        self._now = clock.now()
        self._dues: dict[int, tuple[tuple[Money, ...], int]] = {}
        self._left_out = left_out
        self._nights = record.criteria.nights
        self._bounds: dict[str, sanity.Bounds] = {}

    def block(self, facts: dict[str, Any], job: Job, answer: Answer, code: str) -> Block | None:
        """None when not every asked room can be had."""
        hotel = answer.sketched(code)
        if hotel is None or not self._can_pay_in(hotel):
            return None
        place = Place(
            supplier=job.supplier,
            country=facts["country_id"],
            destination=facts["destination__public_id"],
            hotel=facts["public_id"],
            chain=facts["chain__code"] or "",
            stars=facts["stars"],
        )
        desk = self._tariff.at(place)
        parts = tuple([self._cheapest(hotel, group, desk) for group in self._groups])
        return Block(job.name, job.supplier, code, parts) if all(map(_covered, parts, self._groups)) else None

    def _can_pay_in(self, hotel: Sketched) -> bool:
        try:
            self._tariff.exchange(hotel.currency)
        except UnknownCurrency:
            self._left_out.without_rate[hotel.currency] += len(hotel.sketches)
            return False
        return True

    def _sane(self, hotel: Sketched, group: Group, desk: Desk) -> list[int]:
        if (bounds := self._bounds.get(hotel.currency)) is None:
            bounds = self._bounds[hotel.currency] = sanity.bounds(hotel.currency, nights=self._nights)
        least, most = bounds
        sketches = hotel.sketches
        found = groups.places(sketches, group)
        sane = [place for place in found if least <= _of_a_room(sketches[place]) <= most]
        self._left_out.absurd[desk.place.supplier] += len(found) - len(sane)
        return sane

    def _cheapest(self, hotel: Sketched, group: Group, desk: Desk) -> tuple[Entry, ...]:
        if len(group.rooms) == 1:
            return self._of_one_room(hotel, group, desk)
        return self._of_several_rooms(hotel, group, desk)

    def _of_one_room(self, hotel: Sketched, group: Group, desk: Desk) -> tuple[Entry, ...]:
        """Of each board the cheapest, and the cheapest that can be cancelled free."""
        cells: dict[tuple[str, bool], Entry] = {}
        for position in self._candidates(hotel, group, desk):
            entry = self._entry(hotel, position, group, desk)
            if entry is not None:
                cell = entry.board, entry.free
                held = cells.get(cell)
                if held is None or entry < held:
                    cells[cell] = entry
        return tuple(sorted(cells.values()))

    def _candidates(self, hotel: Sketched, group: Group, desk: Desk) -> Iterable[int]:
        """Without those that another is no dearer than, here and at the property, and no harder to cancel: where a
        desk's totals grow with the net they are no board's cheapest."""
        now, sketches = self._now, hotel.sketches
        found = self._sane(hotel, group, desk)
        best: dict[_Kind, tuple[Decimal, int]] = {}
        for position in found:
            one = sketches[position]
            mandated = one.mandated
            free = one.free_until is not None and one.free_until > now
            kind = one.board_code, mandated is not None, free, self._due(one.at_property)
            price = one.net if mandated is None else mandated
            held = best.get(kind)
            if held is None or price < held[0]:
                best[kind] = price, position
        if not all(map(desk.grows, {board for board, _, _, _ in best})):
            return found
        return _undercut(best)

    def _of_several_rooms(self, hotel: Sketched, group: Group, desk: Desk) -> tuple[Entry, ...]:
        """As many of the cheapest as can be combined: one rate may have fewer rooms left than are asked."""
        cells: dict[tuple[str, bool, bool], list[Entry]] = {}
        dearest: dict[tuple[str, bool], int] = {}
        sketches = hotel.sketches
        for position in sorted(self._sane(hotel, group, desk), key=lambda place: sketches[place].net):
            one = sketches[position]
            whole = one.rooms == len(group.rooms)
            cell = cells.setdefault((one.board_code, self._is_free(one), whole), [])
            wanted = 1 if whole else len(group.rooms)
            plain = one.mandated is None and desk.grows(one.board_code)
            enough = sum(entry.times for entry in cell) >= wanted
            if plain and enough and cell[-1].grand <= dearest.get((one.board_code, whole), 0):
                continue
            entry = self._entry(hotel, position, group, desk)
            if entry is None:
                continue
            if plain:
                kind = one.board_code, whole
                dearest[kind] = max(dearest.get(kind, 0), entry.total)
            cell.append(entry)
            cell.sort()
            _trim(cell, wanted)
        return tuple(sorted(entry for cell in cells.values() for entry in cell))

    def _due(self, amounts: tuple[Money, ...]) -> int:
        """Told once for all rates that share the amounts: they are kept as one value."""
        if not amounts:
            return 0
        known = self._dues.get(id(amounts))
        if known is None or known[0] is not amounts:
            known = self._dues[id(amounts)] = amounts, pricing.due(amounts, tariff=self._tariff)
        return known[1]

    def _is_free(self, one: Sketch) -> bool:
        return one.free_until is not None and one.free_until > self._now

    def _entry(self, hotel: Sketched, position: int, group: Group, desk: Desk) -> Entry | None:
        one = hotel.sketches[position]
        try:
            total = pricing.sketched_total(one, hotel.currency, desk=desk)
        except InvalidInput:  # of a rule's amounts
            self._left_out.without_rate[self._tariff.currency] += 1
            return None
        return Entry(
            grand=total + self._due(one.at_property),
            total=total,
            position=position,
            board=one.board_code,
            free=self._is_free(one),
            whole_group=one.rooms == len(group.rooms),
            times=groups.times(one, group),
            rooms=len(group.rooms),
        )


_Kind = tuple[str, bool, bool, int]
"""Board, whether the supplier sets the price, whether it can be cancelled free, what is due at the property."""


def _undercut(best: Mapping[_Kind, tuple[Decimal, int]]) -> Iterator[int]:
    """Positions of those that none of the same board, with a price of ours or the supplier's alike, outdoes."""
    kept: dict[tuple[str, bool], list[tuple[Decimal, int]]] = {}
    # Those that are free to cancel come first, then who asks least at the property.
    for kind, (price, position) in sorted(best.items(), key=_by_kind):
        board, mandated, _, due = kind
        others = kept.setdefault((board, mandated), [])
        if not any(other <= price and asked <= due for other, asked in others):
            others.append((price, due))
            yield position


def _by_kind(found: tuple[_Kind, tuple[Decimal, int]]) -> tuple[bool, int]:
    _, _, free, due = found[0]
    return not free, due


def _of_a_room(one: Sketch) -> Decimal:
    return one.net if one.rooms == 1 else one.net / one.rooms


def _trim(cell: list[Entry], wanted: int) -> None:
    """Keep the cheapest that can make `wanted` covers."""
    held = 0
    for position, entry in enumerate(cell):
        held += entry.times
        if held >= wanted:
            del cell[position + 1 :]
            return


def _covered(entries: tuple[Entry, ...], group: Group) -> bool:
    singles = sum(entry.times for entry in entries if not entry.whole_group)
    return singles >= len(group.rooms) or any(entry.whole_group for entry in entries)
