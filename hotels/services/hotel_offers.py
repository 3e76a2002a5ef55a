"""Every rate of one hotel of a search, no older than a rate key safely lives."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from faredown.lib.errors import InvalidInput, NotFound
from faredown.lib.money import Money
from hotels import folding
from hotels.models import Hotel, HotelRoom, Term
from hotels.pricing import engine
from hotels.pricing.engine import Price
from hotels.selectors import hotel_details, hotels, vocabulary
from hotels.selectors.hotel_details import Facility
from hotels.selectors.images import Image
from hotels.services import cancellation, fan_out, groups, offers, sanity
from hotels.services.answers import Answer
from hotels.services.availability import State
from hotels.services.cancellation import Cancellation
from hotels.services.fan_out import Job, Record
from hotels.services.groups import Group
from hotels.services.offers import Offer
from suppliers.types import Rate

COMBINATIONS = 10
_CHOICES = 12
"""Cheapest ways per group of rooms from which whole stays are put together."""


class OfferDetail(msgspec.Struct, frozen=True, kw_only=True):
    offer: Offer
    board: str
    room: str
    cancellation: Cancellation
    per_night: Money

    @property
    def price_final(self) -> bool:
        return not self.offer.rate.needs_check


class RoomOffers(msgspec.Struct, frozen=True, kw_only=True):
    """Offers of one kind of room, cheapest first."""

    code: str
    name: str
    images: tuple[Image, ...]
    facilities: tuple[Facility, ...]
    max_pax: int | None
    offers: tuple[OfferDetail, ...]


class Combination(msgspec.Struct, frozen=True):
    """Offers of one supplier that together cover every asked room once."""

    offer_ids: tuple[str, ...]
    total: Money
    price: Price


class HotelOffers(msgspec.Struct, frozen=True, kw_only=True):
    """`complete` False: a supplier is still being asked, come again. `asked_at`: the oldest answer shown."""

    record: Record
    hotel: Hotel
    complete: bool
    asked_at: datetime | None
    rooms: tuple[RoomOffers, ...]
    combinations: tuple[Combination, ...]


def of(record: Record, hotel_public_id: str) -> HotelOffers:
    """Asks afresh, and waits at most `search_wait_seconds`, where what is known is too old to be booked. Raises
    NotFound for a hotel the search did not ask for."""
    hotel = hotels.get(hotel_public_id)
    parts = list(_parts(record, hotel.pk))
    if not parts:
        raise NotFound("hotel_not_in_search", "The hotel is not part of this search.")
    stale = [job for job, supplier, number, code in parts if _fresh(record, job, number) is None]
    if stale:
        fan_out.dispatch(record, stale)
        fan_out.wait(record, stale)
    pending = any(outcome.state is State.WAITING for outcome in fan_out.outcomes(record, stale).values())
    found = [
        (supplier, answer, code)
        for job, supplier, number, code in parts
        if (answer := _fresh(record, job, number))
    ]
    made = [
        offer
        for supplier, answer, code in found
        for offer in _offers(record, hotel, supplier, answer.rates(code))
    ]
    return HotelOffers(
        record=record,
        hotel=hotel,
        complete=not pending,
        asked_at=min((answer.asked_at for _, answer, _ in found), default=None),
        rooms=_rooms(record, hotel, made),
        combinations=tuple(_combinations(record, made)),
    )


def _parts(record: Record, key: int) -> Iterator[tuple[Job, str, int, str]]:
    for number, batch in enumerate(record.batches):
        if key in batch.hotels:
            code = batch.codes[batch.hotels.index(key)]
            yield fan_out.hotel_job(batch.supplier, code), batch.supplier, number, code


def _fresh(record: Record, job: Job, number: int) -> Answer | None:
    """The newest answer about the hotel that is young enough to be booked from."""
    known = fan_out.answers(record, [job, Job(job.supplier, str(number))]).values()
    newest = max(known, key=lambda answer: answer.asked_at, default=None)
    if newest is None or newest.age() >= fan_out.fresh_life(job.supplier):
        return None
    return newest


def _offers(record: Record, hotel: Hotel, supplier: str, rates: Sequence[Rate]) -> Iterator[Offer]:
    """Nothing where some asked room cannot be had; what `sanity` leaves out of lists is left out here."""
    nights = record.criteria.nights
    sane = [rate for rate in rates if sanity.is_sane(rate.net, rooms=rate.rooms, nights=nights)]
    asked = groups.of(record.criteria.rooms)
    if not all(groups.places(sane, group) for group in asked):
        return
    tariff = offers.tariff(record)
    for group in asked:
        for rate in groups.sellable(sane, group):
            for rooms in groups.covers(rate, group):
                try:
                    yield offers.make(record, hotel, supplier, rate, rooms, tariff=tariff)
                except InvalidInput:
                    continue


def _rooms(record: Record, hotel: Hotel, made: Iterable[Offer]) -> tuple[RoomOffers, ...]:
    language = record.criteria.language
    words = vocabulary.words(language)
    boards, facilities = words[Term.Kind.BOARD], words[Term.Kind.FACILITY]
    rows = {row.code: row for row in HotelRoom.objects.filter(hotel=hotel)}
    by_room: dict[str, list[Offer]] = {}
    kinds: dict[str, tuple[str, str]] = {}
    for offer in made:
        by_room.setdefault(_kind_of_room(offer, kinds), []).append(offer)
    rooms = [
        RoomOffers(
            code=code,
            name=_room_name(rows.get(code), found[0], language),
            images=hotels.room_images(hotel, code),
            facilities=hotel_details.room_facilities(rows.get(code), hotel, labels=facilities),
            max_pax=rows[code].max_pax if code in rows else None,
            offers=tuple(_details(record, hotel, found, rows, boards)),
        )
        for code, found in by_room.items()
    ]
    return tuple(sorted(rooms, key=lambda room: (_least(room), room.code)))


def _kind_of_room(offer: Offer, kinds: dict[str, tuple[str, str]]) -> str:
    """Suppliers number rooms each in their own way: of two that call a room the same, the first one's code stands for
    both, so that the better offer is seen first. One supplier's rooms stay apart, whatever it calls them."""
    rate = offer.rate
    supplier, code = kinds.setdefault(folding.fold(rate.room_name), (offer.supplier, rate.room_code))
    return code if supplier != offer.supplier and rate.room_name else rate.room_code


