"""What is made findable, read from the catalogue's own tables: one query per kind of row.

Each gives (id, kind, weight, texts, contexts): `texts` every spelling and code, `contexts` the ids, below zero, of what
it lies in. `live` names the keys to make: a place without a live hotel is not found, nor a landmark without a point.
"""

from __future__ import annotations

import msgspec

from hotels.models import SuggestedPlace

Kind = SuggestedPlace.Kind


class Source(msgspec.Struct, frozen=True, kw_only=True):
    kinds: tuple[Kind, ...]
    live: str
    """SELECT of the keys (`key`) that ought to be findable, each with its `weight`."""
    rows: str
    """SELECT of the rows of the keys in %(keys)s."""
    entry: str
    """The entry's id by its `key`."""


def _source(*kinds: Kind, live: str, rows: str) -> Source:
    entry = f"key * 16 + {kinds[0].value}" if len(kinds) == 1 else "key"
    return Source(kinds=kinds, live=live.format_map(_TERMS), rows=rows.format_map(_TERMS), entry=entry)


_ISO = "((ascii({0}) - 64) * 32 + ascii(substr({0}, 2)) - 64)"
"""A country's two letters as a number."""
_LANDMARK = "id * 16 + CASE kind WHEN 'airport' THEN 5 WHEN 'station' THEN 6 WHEN 'port' THEN 7 ELSE 8 END"
# `weight`: a place weighs a hundred more than one with half its hotels.
_TERMS = {
    "iso": _ISO.format("iso_code"),
    "in_country": f"-({_ISO.format('country_id')} * 16 + 1)",
    "landmark": _LANDMARK,
    "weight": "round(144.27 * ln(1 + hotel_count))::int",
    "zone_weight": "round(144.27 * ln(1 + zone.hotel_count))::int",
    "city_weight": "round(144.27 * ln(1 + hotel_count + popularity))::int",
    "hotel_weight": "CASE ranking WHEN 0 THEN 0 ELSE greatest(0, 100 - round(14.427 * ln(1 + ranking)))::int END",
}

COUNTRIES = _source(
    Kind.COUNTRY,
    live="SELECT {iso} AS key, {weight} AS weight FROM hotels_country WHERE hotel_count > 0",
    rows="""
        SELECT {iso} * 16 + 1 AS id, 1 AS kind, {weight} AS weight,
            ARRAY(SELECT value FROM jsonb_each_text(names)) AS texts, ARRAY[]::int[] AS contexts
        FROM hotels_country WHERE {iso} = ANY(%(keys)s)""",
)
REGIONS = _source(
    Kind.REGION,
    live="SELECT id AS key, {weight} AS weight FROM hotels_region WHERE hotel_count > 0",
    rows="""
        SELECT id * 16 + 2 AS id, 2 AS kind, {weight} AS weight,
            ARRAY[name::text] AS texts, ARRAY[{in_country}] AS contexts
        FROM hotels_region WHERE id = ANY(%(keys)s)""",
)
CITIES = _source(
    Kind.CITY,
    live="SELECT id AS key, {city_weight} AS weight FROM hotels_destination WHERE hotel_count > 0",
    rows="""
        SELECT id * 16 + 3 AS id, 3 AS kind, {city_weight} AS weight,
            name::text || ARRAY(SELECT value FROM jsonb_each_text(names)) || ARRAY(
                SELECT code::text FROM hotels_destinationcode
                WHERE destination_id = city.id AND code ~ '^[A-Z]{{3}}$' ORDER BY code
            ) AS texts,
            ARRAY[{in_country}] AS contexts
        FROM hotels_destination AS city WHERE id = ANY(%(keys)s)""",
)
ZONES = _source(
    Kind.ZONE,
    live="SELECT id AS key, {zone_weight} AS weight FROM hotels_zone AS zone WHERE hotel_count > 0",
    rows="""
        SELECT zone.id * 16 + 4 AS id, 4 AS kind, {zone_weight} AS weight,
            ARRAY[zone.name::text] AS texts, ARRAY[{in_country}, -(city.id * 16 + 3)] AS contexts
        FROM hotels_zone AS zone JOIN hotels_destination AS city ON city.id = zone.destination_id
        WHERE zone.id = ANY(%(keys)s)""",
)
LANDMARKS = _source(
    *(Kind.AIRPORT, Kind.STATION, Kind.PORT, Kind.LANDMARK),
    live="""
        SELECT {landmark} AS key, {weight} AS weight FROM hotels_landmark
        WHERE hotel_count > 0 AND latitude IS NOT NULL""",
    rows="""
        SELECT {landmark} AS id, ({landmark}) & 15 AS kind, {weight} AS weight,
            name::text || ARRAY(SELECT value FROM jsonb_each_text(names))
                || CASE kind WHEN 'airport' THEN ARRAY[code::text] END AS texts,
            array_remove(ARRAY[{in_country}, -(destination_id * 16 + 3)], NULL) AS contexts
        FROM hotels_landmark WHERE {landmark} = ANY(%(keys)s)""",
)
HOTELS = _source(
    Kind.HOTEL,
    live="SELECT id AS key, {hotel_weight} AS weight FROM hotels_hotel WHERE status = 'live'",
    rows="""
        SELECT id * 16 + 15 AS id, 15 AS kind,
            {hotel_weight} AS weight,
            hotel.name::text || ARRAY(
                SELECT DISTINCT name::text FROM hotels_hoteltext
                WHERE hotel_id = hotel.id AND name NOT IN ('', hotel.name)
            ) AS texts,
            array_remove(ARRAY[{in_country}, -(region_id * 16 + 2), -(destination_id * 16 + 3)], NULL) AS contexts
        FROM hotels_hotel AS hotel WHERE id = ANY(%(keys)s)""",
)
PLACES = (COUNTRIES, REGIONS, CITIES, ZONES, LANDMARKS)
