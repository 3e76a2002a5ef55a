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
from hotels.services.content import (
    cleaning,
    coordinates,
    distances,
    edit_rows,
    landmarks,
    marks,
    place_names,
)

_TOUCHED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT DISTINCT destination_id AS id, destination_id IN (
    SELECT edit.destination_id FROM hotels_contentedit AS edit
    WHERE edit.field = 'coordinates' AND edit.destination_id IS NOT NULL
) AS put_by_staff
FROM hotels_hotel WHERE %(since)s::timestamptz IS NULL OR updated_at >= %(since)s
"""

_MIDDLES = """
SELECT {table}_id AS id,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY latitude)::numeric, 6)::float AS latitude,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY longitude)::numeric, 6)::float AS longitude
FROM hotels_hotel
WHERE status = 'live' AND latitude IS NOT NULL AND {table}_id IN ({which}) GROUP BY {table}_id
"""
_CENTRES = """
UPDATE hotels_{table} AS place SET latitude = centre.latitude, longitude = centre.longitude
FROM ({middles}) AS centre
WHERE centre.id = place.id
    AND (place.latitude, place.longitude) IS DISTINCT FROM (centre.latitude, centre.longitude)
"""
_NOTED_MIDDLES = """
UPDATE hotels_contentedit AS edit SET supplied = middle.point
FROM (
    SELECT id, jsonb_build_object('latitude', latitude, 'longitude', longitude) AS point FROM ({middles}) AS centre
) AS middle
WHERE edit.destination_id = middle.id AND edit.field = 'coordinates' AND edit.supplied IS DISTINCT FROM middle.point
RETURNING edit.destination_id
"""
"""Where staff put a destination elsewhere, its middle only stands beside that."""

_TOUCHED_DESTINATIONS = "SELECT id FROM touched WHERE NOT put_by_staff"
_TOUCHED_PUT_BY_STAFF = "SELECT id FROM touched WHERE put_by_staff"
_REGIONS = "SELECT id FROM hotels_region"
_REGIONS_OF_MOVED = "SELECT region_id FROM hotels_hotel WHERE destination_id = ANY(%(moved)s)"

_SWAPPED = f"""
SELECT hotel.id, hotel.longitude, hotel.latitude
FROM hotels_hotel AS hotel JOIN hotels_destination AS place ON place.id = hotel.destination_id
WHERE (%(since)s::timestamptz IS NULL OR hotel.updated_at >= %(since)s) AND hotel.longitude BETWEEN -90 AND 90
    AND {distances.GIVEN_KM} > {coordinates.ABSURD_KM} AND {distances.EXCHANGED_KM} <= {coordinates.NEAR_KM}
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
        WHERE latitude IS NULL AND (%(since)s::timestamptz IS NULL OR updated_at >= %(since)s)
    )
    GROUP BY destination_id
) AS common
WHERE hotel.latitude IS NULL AND common.destination_id = hotel.destination_id AND hotel.timezone <> common.timezone
"""

_COUNTS = """
WITH counted AS (
    SELECT {table}_id AS id, count(*) AS hotels FROM hotels_hotel
    WHERE status = 'live' AND {table}_id IS NOT NULL GROUP BY {table}_id
), differing AS (
    SELECT place.id, coalesce(counted.hotels, 0) AS hotels
    FROM hotels_{table} AS place LEFT JOIN counted USING (id)
    WHERE place.hotel_count <> coalesce(counted.hotels, 0)
)
UPDATE hotels_{table} AS place SET hotel_count = differing.hotels FROM differing WHERE differing.id = place.id
"""
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
    edit_rows.shut_out_editors()
    with connection.cursor() as cursor:
        if run.counts.get("hotels", {}).get("written", 0) >= _BULK:
            cursor.execute(f"ANALYZE {_TABLES}")
        _touch(cursor, since)
        written: int
        moved, written = _middles(cursor, since)
        if mended := _mend_swapped(cursor, since):
            again, more = _middles(cursor, since)
            moved, written = moved | again, written + mended + more
        cursor.execute(_BORROWED_ZONES, {"since": since})
        written += cursor.rowcount
        return written + _distances(cursor, since, moved)


def _distances(cursor: CursorWrapper, since: datetime | None, moved: set[int]) -> int:
    """Each of the two finds its few hotels by an index; asked together they would read all."""
    written = distances.since(cursor, since)
    return written + (distances.of_places(cursor, moved) if since else 0)


def _touch(cursor: CursorWrapper, since: datetime | None) -> None:
    cursor.execute("DROP TABLE IF EXISTS touched")
    cursor.execute(_TOUCHED, {"since": since})


def _middles(cursor: CursorWrapper, since: datetime | None) -> tuple[set[int], int]:
    """The destinations that moved with the middle of their hotels, and how many middles were written."""
    cursor.execute(f"{_centres('destination', _TOUCHED_DESTINATIONS)} RETURNING place.id")
    moved = {key for (key,) in cursor.fetchall()}
    middles = _MIDDLES.format(table="destination", which=_TOUCHED_PUT_BY_STAFF)
    cursor.execute(_NOTED_MIDDLES.format(middles=middles))
    noted = {key for (key,) in cursor.fetchall()}
    regions = _REGIONS_OF_MOVED if since else _REGIONS
    cursor.execute(_centres("region", regions), {"moved": sorted(moved | noted)})
    return moved, len(moved) + int(cursor.rowcount)


def _centres(table: str, which: str) -> str:
    return _CENTRES.format(table=table, middles=_MIDDLES.format(table=table, which=which))


def _mend_swapped(cursor: CursorWrapper, since: datetime | None) -> int:
    cursor.execute(_SWAPPED, {"since": since})
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


def _counts(_: SyncRun, __: datetime | None) -> int:
    """All of them: counting a catalogue costs less than finding out what to count."""
    written = 0
    with connection.cursor() as cursor:
        for table in ("destination", "zone", "region"):
            cursor.execute(_COUNTS.format(table=table))
            written += cursor.rowcount
        cursor.execute(_COUNTRY_COUNTS)
        return written + int(cursor.rowcount)


def _landmarks(run: SyncRun, since: datetime | None) -> int:
    """A day's changes are spread over most destinations and move hardly a sight: they wait for the next full run."""
    return 0 if _is_daily(run) else landmarks.refresh(run.supplier, since=since)


def _names(run: SyncRun, since: datetime | None) -> int:
    """The daily run reads no place: none has a new name."""
    return place_names.refresh(since=since, renamed=not _is_daily(run))


def _is_daily(run: SyncRun) -> bool:
    return run.kind == SyncRun.Kind.INCREMENTAL and run.destination_id is None


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