def _details(
    record: Record, hotel: Hotel, found: list[Offer], rows: Mapping[str, HotelRoom], boards: Mapping[str, str]
) -> Iterator[OfferDetail]:
    for offer in sorted(found, key=lambda offer: (offer.price.grand_total.amount, offer.for_rooms, offer.id)):
        yield OfferDetail(
            offer=offer,
            board=boards.get(offer.rate.board_code, offer.rate.board_name),
            room=_room_name(rows.get(offer.rate.room_code), offer, record.criteria.language),
            cancellation=cancellation.of([offer], timezone=hotel.timezone),
            per_night=offer.price.average_night(record.criteria.nights),
        )


def _room_name(row: HotelRoom | None, offer: Offer, language: str) -> str:
    return (
        (row.name_in(language) if row and row.names else "") or offer.rate.room_name or offer.rate.room_code
    )


def _least(room: RoomOffers) -> Decimal:
    return min(detail.offer.price.grand_total.amount for detail in room.offers)


def _combinations(record: Record, made: Iterable[Offer]) -> list[Combination]:
    """The cheapest whole stays of any supplier, cheapest first."""
    by_supplier: dict[str, list[Offer]] = {}
    for offer in made:
        by_supplier.setdefault(offer.supplier, []).append(offer)
    asked = groups.of(record.criteria.rooms)
    stays = (
        stay for found in by_supplier.values() for stay in _stays([_ways(found, group) for group in asked])
    )
    whole = [_combined(stay) for stay in stays]
    return sorted(whole, key=lambda one: (one.total.amount, one.offer_ids))[:COMBINATIONS]


def _ways(found: Iterable[Offer], group: Group) -> list[tuple[Offer, ...]]:
    """Ways to have every room of a group, cheapest first: one offer for all of them, or one each of the same rate, or
    the cheapest each."""
    by_room: dict[int, list[Offer]] = {room: [] for room in group.rooms}
    ways: list[tuple[Offer, ...]] = []
    for offer in found:
        if offer.for_rooms == group.rooms:
            ways.append((offer,))
        elif len(offer.for_rooms) == 1 and offer.for_rooms[0] in by_room:
            by_room[offer.for_rooms[0]].append(offer)
    ways += _room_by_room(by_room, group)
    return sorted(ways, key=lambda way: (_total(way), [offer.id for offer in way]))[:_CHOICES]


def _room_by_room(by_room: Mapping[int, list[Offer]], group: Group) -> list[tuple[Offer, ...]]:
    if len(group.rooms) < 2 or not all(by_room.values()):
        return []
    mixed, used = [], dict[str, int]()
    for room in group.rooms:
        for offer in sorted(by_room[room], key=lambda offer: offer.price.grand_total.amount):
            key = offer.rate.rate_key
            if used.get(key, 0) < groups.times(offer.rate, group):
                used[key] = used.get(key, 0) + 1
                mixed.append(offer)
                break
    same: dict[str, list[Offer]] = {}
    for offer in (offer for room in group.rooms for offer in by_room[room]):
        if groups.times(offer.rate, group) >= len(group.rooms):
            same.setdefault(offer.rate.rate_key, []).append(offer)
    ways = {tuple(offer.id for offer in way): tuple(way) for way in (mixed, *same.values())}
    return [way for way in ways.values() if len(way) == len(group.rooms)]


def _stays(ways: list[list[tuple[Offer, ...]]]) -> Iterator[tuple[Offer, ...]]:
    """The cheapest whole stays: one way of each group, walked from the cheapest corner outwards."""
    if not all(ways):
        return
    start = (0,) * len(ways)
    queue, seen = [(sum(_total(way[0]) for way in ways), start)], {start}
    for _ in range(COMBINATIONS):
        if not queue:
            return
        _, chosen = heapq.heappop(queue)
        yield tuple(offer for way, index in zip(ways, chosen, strict=True) for offer in way[index])
        for group, index in enumerate(chosen):
            following = (*chosen[:group], index + 1, *chosen[group + 1 :])
            if index + 1 < len(ways[group]) and following not in seen:
                seen.add(following)
                total = sum(_total(ways[number][place]) for number, place in enumerate(following))
                heapq.heappush(queue, (total, following))


def _total(way: Iterable[Offer]) -> Decimal:
    return sum((offer.price.grand_total.amount for offer in way), Decimal(0))


def _combined(stay: tuple[Offer, ...]) -> Combination:
    ordered = sorted(stay, key=lambda offer: offer.for_rooms)
    price = engine.together([offer.price for offer in ordered])
    return Combination(tuple(offer.id for offer in ordered), price.grand_total, price)
