"""A page of a supplier's hotels into the catalogue: only hotels that changed are written, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec
from django.db import DataError, IntegrityError, connection, transaction

from faredown.lib import clock
from hotels.models import Destination, DestinationCode, Region, SyncRun, Term, Zone
from hotels.services.content import edit_rows, hotel_edits, hotel_rows, marks, merging
from hotels.services.content.hotel_rows import HotelRows, Known
from hotels.services.content.merging import Row, Shape
from hotels.services.content.tally import Tally
from suppliers.content_types import ContentHotel

HOTEL = Shape(
    table="hotels_hotel",
    columns=hotel_rows.COLUMNS,
    key=("id",),
    kept=hotel_rows.KEPT,
    compared=("content_hash", "status", "updated_at"),
)
HOTEL_CODE = Shape(
    table="hotels_hotelcode", columns=("supplier", "code", "hotel_id"), key=("supplier", "code")
)
_CHILDREN: tuple[tuple[str, tuple[str, ...], Callable[[HotelRows], list[Row]]], ...] = (
    ("hotels_hoteltext", ("hotel_id", *hotel_rows.TEXT_COLUMNS), lambda hotel: hotel.texts),
    ("hotels_hotelroom", ("hotel_id", *hotel_rows.ROOM_COLUMNS), lambda hotel: hotel.rooms),
    ("hotels_hotelfacility", ("hotel_id", *hotel_rows.FACILITY_COLUMNS), lambda hotel: hotel.facilities),
)

# What staff took off sale stays so, and is not what a listing brings back.
_HELD = """
SELECT ours.code, hotel.id, hotel.content_hash, hotel.status = 'live' OR EXISTS (
    SELECT 1 FROM hotels_contentedit AS edit WHERE edit.hotel_id = hotel.id AND edit.field = 'off_sale'
)
FROM hotels_hotelcode AS ours JOIN hotels_hotel AS hotel ON hotel.id = ours.hotel_id
WHERE ours.supplier = %s AND ours.code = ANY(%s)
"""


class _Held(msgspec.Struct, frozen=True):
    hotel: int
    content_hash: str
    is_settled: bool
    """Live, or retired by staff."""


_KEPT: dict[str, Known] = {}


def known(run: SyncRun) -> Known:
    """What hotels of the run may refer to. Read once a run and process: the stages that write it are over by then."""
    kept = _KEPT.get(run.public_id)
    if kept is None:
        kept = read_known(run.supplier)
        _KEPT.clear()
        _KEPT[run.public_id] = kept
    return kept


def read_known(supplier: str) -> Known:
    terms = Term.objects.filter(supplier=supplier).values_list("kind", "code", "pk", "stars")
    rooms = Term.objects.filter(supplier=supplier, kind=Term.Kind.ROOM).values_list("code", "names")
    places = DestinationCode.objects.filter(supplier=supplier)
    zones = Zone.objects.values_list("destination_id", "code", "pk")
    regions = Region.objects.values_list("country_id", "code", "pk")
    centres = Destination.objects.filter(latitude__isnull=False).values_list("pk", "latitude", "longitude")
    facts = places.values_list("code", "destination_id", "destination__country_id")
    return Known(
        destinations={code: (key, country) for code, key, country in facts},
        zones={(place, code): key for place, code, key in zones},
        terms={(kind, code): (key, stars) for kind, code, key, stars in terms.exclude(kind=Term.Kind.ROOM)},
        room_names=dict(rooms),
        regions={(country, code): key for country, code, key in regions},
        centres={key: (latitude or 0.0, longitude or 0.0) for key, latitude, longitude in centres},
    )


def rows(items: Iterable[ContentHotel], known: Known, tally: Tally) -> list[HotelRows]:
    """Mapped outside any transaction; of a code that comes twice the first counts."""
    found: dict[str, HotelRows] = {}
    for item in items:
        if item.code in found:
            tally.find("hotel_listed_twice", item.code)
            continue
        mapped = hotel_rows.of(item, known, tally)
        if mapped is not None:
            found[item.code] = mapped
    return list(found.values())


def meet(codes: Sequence[str], *, run: SyncRun, tally: Tally) -> int:
    """Codes of a listing, noted. A page that only says what earlier ones said is a finding."""
    _met(codes, run, tally)
    return 0


def merge(page: Sequence[HotelRows], *, run: SyncRun, listed: Sequence[str], tally: Tally) -> int:
    """How many hotels were new, changed or came back. Call it inside a transaction. `listed`: every code of the page,
    those we could not use too: what is listed is not gone. A hotel that an earlier page had already is the same."""
    met = _met(listed, run, tally)
    return write([hotel for hotel in page if hotel.code in met], supplier=run.supplier, tally=tally)


def _met(listed: Sequence[str], run: SyncRun, tally: Tally) -> set[str]:
    """Codes that no page of the run had before. What is read again on purpose is no finding."""
    met = marks.put(run, listed)
    if run.counts.get(run.stage, {}).get("again"):
        return met
    if listed and not met:
        tally.find("page_repeated", f"{run.stage} {run.position}")
    for code in dict.fromkeys(listed):
        if code not in met:
            tally.find("hotel_listed_twice", code)
    return met


def write(page: Sequence[HotelRows], *, supplier: str, tally: Tally) -> int:
    """All at once; where the database refuses that, one by one, so that what it refuses costs only itself."""
    try:
        with transaction.atomic():
            return _write(page, supplier)
    except (DataError, IntegrityError):
        return sum(_alone(hotel, supplier, tally) for hotel in page)


def _alone(hotel: HotelRows, supplier: str, tally: Tally) -> int:
    try:
        with transaction.atomic():
            return _write([hotel], supplier)
    except (DataError, IntegrityError) as error:
        tally.find("hotel_refused", f"{hotel.code} {error}")
        return 0


def _write(page: Sequence[HotelRows], supplier: str) -> int:
    held = _held(supplier, [hotel.code for hotel in page])
    new = [hotel for hotel in page if hotel.code not in held]
    changed = [hotel for hotel in page if hotel.code in held and _differs(hotel, held[hotel.code])]
    keys = {code: one.hotel for code, one in held.items()}
    keys |= zip((hotel.code for hotel in new), merging.next_ids(HOTEL.table, len(new)), strict=True)
    now = clock.now()
    merging.insert(HOTEL, [hotel.row(keys[hotel.code], now) for hotel in new])
    merging.insert(HOTEL_CODE, [(supplier, hotel.code, keys[hotel.code]) for hotel in new])
    changed = _edited(changed, keys)
    merging.merge(HOTEL, [hotel.row(keys[hotel.code], now) for hotel in changed])
    _write_children([*new, *changed], keys, existing=[keys[hotel.code] for hotel in changed])
    return len(new) + len(changed)


def _held(supplier: str, codes: Sequence[str]) -> dict[str, _Held]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [supplier, list(codes)])
        return {code: _Held(*facts) for code, *facts in cursor.fetchall()}


def _differs(hotel: HotelRows, held: _Held) -> bool:
    return held.content_hash != hotel.content_hash or not held.is_settled


def _edited(changed: Sequence[HotelRows], keys: dict[str, int]) -> list[HotelRows]:
    """With staff's values over the supplier's."""
    if not changed:
        return []
    kept = hotel_edits.of([keys[hotel.code] for hotel in changed])
    shown = [
        hotel_edits.overlay(hotel, kept[keys[hotel.code]]) if keys[hotel.code] in kept else hotel
        for hotel in changed
    ]
    edit_rows.keep([edit for made in kept.values() for edit in made])
    return shown


def _write_children(written: Sequence[HotelRows], keys: dict[str, int], *, existing: list[int]) -> None:
    with connection.cursor() as cursor:
        for table, columns, rows_of in _CHILDREN:
            if existing:
                cursor.execute(f"DELETE FROM {table} WHERE hotel_id = ANY(%s)", [existing])  # noqa: S608
            children = ((keys[hotel.code], *row) for hotel in written for row in rows_of(hotel))
            merging.copy(cursor, table, columns, children)
