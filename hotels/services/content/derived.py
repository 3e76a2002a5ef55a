"""What the catalogue makes of itself after a sync: middles, mended positions, zones of time, distances, counts,
landmarks, search spellings. A step is one transaction, and every statement writes only rows that differ.

`since`: when the last good run began; only what hotels written since then can have changed is looked at. None: all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

from faredown.lib import clock
from hotels.models import SyncRun
from hotels.selectors import vocabulary
from hotels.services.content import cleaning, coordinates, landmarks, marks, place_names

_TOUCHED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT destination_id AS id FROM hotels_hotel
WHERE %(since)s::timestamptz IS NULL OR updated_at >= %(since)s
"""

_CENTRES = """
UPDATE hotels_{table} AS place SET latitude = centre.latitude, longitude = centre.longitude
FROM (
    SELECT {column}_id AS id,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY latitude)::numeric, 6)::float AS latitude,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY longitude)::numeric, 6)::float AS longitude
    FROM hotels_hotel
    WHERE status = 'live' AND latitude IS NOT NULL AND {column}_id IN ({touched}) GROUP BY {column}_id
) AS centre
WHERE centre.id = place.id
    AND (place.latitude, place.longitude) IS DISTINCT FROM (centre.latitude, centre.longitude)
"""

_TOUCHED_DESTINATIONS = "SELECT id FROM touched"
_TOUCHED_REGIONS = "SELECT region_id FROM hotels_hotel WHERE destination_id IN (SELECT id FROM touched)"

_KM = """(2 * 6371.0 * asin(sqrt(least(1.0,
    power(sin(radians({latitude} - place.latitude) / 2), 2) + cos(radians({latitude})) * cos(radians(place.latitude))
    * power(sin(radians({longitude} - place.longitude) / 2), 2)))))"""
_GIVEN = _KM.format(latitude="hotel.latitude", longitude="hotel.longitude")
_EXCHANGED = _KM.format(latitude="hotel.longitude", longitude="hotel.latitude")

_SWAPPED = f"""
SELECT hotel.id, hotel.longitude, hotel.latitude
FROM hotels_hotel AS hotel JOIN hotels_destination AS place ON place.id = hotel.destination_id
WHERE hotel.destination_id IN (SELECT id FROM touched) AND hotel.longitude BETWEEN -90 AND 90
    AND {_GIVEN} > {coordinates.ABSURD_KM} AND {_EXCHANGED} <= {coordinates.NEAR_KM}
    AND NOT EXISTS (
        SELECT 1 FROM hotels_contentedit AS edit WHERE edit.hotel_id = hotel.id AND edit.field = 'coordinates'
    )
"""  # noqa: S608 - only our own constants are put in

_BORROWED_ZONES = """
UPDATE hotels_hotel AS hotel SET timezone = common.timezone
FROM (
    SELECT destination_id, mode() WITHIN GROUP (ORDER BY timezone) AS timezone
    FROM hotels_hotel WHERE latitude IS NOT NULL AND destination_id IN (
        SELECT destination_id FROM hotels_hotel
        WHERE latitude IS NULL AND destination_id IN (SELECT id FROM touched)
    )
    GROUP BY destination_id
) AS common
WHERE hotel.latitude IS NULL AND common.destination_id = hotel.destination_id AND hotel.timezone <> common.timezone
"""

_CENTRE_METRES = f"""
UPDATE hotels_hotel AS hotel SET centre_metres = measured.metres
FROM (
    SELECT hotel.id, CASE WHEN hotel.latitude IS NOT NULL AND place.latitude IS NOT NULL
        THEN round({_GIVEN} * 1000)::integer END AS metres
    FROM hotels_hotel AS hotel JOIN hotels_destination AS place ON place.id = hotel.destination_id
    WHERE hotel.destination_id IN (SELECT id FROM touched)
) AS measured
WHERE measured.id = hotel.id AND hotel.centre_metres IS DISTINCT FROM measured.metres
"""  # noqa: S608 - only our own constants are put in

