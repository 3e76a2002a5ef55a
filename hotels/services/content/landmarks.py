"""Airports, stations, ports and sights that hotels say they are near to, as places of their own.

A sight is what at least `LEAST_HOTELS` hotels of one destination name alike; a terminal is a word of the supplier's
vocabulary that a hotel names. Where it stands is worked out from what the hotels say (hotels.services.content.placing).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

import msgspec
from django.db import connection, transaction

from hotels import casing, folding
from hotels.models import Country, Destination, Hotel, Landmark, Region, Term
from hotels.models.geography import landmark_public_id
from hotels.services.content import merging, placing
from hotels.services.content.merging import Row, Shape
from hotels.services.content.placing import Sighting
from hotels.services.content.tally import chunks

LEAST_HOTELS = 3
NEAREST = 8
"""Hotels a place is worked out from: the further ones add nothing."""
FARTHEST_SIGHT, FARTHEST_TERMINAL = 20_000, 100_000
"""Metres. Who is further away tells nothing about where it stands."""
LONGEST_FOLDED = 60
_CHUNK = 2000

SHAPE = Shape(
    table="hotels_landmark",
    columns=(
        *("public_id", "supplier", "kind", "code", "name", "names", "country_id", "destination_id"),
        *("latitude", "longitude", "hotel_count"),
    ),
    key=("supplier", "kind", "code"),
    kept=("public_id",),
    compared=("name", "names", "country_id", "destination_id", "latitude", "longitude", "hotel_count"),
)

_TERMINALS = {"": Landmark.Kind.AIRPORT, "A": Landmark.Kind.AIRPORT, "P": Landmark.Kind.PORT}
"""By the supplier's type of terminal; every other one is a station (train, bus, ferry)."""

_NO_NAMES = frozenset(
    {
        *("airport", "aeropuerto", "bank", "bar", "beach", "beaches", "bus station", "bus stop", "center"),
        *("centre", "centro", "city", "city center", "city centre", "downtown", "golf", "golf course"),
        *("harbour", "hospital", "lake", "main square", "market", "metro", "metro station", "mountain"),
        *("museum", "nearest beach", "old town", "park", "playa", "port", "railway station", "restaurant"),
        *("restaurants", "river", "sea", "shop", "shopping", "shopping center", "shopping centre", "shops"),
        *("ski", "station", "subway", "supermarket", "the beach", "the sea", "town", "town center"),
        *("town centre", "train", "train station"),
    }
)
"""Folded. Each hotel means another one."""

_SUPPLIED = """
    hotel.status = 'live'
    AND EXISTS (SELECT FROM hotels_hotelcode code WHERE code.hotel_id = hotel.id AND code.supplier = %(supplier)s)
"""

_SIGHTS = f"""
SELECT hotel.destination_id, hotel.country_id, hotel.id, hotel.latitude, hotel.longitude,
    point ->> 'name', (point ->> 'metres')::float AS metres
FROM hotels_hotel hotel CROSS JOIN LATERAL jsonb_array_elements(hotel.points) point
WHERE hotel.points <> '[]' AND {_SUPPLIED}
    AND (%(touched)s::bigint[] IS NULL OR hotel.destination_id = ANY (%(touched)s))
ORDER BY hotel.destination_id, metres, hotel.id
"""  # noqa: S608 - only our own constants are put in

