"""POST /hotels: what is on sale (REFERENCE 4)."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

from aiohttp import web

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking import places, requests
from suppliers.simulators.hotelbeds.booking.rates import UNMOVED, Conditions, Rate
from suppliers.simulators.hotelbeds.booking.requests import AvailabilityRequest, Filter
from suppliers.simulators.hotelbeds.booking.stay import Occupancy, Stay
from suppliers.simulators.hotelbeds.booking.world import WORLD, World, drawn
from suppliers.simulators.hotelbeds.catalogue import Hotel
from suppliers.simulators.hotelbeds.wire import Rendered, encode, money

_BATCH = 25
"""Hotels worked out between two looks at other connections."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Query:
    """All that a hotel's part of the answer depends on, beside the hotel, the moment and the rooms taken."""

    stay: Stay
    shift_days: int
    only_shift: bool
    occupancies: tuple[Occupancy, ...]
    conditions: Conditions
    boards: tuple[bool, frozenset[str]] | None
    rooms: tuple[bool, frozenset[str]] | None
    least: int
    most: int | None
    max_rooms: int | None
    max_rates: int | None
    contract: str | None
    packages_only: bool
    pay_at_hotel_only: bool
    daily: bool
    language: str
    with_keywords: bool
    with_reviews: bool

    def wants(self, rate: Rate) -> bool:
        plan = rate.plan
        return (
            _listed(self.boards, plan.board)
            and _listed(self.rooms, plan.room.code)
            and self.least <= rate.price.net
            and (self.most is None or rate.price.net <= self.most)
            and (self.contract is None or plan.contract == self.contract)
            and (not self.packages_only or plan.packaging)
        )


