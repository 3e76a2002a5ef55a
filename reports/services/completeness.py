"""The figures of the completeness report, counted from every hotel.

On the page that would be too slow: one pass over hotels, texts and rooms. So it runs behind, when something changed.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from faredown.lib import clock
from hotels.models import SyncRun
from reports.models import Completeness
from reports.selectors import completeness

DURING_A_SYNC = timedelta(hours=1)
"""How old figures may get while hotels change all the time."""

# Status and the like are written out: they are the values of the rows, not input.
_COUNT = """
WITH counted AS (
  SELECT h.country_id, h.destination_id,
    count(*) FILTER (WHERE h.status = 'live') AS live,
    count(*) FILTER (WHERE h.status = 'retired') AS retired,
    count(*) FILTER (WHERE h.status = 'live' AND h.images = '[]') AS without_photo,
    count(*) FILTER (WHERE h.status = 'live' AND h.latitude IS NULL) AS without_coordinates,
    count(*) FILTER (WHERE h.status = 'live' AND h.stars IS NULL) AS without_stars,
    count(*) FILTER (WHERE h.status = 'live' AND r.hotel_id IS NULL) AS without_rooms,
    coalesce(sum(h.quality) FILTER (WHERE h.status = 'live'), 0) AS quality_sum
  FROM hotels_hotel h
  LEFT JOIN (SELECT DISTINCT hotel_id FROM hotels_hotelroom) r ON r.hotel_id = h.id
  GROUP BY h.country_id, h.destination_id
), described AS (
  SELECT country_id, destination_id, jsonb_object_agg(language, hotels) AS languages
  FROM (
    SELECT h.country_id, h.destination_id, t.language, count(*) AS hotels
    FROM hotels_hoteltext t JOIN hotels_hotel h ON h.id = t.hotel_id
    WHERE t.description <> '' AND h.status = 'live'
    GROUP BY h.country_id, h.destination_id, t.language
  ) by_language
  GROUP BY country_id, destination_id
), edited AS (
  SELECT h.country_id, h.destination_id, count(*) AS edits
  FROM hotels_contentedit e JOIN hotels_hotel h ON h.id = e.hotel_id
  GROUP BY h.country_id, h.destination_id
)
INSERT INTO reports_completeness (
  country_id, destination_id, live, retired, without_photo, without_coordinates, without_stars, without_rooms,
  quality_sum, edits, described, counted_at
)
SELECT country_id, destination_id, live, retired, without_photo, without_coordinates, without_stars, without_rooms,
  quality_sum, coalesce(edits, 0), coalesce(languages, '{}'), %(now)s
FROM counted
LEFT JOIN described USING (country_id, destination_id)
LEFT JOIN edited USING (country_id, destination_id)
"""


def count() -> int:
    """Every figure anew, of one moment; the page reads the old ones meanwhile. Returns how many destinations."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Completeness._meta.db_table} IN EXCLUSIVE MODE")
        Completeness.objects.all().delete()
        cursor.execute(_COUNT, {"now": now})
        return int(cursor.rowcount)


def count_if_due() -> bool:
    """Whether it was counted: nothing changed, or a sync is changing everything, and the figures are good enough."""
    counted = completeness.counted_at()
    changed = completeness.changed_at()
    if changed is None or (counted is not None and changed <= counted):
        return False
    is_syncing = SyncRun.objects.filter(status=SyncRun.Status.RUNNING).exists()
    if is_syncing and counted is not None and clock.now() - counted < DURING_A_SYNC:
        return False
    count()
    return True
