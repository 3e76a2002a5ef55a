"""The least that stays cost by their day of check-in: noted from what suppliers answered anyway, kept for a day.

Of every answer the cheapest stay of each hotel and the cheapest few of the whole place are kept as nets, in the cache
Redis, which may forget them. Prices are made from them with the rules of whoever reads (hotels.services.calendars).
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
import structlog
from redis.exceptions import RedisError

from faredown.lib import clock, redis
from faredown.lib.money import Money
from hotels import conf
from hotels.criteria import Criteria
from hotels.services import shelf
from hotels.services.answers import Answer, Sketched
from suppliers.types import Occupancy, Sketch

log = structlog.get_logger(__name__)

SCHEMA = 1
"""Part of every key: raise it when the shape of what is stored changes."""
NOTED_HOTELS = 300
"""Of one answer, the best ranked: a note of one hotel takes some 150 bytes."""
NOTED_OF_PLACE = 5
"""With other rules, another one of them may be the cheapest."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A rate of a stay, as a price is made from it. Amounts are of the whole rate."""

    net: Money
    board: str
    rooms: int
    mandated: Money | None
    due: tuple[Money, ...]
    """Paid at the property."""


class LeastStay(msgspec.Struct, frozen=True, array_like=True):
    """Every asked room of one hotel of a supplier, cheaply."""

    code: str
    parts: tuple[Part, ...]


class Note(msgspec.Struct, frozen=True, array_like=True):
    """What one answer said of a day; no stay: nothing is free. Not `exact`: told beside another day's answer, where
    suppliers leave out what is paid at the property on that day."""

    supplier: str
    asked_at: datetime
    exact: bool
    stays: tuple[LeastStay, ...]


class Kind(msgspec.Struct, frozen=True):
    """What notes are alike in, beside their place."""

    nights: int
    rooms: tuple[Occupancy, ...]
    residency: str = ""

    @classmethod
    def of(cls, nights: int, rooms: Sequence[Occupancy], residency: str) -> Kind:
        return cls(nights, tuple(sorted(room.normal() for room in rooms)), residency)


_decoder = msgspec.msgpack.Decoder(Note)
_encoder = msgspec.msgpack.Encoder()


def hotel_scope(supplier: str, code: str) -> str:
    return f"{supplier}:{code}"


def note_answer(asked: Criteria, answer: Answer, codes: Sequence[str], *, part: str) -> None:
    """`codes` are the hotels the supplier was asked about, best ranked first; one without a rate has nothing free. Of a
    whole place `part` tells its questions apart; it is empty where only a hotel was asked for."""
    kind = Kind.of(asked.nights, asked.rooms, asked.residency)
    place = asked.destination_id if part else ""
    day, supplier, asked_at = asked.check_in, answer.supplier, answer.asked_at
    stays: list[tuple[Decimal, LeastStay]] = []
    notes: list[tuple[str, str, Note]] = []
    for number, code in enumerate(codes):
        told = answer.sketched(code)
        found = list(_least(kind, code, told)) if told else []
        stays += found
        if number < NOTED_HOTELS:
            key = _key(hotel_scope(supplier, code), kind, day)
            notes.append((key, _field(day, ""), _note(supplier, asked_at, found)))
    if place:
        cheapest = heapq.nsmallest(NOTED_OF_PLACE, stays, key=lambda one: (one[0], one[1].code))
        field = _field(day, f"{supplier}/{part}")
        notes.append((_key(place, kind, day), field, _note(supplier, asked_at, cheapest)))
    _keep(notes)


def note_days(
    kind: Kind,
    days: Mapping[date, Sketched | None],
    *,
    supplier: str,
    code: str,
    asked_at: datetime,
    exact: date,
) -> None:
    """What a question about one hotel told of the days around `exact`."""
    scope = hotel_scope(supplier, code)
    _keep(
        (
            _key(scope, kind, day),
            _field(day, ""),
            _note(supplier, asked_at, _least(kind, code, told) if told else (), exact=day == exact),
        )
        for day, told in days.items()
    )


