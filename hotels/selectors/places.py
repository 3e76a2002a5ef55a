"""Places as a list or a heading shows them, all kinds in one statement, by the ids of their entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model

from hotels.models import Destination, Hotel, Landmark, Region, SuggestedPlace, Zone, names

Kind = SuggestedPlace.Kind


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is a public id (a country's ISO code). `searchable`: a search may name it."""

    id: str
    kind: str
    name: str
    subtitle: str
    country_code: str
    hotel_count: int
    latitude: float | None = None
    longitude: float | None = None
    searchable: bool = True


_COUNTRIES = """
SELECT entry, iso_code::text, ''::text, names::text, ''::text, '{}'::text, iso_code::text, '{}'::text,
    hotel_count, NULL::float, NULL::float
FROM (SELECT *, ((ascii(iso_code) - 64) * 32 + ascii(substr(iso_code, 2)) - 64) * 16 + 1 AS entry FROM hotels_country)
WHERE entry = ANY(%(countries)s)"""
_REGIONS = """
SELECT region.id * 16 + 2, public_id, name, '{}', '', '{}', iso_code, country.names::text,
    region.hotel_count, latitude, longitude
FROM hotels_region AS region JOIN hotels_country AS country ON iso_code = country_id
WHERE region.id = ANY(%(regions)s)"""
_CITIES = """
SELECT city.id * 16 + 3, public_id, name, city.names::text, '', '{}', iso_code, country.names::text,
    city.hotel_count, latitude, longitude
FROM hotels_destination AS city JOIN hotels_country AS country ON iso_code = country_id
WHERE city.id = ANY(%(cities)s)"""
_ZONES = """
SELECT zone.id * 16 + 4, zone.public_id, zone.name, '{}', city.name, city.names::text, iso_code, country.names::text,
    zone.hotel_count, latitude, longitude
FROM hotels_zone AS zone JOIN hotels_destination AS city ON city.id = destination_id
JOIN hotels_country AS country ON iso_code = country_id
WHERE zone.id = ANY(%(zones)s)"""
_LANDMARKS = """
SELECT mark.id * 16 + CASE kind WHEN 'airport' THEN 5 WHEN 'station' THEN 6 WHEN 'port' THEN 7 ELSE 8 END,
    mark.public_id, mark.name, mark.names::text, coalesce(city.name, ''), coalesce(city.names::text, '{}'),
    coalesce(iso_code, ''), coalesce(country.names::text, '{}'), mark.hotel_count, mark.latitude, mark.longitude
FROM hotels_landmark AS mark LEFT JOIN hotels_destination AS city ON city.id = destination_id
LEFT JOIN hotels_country AS country ON iso_code = mark.country_id
WHERE mark.id = ANY(%(landmarks)s)"""
_HOTELS = """
SELECT hotel.id * 16 + 15, hotel.public_id, coalesce(own.name, hotel.name), '{}', city.name, city.names::text,
    iso_code, country.names::text, 1, hotel.latitude, hotel.longitude
FROM hotels_hotel AS hotel JOIN hotels_destination AS city ON city.id = destination_id
JOIN hotels_country AS country ON iso_code = hotel.country_id
LEFT JOIN hotels_hoteltext AS own ON own.hotel_id = hotel.id AND own.language = %(language)s AND own.name <> ''
WHERE hotel.id = ANY(%(hotels)s) AND status = 'live'"""
_STATEMENTS = {
    "countries": _COUNTRIES,
    "regions": _REGIONS,
    "cities": _CITIES,
    "zones": _ZONES,
    "landmarks": _LANDMARKS,
    "hotels": _HOTELS,
}
_GROUPS = {Kind.COUNTRY: "countries", Kind.REGION: "regions", Kind.CITY: "cities", Kind.ZONE: "zones"}
_GROUPS |= {Kind.HOTEL: "hotels"} | dict.fromkeys(
    (Kind.AIRPORT, Kind.STATION, Kind.PORT, Kind.LANDMARK), "landmarks"
)
_BY_POINT = frozenset({Kind.AIRPORT, Kind.STATION, Kind.PORT, Kind.LANDMARK})
"""Kinds that are searched around their point, so only where they have one."""
_decode = msgspec.json.Decoder(dict[str, str]).decode


def read(entries: Sequence[int], *, language: str) -> list[Place]:
    """In the order asked for; what has left the catalogue since is left out."""
    keys: dict[str, list[int]] = {}
    for entry in entries:
        kind = Kind(entry & 15)
        keys.setdefault(_GROUPS[kind], []).append(entry if kind == Kind.COUNTRY else entry >> 4)
    if not keys:
        return []
    statement = " UNION ALL ".join(_STATEMENTS[group] for group in keys)
    with connection.cursor() as cursor:
        cursor.execute(statement, keys | {"language": language})
        found = {row[0]: _place(row, language) for row in cursor.fetchall()}
    return [found[entry] for entry in entries if entry in found]


def find(public_id: str, *, language: str) -> Place | None:
    """The place of this public id; a country is none."""
    prefix = public_id.partition("_")[0]
    if prefix not in _MODELS:
        return None
    model, kind = _MODELS[prefix]
    row = model._default_manager.filter(public_id=public_id).first()
    if row is None:
        return None
    own = Kind.__members__[row.kind.upper()] if isinstance(row, Landmark) else kind
    return next(iter(read([row.pk * 16 + own], language=language)), None)


_MODELS: dict[str, tuple[type[Model], SuggestedPlace.Kind]] = {
    "reg": (Region, Kind.REGION),
    "dst": (Destination, Kind.CITY),
    "zon": (Zone, Kind.ZONE),
    "lmk": (Landmark, Kind.LANDMARK),
    "htl": (Hotel, Kind.HOTEL),
}


def _place(row: Sequence[Any], language: str) -> Place:
    entry, public_id, name, own, city, city_names, iso_code, country_names, hotels, latitude, longitude = row
    kind = Kind(entry & 15)
    within = (
        _named(city, city_names, language),
        _named("", country_names, language),
    )
    return Place(
        id=public_id,
        kind=kind.name.lower(),
        name=_named(name, own, language),
        subtitle=", ".join(filter(None, within)),
        country_code=iso_code,
        hotel_count=hotels,
        latitude=latitude,
        longitude=longitude,
        searchable=kind != Kind.COUNTRY and not (kind in _BY_POINT and latitude is None),
    )


def _named(name: str, spellings: str, language: str) -> str:
    return (names.pick(_decode(spellings), language) if len(spellings) > len("{}") else "") or name
