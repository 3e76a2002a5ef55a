"""What is made findable, read from the catalogue's own tables: one query per kind of row.

Each gives (id, kind, weight, texts, contexts): `texts` every spelling and code, `contexts` the ids, below zero, of what
it lies in. `live` names the keys to make; a place without a live hotel is not found.
"""

from __future__ import annotations

import msgspec

from hotels.models import SuggestedPlace

Kind = SuggestedPlace.Kind

_ISO_KEY = "((ascii({0}) - 64) * 32 + ascii(substr({0}, 2)) - 64)"
"""A country's two letters as a number."""
_WEIGHT = "round(100 * log(2, 1 + {0}))::int"
_NAMES = "ARRAY(SELECT value FROM jsonb_each_text({0}))"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    kinds: tuple[Kind, ...]
    live: str
    """SELECT of the keys (`key`) that ought to be findable."""
    rows: str
    """SELECT of the rows of the keys in %(keys)s."""
    entry: str
    """The entry's id by its `key`."""


def _entry(kind: Kind, key: str) -> str:
    return f"({key} * 16 + {kind.value})"


def _inside(iso: str, *others: str) -> str:
    country = "-" + _entry(Kind.COUNTRY, _ISO_KEY.format(iso))
    return f"array_remove(ARRAY[{', '.join((country, *others))}]::int[], NULL)"


_CITY = "-" + _entry(Kind.CITY, "{0}")
_REGION = "-" + _entry(Kind.REGION, "{0}")

COUNTRIES = Source(
    kinds=(Kind.COUNTRY,),
    live=f"SELECT {_ISO_KEY.format('iso_code')} AS key FROM hotels_country WHERE hotel_count > 0",
    entry=_entry(Kind.COUNTRY, "key"),
    rows=f"""
        SELECT {_entry(Kind.COUNTRY, _ISO_KEY.format("iso_code"))} AS id, {Kind.COUNTRY.value} AS kind,
            {_WEIGHT.format("hotel_count")} AS weight, {_NAMES.format("names")} AS texts, '{{}}'::int[] AS contexts
        FROM hotels_country WHERE {_ISO_KEY.format("iso_code")} = ANY(%(keys)s)""",
)
REGIONS = Source(
    kinds=(Kind.REGION,),
    live="SELECT id AS key FROM hotels_region WHERE hotel_count > 0",
    entry=_entry(Kind.REGION, "key"),
    rows=f"""
        SELECT {_entry(Kind.REGION, "id")} AS id, {Kind.REGION.value} AS kind,
            {_WEIGHT.format("hotel_count")} AS weight, ARRAY[name] AS texts, {_inside("country_id")} AS contexts
        FROM hotels_region WHERE id = ANY(%(keys)s)""",
)
CITIES = Source(
    kinds=(Kind.CITY,),
    live="SELECT id AS key FROM hotels_destination WHERE hotel_count > 0",
    entry=_entry(Kind.CITY, "key"),
    rows=f"""
        SELECT {_entry(Kind.CITY, "id")} AS id, {Kind.CITY.value} AS kind,
            {_WEIGHT.format("(hotel_count + popularity)")} AS weight,
            name::text || {_NAMES.format("names")} || ARRAY(
                SELECT code::text FROM hotels_destinationcode
                WHERE destination_id = city.id AND code ~ '^[A-Z]{{3}}$' ORDER BY code
            ) AS texts,
            {_inside("country_id")} AS contexts
        FROM hotels_destination AS city WHERE id = ANY(%(keys)s)""",
)
ZONES = Source(
    kinds=(Kind.ZONE,),
    live="SELECT id AS key FROM hotels_zone WHERE hotel_count > 0",
    entry=_entry(Kind.ZONE, "key"),
    rows=f"""
        SELECT {_entry(Kind.ZONE, "zone.id")} AS id, {Kind.ZONE.value} AS kind,
            {_WEIGHT.format("zone.hotel_count")} AS weight, ARRAY[zone.name] AS texts,
            {_inside("city.country_id", _CITY.format("city.id"))} AS contexts
        FROM hotels_zone AS zone JOIN hotels_destination AS city ON city.id = zone.destination_id
        WHERE zone.id = ANY(%(keys)s)""",
)
_LANDMARK_KIND = " ".join(
    f"WHEN '{kind.name.lower()}' THEN {kind.value}"
    for kind in (Kind.AIRPORT, Kind.STATION, Kind.PORT, Kind.LANDMARK)
)
LANDMARKS = Source(
    kinds=(Kind.AIRPORT, Kind.STATION, Kind.PORT, Kind.LANDMARK),
    live=f"SELECT id * 16 + CASE kind {_LANDMARK_KIND} END AS key FROM hotels_landmark WHERE hotel_count > 0",
    entry="key",
    rows=f"""
        SELECT id * 16 + CASE kind {_LANDMARK_KIND} END AS id, CASE kind {_LANDMARK_KIND} END AS kind,
            {_WEIGHT.format("hotel_count")} AS weight,
            name::text || {_NAMES.format("names")} || CASE kind WHEN 'airport' THEN ARRAY[code::text] END AS texts,
            {_inside("country_id", _CITY.format("destination_id"))} AS contexts
        FROM hotels_landmark WHERE id * 16 + CASE kind {_LANDMARK_KIND} END = ANY(%(keys)s)""",
)
HOTELS = Source(
    kinds=(Kind.HOTEL,),
    live="SELECT id AS key FROM hotels_hotel WHERE status = 'live'",
    entry=_entry(Kind.HOTEL, "key"),
    rows=f"""
        SELECT {_entry(Kind.HOTEL, "id")} AS id, {Kind.HOTEL.value} AS kind,
            CASE ranking WHEN 0 THEN 0 ELSE greatest(0, 100 - round(10 * log(2, 1 + ranking)))::int END AS weight,
            hotel.name::text || ARRAY(
                SELECT DISTINCT name::text FROM hotels_hoteltext
                WHERE hotel_id = hotel.id AND name NOT IN ('', hotel.name)
            ) AS texts,
            {_inside("country_id", _REGION.format("region_id"), _CITY.format("destination_id"))} AS contexts
        FROM hotels_hotel AS hotel WHERE id = ANY(%(keys)s)""",
)
PLACES = (COUNTRIES, REGIONS, CITIES, ZONES, LANDMARKS)
