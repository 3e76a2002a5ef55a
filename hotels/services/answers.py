"""What a supplier answered to one question, as it is kept: sketches of every rate for lists, and each hotel as the
supplier told it, from which whole rates are made for the few hotels that somebody looks at.

Hotels are kept compressed a few together: looking at one opens only its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from faredown.lib import clock
from faredown.lib.money import Money
from hotels.services import packing
from suppliers import registry
from suppliers.types import Availability, HotelRates, Occupancy, Rate, Sketch, StaySearch

T = TypeVar("T")

SCHEMA = 4
"""Part of every key: raise it when the shape of what is stored changes."""
_TOGETHER = 256
"""Hotels of one compressed part: enough to pack well, few enough to open one in half a millisecond."""


class Sketched(msgspec.Struct, frozen=True, gc=False):
    currency: str
    sketches: tuple[Sketch, ...]


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    """Sketches of all hotels, one after the other, field by field: it packs small and reads fast. What repeats lies in
    a table and its place is told. `counts` is per hotel; `rest` are rooms, allotment, mandated and for_sale."""

    counts: list[int]
    hotel_currencies: list[str]
    nets: list[str]
    boards: tuple[list[str], list[int]]
    occupancies: tuple[list[Occupancy], list[int]]
    free_until: tuple[list[datetime | None], list[int]]
    at_property: tuple[list[tuple[tuple[str, str], ...]], list[int]]
    rest: tuple[list[tuple[int, int | None, str | None, bool]], list[int]]


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    supplier: str
    stay: StaySearch
    asked_at: datetime
    codes: list[str]
    columns: bytes
    parts: list[bytes]


class Answer:
    """`stay` without its hotel codes. A hotel without a rate is not in it."""

    def __init__(self, supplier: str, stay: StaySearch, asked_at: datetime, codes: Sequence[str]) -> None:
        self.supplier = supplier
        self.stay = stay
        self.asked_at = asked_at
        self._places = {code: place for place, code in enumerate(codes)}
        self._hotels: Sequence[HotelRates] = ()
        self._stored: _Stored | None = None
        self._sketched: Sequence[Sketched] | None = None
        self._opened: dict[int, list[bytes]] = {}

    @classmethod
    def of(cls, supplier: str, stay: StaySearch, found: Availability, *, asked_at: datetime) -> Answer:
        hotels = {hotel.hotel_code: hotel for hotel in found.hotels if hotel.sketches}
        answer = cls(supplier, msgspec.structs.replace(stay, hotel_codes=()), asked_at, list(hotels))
        answer._hotels = tuple(hotels.values())
        answer._sketched = [Sketched(hotel.currency, hotel.sketches) for hotel in answer._hotels]
        return answer

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, code: str) -> bool:
        return code in self._places

    def age(self) -> timedelta:
        return clock.now() - self.asked_at

    def sketched(self, code: str) -> Sketched | None:
        place = self._places.get(code)
        if place is None:
            return None
        if self._sketched is None and self._stored is not None:
            self._sketched = list(_read(self._stored.columns))
        return (self._sketched or ())[place]

    def rates(self, code: str) -> tuple[Rate, ...]:
        """Whole, one for each sketch and in their order; none for a hotel it knows nothing of."""
        place = self._places.get(code)
        if place is None:
            return ()
        if self._stored is None:
            return self._hotels[place].rates
        packed = self._part(self._stored, place // _TOGETHER)[place % _TOGETHER]
        return registry.get(self.supplier).unpacked(packed, self.stay, asked_at=self.asked_at)

    def _part(self, stored: _Stored, number: int) -> list[bytes]:
        if number not in self._opened:
            self._opened[number] = packing.opened(stored.parts[number], _part_decoder)
        return self._opened[number]

    def stored(self) -> _Stored:
        if self._stored is not None:
            return self._stored
        packed = [hotel.source.packed() for hotel in self._hotels]
        parts = [packed[first : first + _TOGETHER] for first in range(0, len(packed), _TOGETHER)]
        return _Stored(
            supplier=self.supplier,
            stay=self.stay,
            asked_at=self.asked_at,
            codes=list(self._places),
            columns=packing.pack(_columns(self._hotels), level=packing.SMALL),
            parts=[packing.pack(part, level=packing.SMALL) for part in parts],
        )


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Stored)
_columns_decoder = msgspec.msgpack.Decoder(_Columns)
_part_decoder = msgspec.msgpack.Decoder(list[bytes])


def pack(answer: Answer) -> bytes:
    return _encoder.encode(answer.stored())


def unpack(stored: bytes | str | None) -> Answer | None:
    """None for what is not there. Nothing is opened before it is asked for."""
    if not isinstance(stored, bytes):
        return None
    found = _decoder.decode(stored)
    answer = Answer(found.supplier, found.stay, found.asked_at, found.codes)
    answer._stored = found
    return answer


class _Table(dict[T, int]):
    """Values and their places, in the order they are first met."""

    def __missing__(self, value: T) -> int:
        self[value] = place = len(self)
        return place

    def of(self, values: Iterable[T]) -> tuple[list[T], list[int]]:
        places = [self[value] for value in values]
        return list(self), places


def _columns(hotels: Sequence[HotelRates]) -> _Columns:
    sketches = [sketch for hotel in hotels for sketch in hotel.sketches]
    return _Columns(
        counts=[len(hotel.sketches) for hotel in hotels],
        hotel_currencies=[hotel.currency for hotel in hotels],
        nets=[str(one.net) for one in sketches],
        boards=_Table[str]().of(one.board_code for one in sketches),
        occupancies=_Table[Occupancy]().of(one.occupancy for one in sketches),
        free_until=_Table[datetime | None]().of(one.free_until for one in sketches),
        at_property=_Table[Any]().of(
            tuple([(str(due.amount), due.currency) for due in one.at_property]) for one in sketches
        ),
        rest=_Table[Any]().of(
            (
                one.rooms,
                one.allotment,
                one.mandated if one.mandated is None else str(one.mandated),
                one.for_sale,
            )
            for one in sketches
        ),
    )


def _read(packed: bytes) -> Iterator[Sketched]:
    columns = packing.opened(packed, _columns_decoder)
    charges = [tuple(Money.of(*due) for due in dues) for dues in columns.at_property[0]]
    rest = [
        (rooms, allotment, None if mandated is None else Decimal(mandated), for_sale)
        for rooms, allotment, mandated, for_sale in columns.rest[0]
    ]
    rooms, allotments, mandated, for_sale = (
        zip(*_taken(rest, columns.rest[1]), strict=True) if rest else ((),) * 4
    )
    made = list(
        map(
            Sketch,
            map(Decimal, columns.nets),
            _taken(*columns.boards),
            _taken(*columns.occupancies),
            rooms,
            allotments,
            _taken(*columns.free_until),
            mandated,
            _taken(charges, columns.at_property[1]),
            for_sale,
        )
    )
    first = 0
    for count, currency in zip(columns.counts, columns.hotel_currencies, strict=True):
        yield Sketched(currency, tuple(made[first : first + count]))
        first += count


def _taken(table: Sequence[T], places: Iterable[int]) -> Iterator[T]:
    return map(table.__getitem__, places)
