"""What the catalogue makes of itself after a sync: retired hotels, counts, centres, zones of time, search spellings.
Every statement touches only rows that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from faredown.lib import clock
from hotels import conf, folding
from hotels.models import (
    Country,
    Destination,
    Hotel,
    HotelText,
    PlaceName,
    SyncRun,
    Zone,
)
from hotels.selectors import vocabulary
from hotels.services.content import merging
from hotels.services.content.merging import Shape
from hotels.services.content.tally import Tally, chunks

PLACE_NAME = Shape(
    table="hotels_placename",
    columns=("kind", "target", "folded", "weight"),
    key=("kind", "target", "folded"),
    compared=("weight",),
)
LONGEST_SPELLING = 300

_COUNTS = """
UPDATE {table} AS place SET hotel_count = counted.hotels
FROM (
    SELECT place.{key} AS key, count(hotel.id) AS hotels
    FROM {table} AS place LEFT JOIN hotels_hotel AS hotel ON hotel.{column} = place.{key} AND hotel.status = 'live'
    GROUP BY place.{key}
) AS counted
WHERE counted.key = place.{key} AND place.hotel_count <> counted.hotels
"""

_CENTRES = """
UPDATE hotels_destination AS place SET latitude = centre.latitude, longitude = centre.longitude
FROM (
    SELECT destination_id,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY latitude)::numeric, 6)::float AS latitude,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY longitude)::numeric, 6)::float AS longitude
    FROM hotels_hotel WHERE status = 'live' AND latitude IS NOT NULL GROUP BY destination_id
) AS centre
WHERE centre.destination_id = place.id
    AND (place.latitude, place.longitude) IS DISTINCT FROM (centre.latitude, centre.longitude)
"""

_BORROWED_ZONES = """
UPDATE hotels_hotel AS hotel SET timezone = common.timezone
FROM (
    SELECT destination_id, mode() WITHIN GROUP (ORDER BY timezone) AS timezone
    FROM hotels_hotel WHERE latitude IS NOT NULL GROUP BY destination_id
) AS common
WHERE hotel.latitude IS NULL AND common.destination_id = hotel.destination_id AND hotel.timezone <> common.timezone
"""


_UNLISTED = """
CREATE TEMP TABLE unlisted ON COMMIT DROP AS
SELECT hotel.id, bool_and(seen.code IS NULL AND ours.supplier = %(supplier)s) AS gone
FROM hotels_hotel AS hotel
JOIN hotels_hotelcode AS ours ON ours.hotel_id = hotel.id
LEFT JOIN hotels_syncseen AS seen
    ON seen.run_id = %(run)s AND ours.supplier = %(supplier)s AND seen.code = ours.code
WHERE hotel.status = 'live'
GROUP BY hotel.id HAVING bool_or(ours.supplier = %(supplier)s)
"""

_RETIRE = """
UPDATE hotels_hotel AS hotel SET status = 'retired', updated_at = %(now)s
FROM unlisted WHERE unlisted.gone AND unlisted.id = hotel.id AND hotel.status = 'live'
"""


def retire_unlisted(run: SyncRun) -> Tally:
    """After a full run: hotels none of whose codes was listed leave search; one another supplier still sells stays.
    Refused when it would be more than a settable share of the supplier's live hotels: then something is wrong with
    the listing."""
    tally = Tally()
    with connection.cursor() as cursor:
        # Autovacuum has not seen the marks of this run: without their number the planner compares each with each.
        cursor.execute("ANALYZE hotels_syncseen, hotels_hotelcode")
        cursor.execute(_UNLISTED, {"supplier": run.supplier, "run": run.pk})
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE gone) FROM unlisted")
        tally.seen, gone = cursor.fetchone()
        if gone * 100 > tally.seen * conf.retire_at_most_percent():
            tally.find("retiring_refused", f"{gone} of {tally.seen} hotels are no longer listed")
        else:
            cursor.execute(_RETIRE, {"now": clock.now()})
            tally.written = cursor.rowcount
        cursor.execute("DROP TABLE unlisted")
    return tally


def refresh() -> Tally:
    tally = Tally()
    with transaction.atomic(), connection.cursor() as cursor:
        statements = [
            _BORROWED_ZONES,
            _CENTRES,
            _COUNTS.format(table="hotels_country", key="iso_code", column="country_id"),
            _COUNTS.format(table="hotels_destination", key="id", column="destination_id"),
            _COUNTS.format(table="hotels_zone", key="id", column="zone_id"),
        ]
        for statement in statements:
            cursor.execute(statement)
            tally.written += cursor.rowcount
    tally.written += place_names()
    vocabulary.forget()
    return tally


def place_names() -> int:
    """Every spelling under which a place is found; those no place has any more are removed."""
    written = 0
    current: set[tuple[str, str, str]] = set()
    for chunk in chunks(_spellings(), 5000):
        rows = {row[:3]: row for row in chunk if row[:3] not in current}
        current |= rows.keys()
        with transaction.atomic():
            written += merging.merge(PLACE_NAME, list(rows.values()))
    held = PlaceName.objects.values_list("pk", "kind", "target", "folded")
    stale = [row[0] for row in held.iterator() if row[1:] not in current]
    for keys in chunks(stale, 5000):
        written += PlaceName.objects.filter(pk__in=keys).delete()[0]
    return written


def _spellings() -> Iterator[tuple[str, str, str, int]]:
    """(kind, target, folded, weight). Places without a live hotel are not found."""
    for iso_code, names, count in Country.objects.filter(hotel_count__gt=0).values_list(
        "pk", "names", "hotel_count"
    ):
        yield from _spelled("country", iso_code, names.values(), count)
    cities = Destination.objects.filter(hotel_count__gt=0)
    for public_id, name, names, count, popularity in cities.values_list(
        "public_id", "name", "names", "hotel_count", "popularity"
    ):
        yield from _spelled("city", public_id, (name, *names.values()), count + popularity)
    for public_id, name, count in Zone.objects.filter(hotel_count__gt=0).values_list(
        "public_id", "name", "hotel_count"
    ):
        yield from _spelled("zone", public_id, (name,), count)
    live = Hotel.objects.filter(status=Hotel.Status.LIVE)
    for public_id, name in live.values_list("public_id", "name").iterator():
        yield from _spelled("hotel", public_id, (name,), 1)
    texts = HotelText.objects.filter(hotel__status=Hotel.Status.LIVE).exclude(name="").exclude(language="en")
    for public_id, name in texts.values_list("hotel__public_id", "name").iterator():
        yield from _spelled("hotel", public_id, (name,), 1)


def _spelled(
    kind: str, target: str, names: Iterable[str], weight: int
) -> Iterator[tuple[str, str, str, int]]:
    for name in names:
        if folded := folding.fold(name)[:LONGEST_SPELLING]:
            yield kind, target, folded, weight