_COUNTS = """
UPDATE hotels_{table} AS place SET hotel_count = counted.hotels
FROM (
    SELECT place.id, count(hotel.id) AS hotels
    FROM hotels_{table} AS place
    LEFT JOIN hotels_hotel AS hotel ON hotel.{table}_id = place.id AND hotel.status = 'live'
    {where} GROUP BY place.id
) AS counted
WHERE counted.id = place.id AND place.hotel_count <> counted.hotels
"""
_DESTINATION_COUNTS = f"""
WITH changed AS ({_COUNTS.format(table="destination", where="")} RETURNING place.id)
INSERT INTO touched SELECT id FROM changed
"""  # noqa: S608 - only our own constants are put in
"""Also the destinations a hotel left: they are looked at from here on."""
_ZONE_COUNTS = _COUNTS.format(table="zone", where="WHERE place.destination_id IN (SELECT id FROM touched)")
_REGION_COUNTS = _COUNTS.format(table="region", where="")
_COUNTRY_COUNTS = """
UPDATE hotels_country AS place SET hotel_count = counted.hotels
FROM (
    SELECT country.iso_code, coalesce(sum(destination.hotel_count), 0) AS hotels
    FROM hotels_country AS country
    LEFT JOIN hotels_destination AS destination ON destination.country_id = country.iso_code
    GROUP BY country.iso_code
) AS counted
WHERE counted.iso_code = place.iso_code AND place.hotel_count <> counted.hotels
"""

_TABLES = "hotels_hotel, hotels_hoteltext, hotels_hotelroom, hotels_hotelfacility, hotels_hotelcode"
_BULK = 5000
"""From so many hotels written on, the planner's statistics are made anew before they are used."""


def _positions(run: SyncRun, since: datetime | None) -> int:
    """Middles, then hotels whose coordinates came exchanged, told by the middle; the first run knows none before."""
    with connection.cursor() as cursor:
        if run.counts.get("hotels", {}).get("written", 0) >= _BULK:
            cursor.execute(f"ANALYZE {_TABLES}")
        _touch(cursor, since)
        written = _middles(cursor)
        if mended := _mend_swapped(cursor):
            written += mended + _middles(cursor)
        for statement in (_BORROWED_ZONES, _CENTRE_METRES):
            cursor.execute(statement)
            written += cursor.rowcount
    return written


def _touch(cursor: CursorWrapper, since: datetime | None) -> None:
    cursor.execute("DROP TABLE IF EXISTS touched")
    cursor.execute(_TOUCHED, {"since": since})


def _middles(cursor: CursorWrapper) -> int:
    written = 0
    for table, touched in (("destination", _TOUCHED_DESTINATIONS), ("region", _TOUCHED_REGIONS)):
        cursor.execute(_CENTRES.format(table=table, column=table, touched=touched))
        written += cursor.rowcount
    return written


def _mend_swapped(cursor: CursorWrapper) -> int:
    cursor.execute(_SWAPPED)
    found = [
        (latitude, longitude, cleaning.timezone(latitude, longitude), clock.now(), key)
        for key, latitude, longitude in cursor.fetchall()
    ]
    if found:
        cursor.executemany(
            "UPDATE hotels_hotel SET latitude = %s, longitude = %s, timezone = %s, updated_at = %s WHERE id = %s",
            found,
        )
    return len(found)


def _counts(_: SyncRun, since: datetime | None) -> int:
    written = 0
    with connection.cursor() as cursor:
        _touch(cursor, since)
        for statement in (_DESTINATION_COUNTS, _ZONE_COUNTS, _REGION_COUNTS, _COUNTRY_COUNTS):
            cursor.execute(statement)
            written += cursor.rowcount
    return written


def _landmarks(run: SyncRun, since: datetime | None) -> int:
    return landmarks.refresh(run.supplier, since=since)


def _names(_: SyncRun, since: datetime | None) -> int:
    return place_names.refresh(since=since)


def _end(run: SyncRun, _: datetime | None) -> int:
    marks.clear(run)
    vocabulary.forget()
    return 0


STEPS: tuple[Callable[[SyncRun, datetime | None], int], ...] = (
    _positions,
    _counts,
    _landmarks,
    _names,
    _end,
)