async def availability(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    body = await request.read()
    faults = drawn(request)
    key = (blake2b(body).digest(), *_moment(world), world.state.allotment_version)
    kept = None if faults else world.kept.body(key)
    if kept is not None:
        return kept.response(request)
    asked = requests.decode(body, AvailabilityRequest)
    factor = round(UNMOVED * faults.price_factor)
    query = _query(world, asked, factor=factor, hardened=faults.get("policy_change") is not None)
    codes = [] if faults.get("sold_out") else places.candidates(asked, world.catalogue, world.settings)
    limit = asked.filter.max_hotels if asked.filter else None
    found = await _search(world, query, codes, places.HotelFilter(asked), limit=limit)
    rendered = Rendered(_opening(world, query.stay, found))
    if not faults:
        world.kept.keep_body(key, rendered)
    return rendered.response(request)


def _query(world: World, asked: AvailabilityRequest, *, factor: int, hardened: bool) -> Query:
    rules = world.rules
    stay = rules.stay(asked.stay, world.clock.spanish_today())
    occupancies = rules.occupancies(asked.occupancies)
    rules.filters(asked)
    limits = asked.filter or Filter()
    conditions = Conditions(
        market=(asked.source_market or "").upper(),
        factor=factor,
        hardened=hardened,
        packaging=bool(limits.packaging) or limits.hotel_package in ("YES", "BOTH"),
    )
    return Query(
        stay=stay,
        shift_days=asked.stay.shift_days or 0,
        only_shift=asked.stay.allow_only_shift,
        occupancies=occupancies,
        conditions=conditions,
        boards=(asked.boards.included, frozenset(asked.boards.board)) if asked.boards else None,
        rooms=(asked.rooms.included, frozenset(asked.rooms.room)) if asked.rooms else None,
        least=round((limits.min_rate or 0) * 100),
        most=None if limits.max_rate is None else round(limits.max_rate * 100),
        max_rooms=limits.max_rooms,
        max_rates=limits.max_rates_per_room,
        contract=limits.contract if asked.aif_use else None,
        packages_only=limits.hotel_package == "YES",
        pay_at_hotel_only=limits.payment_type == "AT_HOTEL",
        daily=asked.daily_rate,
        language=asked.language or "ENG",
        with_keywords=asked.keywords is not None,
        with_reviews=bool(asked.reviews),
    )


async def _search(
    world: World, query: Query, codes: list[int], wanted: places.HotelFilter, *, limit: int | None
) -> list[bytes]:
    kept = world.kept.hotels((query, *_moment(world)))
    found: list[bytes] = []
    worked_out = 0
    for code in codes:
        sold = world.rates.plans.of(code)
        if sold is None or not wanted.lets_through(sold[0]):
            continue
        version = world.state.hotel_version(code)
        known = kept.get(code)
        if known is None or known[0] != version:
            shown = _hotel(world, query, sold[0])
            known = kept[code] = (version, encode(shown) if shown else None)
            worked_out += 1
            if worked_out % _BATCH == 0:
                await asyncio.sleep(0)
        if known[1] is not None:
            found.append(known[1])
            if limit is not None and len(found) == limit:
                break
    return found


def _hotel(world: World, query: Query, hotel: Hotel) -> Row | None:
    """None when one of the occupancies finds no rate: the hotel is then not sellable for this party."""
    if query.pay_at_hotel_only:
        return None
    rows: dict[str, list[tuple[int, Row]]] = {}
    names: dict[str, str] = {}
    prices: list[int] = []
    for occupancy in query.occupancies:
        found = list(_rows(world, query, hotel, occupancy))
        if not found:
            return None
        for rate, nets, row in found:
            code = rate.plan.room.code
            rows.setdefault(code, []).append((min(nets), row))
            names.setdefault(code, world.views.room_name(rate, query.language))
            prices.extend(nets)
    shown = world.views.hotel(hotel, query.language)
    if chance.unit("deal", hotel.code) < 0.2:
        shown["exclusiveDeal"] = 1 + int(chance.unit("deal kind", hotel.code) * 3)
    if query.with_keywords:
        shown["keywords"] = [{"code": code} for code in places.keywords(hotel)]
    if query.with_reviews:
        shown["reviews"] = places.reviews(hotel)
    shown["rooms"] = [
        {"code": code, "name": names[code], "rates": rates} for code, rates in _cut(rows, query)
    ]
    shown["minRate"] = money(min(prices))
    shown["maxRate"] = money(max(prices))
    shown["currency"] = world.settings.currency
    return shown


def _rows(
    world: World, query: Query, hotel: Hotel, occupancy: Occupancy
) -> Iterator[tuple[Rate, list[int], Row]]:
    """Rate rows of one occupancy with the prices in them. With shiftDays a row may hold other stays only."""
    views = world.views
    rates = world.rates.of_hotel(hotel.code, query.stay, occupancy, query.conditions)
    asked = {rate.plan.number: rate for rate in rates if query.wants(rate)}
    shifts = _shifts(world, query, hotel, occupancy) if query.shift_days else {}
    for number, rate in asked.items():
        row = views.available(rate, language=query.language, daily=query.daily)
        nets = [rate.price.net]
        if number in shifts:
            row["shiftRates"] = [views.shift(shift) for shift in shifts[number]]
        yield rate, nets, row
    for number, found in shifts.items():
        if number not in asked and query.only_shift:
            row = views.bare(found[0], query.language)
            row["shiftRates"] = [views.shift(shift) for shift in found]
            yield found[0], [shift.price.net for shift in found], row


def _shifts(world: World, query: Query, hotel: Hotel, occupancy: Occupancy) -> dict[int, list[Rate]]:
    """Plan number -> its rates on the days before and after, never in the past."""
    today = world.clock.spanish_today()
    found: dict[int, list[Rate]] = {}
    for days in _around(query.shift_days):
        stay = query.stay.shifted(days)
        if stay.check_in < today:
            continue
        for rate in world.rates.of_hotel(hotel.code, stay, occupancy, query.conditions):
            if query.wants(rate):
                found.setdefault(rate.plan.number, []).append(rate)
    return found


def _around(days: int) -> Iterable[int]:
    return (day for day in range(-days, days + 1) if day)


def _cut(rows: dict[str, list[tuple[int, Row]]], query: Query) -> list[tuple[str, list[Row]]]:
    """Cheapest first, within the limits asked for."""
    ordered = [(code, sorted(rates, key=lambda rate: rate[0])) for code, rates in rows.items()]
    ordered.sort(key=lambda room: room[1][0][0])
    return [
        (code, [row for _, row in rates[: query.max_rates]]) for code, rates in ordered[: query.max_rooms]
    ]


def _listed(chosen: tuple[bool, frozenset[str]] | None, code: str) -> bool:
    if chosen is None:
        return True
    included, codes = chosen
    return (code in codes) is included


def _moment(world: World) -> tuple[object, ...]:
    """Prices of one epoch; and no kept rateKey older than a thirtieth of its life."""
    slot = max(1, world.settings.rate_key_ttl // 30)
    return (*world.rates.generation(), int(world.clock.timestamp() // slot))


def _opening(world: World, stay: Stay, hotels: list[bytes]) -> bytes:
    if not hotels:
        empty: Row = {"hotels": [], "total": 0} if world.settings.empty_hotels_key else {"total": 0}
        return b'{"hotels":' + encode(empty)
    dates = f'"checkIn":"{_day(stay.check_in)}","total":{len(hotels)},"checkOut":"{_day(stay.check_out)}"'
    return b'{"hotels":{"hotels":[' + b",".join(hotels) + b"]," + dates.encode() + b"}"


def _day(day: date) -> str:
    return day.isoformat()