_NEAR_TERMINALS = f"""
SELECT near.code, count(DISTINCT near.hotel), mode() WITHIN GROUP (ORDER BY near.country_id),
    mode() WITHIN GROUP (ORDER BY near.destination_id),
    array_agg(ARRAY[near.latitude, near.longitude, near.metres] ORDER BY near.place)
        FILTER (WHERE near.sound AND near.place <= {NEAREST})
FROM (
    SELECT named.*, row_number() OVER (PARTITION BY code, sound ORDER BY metres, hotel) AS place
    FROM (
        SELECT terminal ->> 'code' AS code, hotel.id AS hotel, hotel.country_id, hotel.destination_id,
            hotel.latitude, hotel.longitude, (terminal ->> 'metres')::float AS metres,
            hotel.latitude IS NOT NULL
                AND coalesce((terminal ->> 'metres')::float BETWEEN 1 AND {FARTHEST_TERMINAL}, false) AS sound
        FROM hotels_hotel hotel CROSS JOIN LATERAL jsonb_array_elements(hotel.terminals) terminal
        WHERE hotel.terminals <> '[]' AND {_SUPPLIED}
            AND (%(touched)s::text[] IS NULL OR terminal ->> 'code' = ANY (%(touched)s))
    ) named
) near
GROUP BY near.code ORDER BY near.code
"""  # noqa: S608 - only our own constants are put in

_RENAMED = """
UPDATE hotels_landmark AS landmark
SET names = term.names, name = left(coalesce(nullif(term.names ->> 'en', ''), landmark.name), 200)
FROM hotels_term AS term
WHERE term.supplier = %s AND term.kind = 'terminal' AND landmark.supplier = term.supplier
    AND landmark.code = term.code AND landmark.kind <> 'landmark' AND landmark.names <> term.names
"""


class _Touched(msgspec.Struct, frozen=True):
    """What to look at again. None: everything."""

    destinations: list[int] | None = None
    terminals: list[str] | None = None


class _Named(msgspec.Struct):
    """A sight as the hotels of one destination name it."""

    spellings: dict[str, int]
    hotels: dict[int, tuple[float, float, float] | None]
    """Nearest first."""


def refresh(supplier: str, *, since: datetime | None) -> int:
    """How many landmarks were written or removed. `since`: only where a hotel was written since then, and the names of
    terminals; a place that only a hotel moved to another destination spoke of is found by the next full one."""
    with transaction.atomic():
        touched = _Touched() if since is None else _touched(supplier, since)
        current: set[tuple[str, str]] = set()
        written: int = 0
        for chunk in chunks(_rows(supplier, touched), _CHUNK):
            written += merging.merge(SHAPE, _differing(supplier, chunk))
            current |= {(row[1], row[2]) for row in chunk}
        written += _remove(supplier, touched, current)
        with connection.cursor() as cursor:
            cursor.execute(_RENAMED, [supplier])
            written += cursor.rowcount
    return written


def _touched(supplier: str, since: datetime) -> _Touched:
    changed = Hotel.objects.filter(updated_at__gte=since, codes__supplier=supplier)
    destinations, codes = set[int](), set[str]()
    for destination, terminals in changed.values_list("destination_id", "terminals").iterator():
        destinations.add(destination)
        codes |= {one["code"] for one in terminals}
    return _Touched(sorted(destinations), sorted(codes))


def _rows(supplier: str, touched: _Touched) -> Iterator[Row]:
    if touched.terminals is None or touched.terminals:
        yield from _terminals(supplier, touched.terminals)
    if touched.destinations is None or touched.destinations:
        yield from _sights(supplier, touched.destinations)


def _terminals(supplier: str, touched: list[str] | None) -> Iterator[Row]:
    words = {term.code: term for term in Term.objects.filter(supplier=supplier, kind=Term.Kind.TERMINAL)}
    countries = dict(Country.objects.exclude(code="").values_list("code", "iso_code"))
    with connection.cursor() as cursor:
        cursor.execute(_NEAR_TERMINALS, {"supplier": supplier, "touched": touched})
        for code, count, country, destination, told in cursor.fetchall():
            if (term := words.get(code)) is None:
                continue
            kind = _TERMINALS.get(term.group, Landmark.Kind.STATION)
            at = placing.point([Sighting(*one) for one in told or ()]) or (None, None)
            home = countries.get(term.country_code, country)
            yield (
                *(supplier, str(kind), code, str(term)[:200], merging.json(term.names)),
                *(home, destination, *at, count),
            )