def read(scopes: Sequence[str], kind: Kind, days: Sequence[date]) -> dict[date, list[Note]]:
    """What is known of the days, of all scopes together. Nothing where Redis is away."""
    months = sorted({(day.year, day.month): day for day in days}.values())
    keys = [_key(scope, kind, month) for scope in scopes for month in months]
    if shelf.cache.is_away():
        return {}
    try:
        with redis.cache().pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.hgetall(key)
            stored = pipe.execute()
    except RedisError:
        return {}
    wanted = {f"{day:%Y%m%d}": day for day in days}
    oldest = clock.now() - timedelta(seconds=conf.day_price_seconds())
    found: dict[date, list[Note]] = {}
    for field, packed in (item for one in stored for item in one.items()):
        day = wanted.get(field.decode().partition("/")[0])
        if day is not None and (note := _decoder.decode(packed)).asked_at > oldest:
            found.setdefault(day, []).append(note)
    return found


def _note(
    supplier: str, asked_at: datetime, stays: Iterable[tuple[Decimal, LeastStay]], *, exact: bool = True
) -> Note:
    return Note(supplier, asked_at, exact, tuple(stay for _, stay in stays))


def _least(kind: Kind, code: str, told: Sketched) -> Iterator[tuple[Decimal, LeastStay]]:
    """The cheapest stay; where a supplier sets prices, of those and of ours apart: ours are over their nets."""
    own = [sketch for sketch in told.sketches if sketch.mandated is None]
    mandated = [sketch for sketch in told.sketches if sketch.mandated is not None]
    seen = set()
    for sketches in (own, mandated, told.sketches) if mandated else (own,):
        chosen = _cover(kind, told.currency, sketches)
        if (
            chosen
            and (stay := LeastStay(code, tuple(_part(told.currency, one) for one in chosen))) not in seen
        ):
            seen.add(stay)
            yield sum((_cost(told.currency, one) for one in chosen), Decimal(0)), stay


def _cover(kind: Kind, currency: str, sketches: Sequence[Sketch]) -> list[Sketch] | None:
    """Rates that together cover every asked room; None where they cannot."""
    chosen: list[Sketch] = []
    for occupancy in dict.fromkeys(kind.rooms):
        rooms = kind.rooms.count(occupancy)
        fitting = sorted(
            (one for one in sketches if one.occupancy == occupancy and one.for_sale),
            key=lambda one: _cost(currency, one),
        )
        ways = [way for way in (_at_once(fitting, rooms), _one_by_one(fitting, rooms)) if way]
        if not ways:
            return None
        chosen += min(ways, key=lambda way: sum(_cost(currency, one) for one in way))
    return chosen


def _at_once(fitting: Iterable[Sketch], rooms: int) -> list[Sketch] | None:
    whole = (one for one in fitting if one.rooms == rooms and _left(one) >= rooms)
    return [one for one in [next(whole, None)] if one is not None]


def _one_by_one(fitting: Iterable[Sketch], rooms: int) -> list[Sketch] | None:
    taken: list[Sketch] = []
    for one in fitting:
        if one.rooms == 1 and len(taken) < rooms:
            taken += [one] * min(_left(one), rooms - len(taken))
    return taken if len(taken) == rooms else None


def _left(one: Sketch) -> int:
    return 1_000 if one.allotment is None else one.allotment


def _cost(currency: str, one: Sketch) -> Decimal:
    """For comparing rates of one hotel; what is due in another currency is seen when prices are made."""
    price = one.net if one.mandated is None else one.mandated
    return price + sum((due.amount for due in one.at_property if due.currency == currency), Decimal(0))


def _part(currency: str, one: Sketch) -> Part:
    mandated = None if one.mandated is None else Money.of(one.mandated, currency)
    return Part(Money.of(one.net, currency), one.board_code, one.rooms, mandated, one.at_property)


def _keep(notes: Iterable[tuple[str, str, Note]]) -> None:
    """Notes are a gift: without Redis there are none."""
    if shelf.cache.is_away():
        return
    try:
        with redis.cache().pipeline(transaction=False) as pipe:
            for key, field, note in notes:
                pipe.hset(key, field, _encoder.encode(note))
                pipe.expire(key, conf.day_price_seconds())
            pipe.execute()
    except RedisError as error:
        log.warning("day_prices_not_kept", error=type(error).__name__)


def _key(scope: str, kind: Kind, day: date) -> str:
    """One hash for a month."""
    digest = hashlib.blake2b(msgspec.msgpack.encode((scope, kind)), digest_size=12).hexdigest()
    return f"days:{SCHEMA}:{day:%Y%m}:{digest}"


def _field(day: date, part: str) -> str:
    return f"{day:%Y%m%d}/{part}"
