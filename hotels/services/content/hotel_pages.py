"""A page of a supplier's hotels into the catalogue: only hotels that changed are written, each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from django.db import connection
from django.db.models import Model

from faredown.lib import clock
from hotels.models import DestinationCode, HotelCode, HotelFacility, HotelRoom, HotelText, SyncRun, Term, Zone
from hotels.services.content import hotel_rows, merging
from hotels.services.content.hotel_rows import HotelRows, Known
from hotels.services.content.merging import Shape
from hotels.services.content.tally import Tally
from suppliers.types import ContentHotel

HOTEL = Shape(
    table="hotels_hotel",
    columns=hotel_rows.COLUMNS,
    key=("id",),
    kept=hotel_rows.KEPT,
    compared=("content_hash", "status"),
)
HOTEL_CODE = Shape(
    table="hotels_hotelcode",
    columns=("supplier", "code", "hotel_id"),
    key=("supplier", "code"),
    compared=("hotel_id",),
)
SEEN = Shape(table="hotels_syncseen", columns=("run_id", "code"), key=("run_id", "code"), compared=())

_CHILDREN = {
    HotelText: ("hotels_hoteltext", ("hotel_id", "language", "name", "description")),
    HotelRoom: (
        "hotels_hotelroom",
        ("hotel_id", "code", "names", "min_pax", "max_pax", "max_adults", "max_children"),
    ),
    HotelFacility: (
        "hotels_hotelfacility",
        ("hotel_id", "facility_id", "available", "fee", "number", "distance", "amount", "currency"),
    ),
}


class _Held(msgspec.Struct, frozen=True):
    hotel: int
    content_hash: str
    status: str


def known(supplier: str) -> Known:
    """What hotels of the supplier may refer to; read once for many pages."""
    terms = Term.objects.filter(supplier=supplier).values_list("kind", "code", "pk", "stars")
    rooms = Term.objects.filter(supplier=supplier, kind=Term.Kind.ROOM).values_list("code", "names")
    codes = DestinationCode.objects.filter(supplier=supplier)
    places = codes.values_list("code", "destination_id", "destination__country_id")
    return Known(
        destinations={code: (key, country) for code, key, country in places},
        zones={
            (place, code): key
            for place, code, key in Zone.objects.values_list("destination_id", "code", "pk")
        },
        terms={(kind, code): (key, stars) for kind, code, key, stars in terms if kind != Term.Kind.ROOM},
        room_names=dict(rooms),
    )


def rows(items: Iterable[ContentHotel], known: Known, tally: Tally) -> list[HotelRows]:
    """Mapped outside any transaction; of a code that comes twice the first counts."""
    found: dict[str, HotelRows] = {}
    for item in items:
        tally.seen += 1
        if item.code in found:
            tally.find("hotel_listed_twice", item.code)
            continue
        mapped = hotel_rows.of(item, known, tally)
        if mapped is not None:
            found[item.code] = mapped
    return list(found.values())


def merge(page: Sequence[HotelRows], *, run: SyncRun, listed: Iterable[str]) -> int:
    """How many hotels were new, changed or came back. Call it inside a transaction. `listed`: every code of the page,
    those we could not use too: a full run retires only what is not listed any more."""
    held = _held(run.supplier, [hotel.code for hotel in page])
    changed = [hotel for hotel in page if _differs(hotel, held.get(hotel.code))]
    new = [hotel.code for hotel in changed if hotel.code not in held]
    keys = {code: one.hotel for code, one in held.items()}
    keys |= dict(zip(new, merging.next_ids(HOTEL.table, len(new)), strict=True))
    now = clock.now()
    merging.merge(HOTEL, [hotel.row(keys[hotel.code], now) for hotel in changed])
    merging.merge(HOTEL_CODE, [(run.supplier, code, keys[code]) for code in new])
    _replace_children(changed, keys, existing=[keys[hotel.code] for hotel in changed if hotel.code in held])
    if run.kind == SyncRun.Kind.FULL:
        merging.merge(SEEN, [(run.pk, code) for code in dict.fromkeys(listed)])
    return len(changed)


def _held(supplier: str, codes: Sequence[str]) -> dict[str, _Held]:
    rows = HotelCode.objects.filter(supplier=supplier, code__in=codes)
    facts = rows.values_list("code", "hotel_id", "hotel__content_hash", "hotel__status")
    return {code: _Held(hotel, hashed, status) for code, hotel, hashed, status in facts}


def _differs(hotel: HotelRows, held: _Held | None) -> bool:
    return held is None or held.content_hash != hotel.content_hash or held.status != "live"


def _replace_children(changed: Sequence[HotelRows], keys: dict[str, int], *, existing: list[int]) -> None:
    for model in _CHILDREN:
        if existing:
            model._default_manager.filter(hotel__in=existing).delete()
    with connection.cursor() as cursor:
        for model, (table, columns) in _CHILDREN.items():
            children = ((keys[hotel.code], *row) for hotel in changed for row in _rows_of(hotel, model))
            merging.copy(cursor, table, columns, children)


def _rows_of(hotel: HotelRows, model: type[Model]) -> Sequence[merging.Row]:
    return {HotelText: hotel.texts, HotelRoom: hotel.rooms, HotelFacility: hotel.facilities}[model]