def _sights(supplier: str, touched: list[int] | None) -> Iterator[Row]:
    """Streamed destination by destination."""
    places = _place_names()
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SIGHTS, {"supplier": supplier, "touched": touched})
        rows = chain.from_iterable(iter(partial(cursor.fetchmany, _CHUNK), []))
        for destination, told in groupby(rows, key=itemgetter(0)):
            country, named = _gathered(told)
            for folded, one in sorted(named.items()):
                if len(one.hotels) < LEAST_HOTELS or folded in places:
                    continue
                sightings = [Sighting(*seen) for seen in islice(filter(None, one.hotels.values()), NEAREST)]
                at = placing.point(sightings) or (None, None)
                yield (
                    *(supplier, str(Landmark.Kind.LANDMARK), f"{destination}:{folded}"),
                    *(_spelling(one.spellings), "{}"),
                    *(country, destination, *at, len(one.hotels)),
                )


def _gathered(told: Iterable[Sequence[Any]]) -> tuple[str, dict[str, _Named]]:
    """By folded name; nearest hotels first, as they were read."""
    country, spelled, named = "", dict[str, _Named | None](), dict[str, _Named]()
    for _, home, hotel, latitude, longitude, name, metres in told:
        country = home
        if name not in spelled:
            folded = _folded(name)
            spelled[name] = named.setdefault(folded, _Named({}, {})) if folded else None
        if (one := spelled[name]) is None:
            continue
        one.spellings[name] = one.spellings.get(name, 0) + 1
        if hotel not in one.hotels:
            sound = latitude is not None and metres is not None and 0 < metres <= FARTHEST_SIGHT
            one.hotels[hotel] = (latitude, longitude, metres) if sound else None
    return country, named


def _folded(name: str) -> str:
    """'' for what is no name of its own."""
    folded = folding.fold(name)[:LONGEST_FOLDED].strip()
    is_name = len(folded) > 2 and folded not in _NO_NAMES and any(map(str.isalpha, folded))
    return folded if is_name else ""


def _spelling(spellings: Mapping[str, int]) -> str:
    """The most frequent, then the one that is not in capitals, then the one with accents (they sort last)."""
    best = max(spellings, key=lambda name: (spellings[name], not name.isupper(), name))
    return casing.decent_case(best)[:200]


def _place_names() -> set[str]:
    """Towns and countries are found as such; hotels name them as sights, too."""
    found = {folding.fold(name) for name in Region.objects.values_list("name", flat=True)}
    for rows in (Destination.objects.values_list("names", "name"), Country.objects.values_list("names")):
        for names, *name in rows.iterator():
            found |= {folding.fold(text) for text in (*names.values(), *name)}
    return found


def _differing(supplier: str, rows: Sequence[Row]) -> list[Row]:
    """Those that are not in the table as they are (a merge locks even the rows it leaves alone), with a public id."""
    columns = SHAPE.columns[2:]
    held = Landmark.objects.filter(supplier=supplier, code__in=[row[2] for row in rows]).values_list(*columns)
    known = {(row[0], row[1]): row for row in held.iterator()}
    return [(landmark_public_id(), *row) for row in rows if not _same(known.get((row[1], row[2])), row[1:])]


def _same(held: Row | None, row: Row) -> bool:
    return held is not None and (*held[:3], merging.json(held[3]), *held[4:]) == tuple(row)


def _remove(supplier: str, touched: _Touched, current: Collection[tuple[str, str]]) -> int:
    """Those that no hotel names any more, among what was looked at."""
    held = Landmark.objects.filter(supplier=supplier)
    sights, terminals = held.filter(kind=Landmark.Kind.LANDMARK), held.exclude(kind=Landmark.Kind.LANDMARK)
    if touched.destinations is not None:
        sights = sights.filter(destination__in=touched.destinations)
    if touched.terminals is not None:
        terminals = terminals.filter(code__in=touched.terminals)
    gone = [
        key
        for rows in (sights, terminals)
        for key, kind, code in rows.values_list("pk", "kind", "code").iterator()
        if (kind, code) not in current
    ]
    return sum(Landmark.objects.filter(pk__in=keys).delete()[0] for keys in chunks(gone, _CHUNK))
