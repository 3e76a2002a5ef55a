"""The figures of the searches report, counted from the log day by day.

The page must not read millions of lines, so days are counted behind it: those that more of the log came for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from faredown.lib import clock
from hotels.models import SearchEvent
from reports.models import SearchDay, SearchFigure, SupplierAnswers

FOLLOWED = timedelta(days=1)
"""How long after its day a search's steps are still looked for: longer than a search and its quotes live."""
LIMITS_MS = (100, 250, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000)

# Values of the rows' enumerations are written out; they are no input. An event in a search's first day or the next.
_FUNNEL = """
CREATE TEMP TABLE funnel ON COMMIT DROP AS
WITH asked AS (
  SELECT DISTINCT ON (search) search, place_kind, place, lead_days, nights, adults + children AS guests, residency,
    currency, channel
  FROM hotels_searchevent WHERE kind = 'asked' AND at >= %(begin)s AND at < %(end)s
  ORDER BY search, at
), steps AS (
  SELECT search, bool_or(complete) IS TRUE AND coalesce(max(hotels), 0) = 0 AS without_result,
    bool_or(kind = 'opened') AS opened, bool_or(kind = 'quoted') AS quoted, bool_or(kind = 'booked') AS booked,
    count(*) FILTER (WHERE kind = 'shown') AS pages
  FROM hotels_searchevent WHERE at >= %(begin)s AND at < %(until)s GROUP BY search
)
SELECT asked.*, without_result, opened, quoted, booked, pages FROM asked JOIN steps USING (search)
"""
_DAY = """
INSERT INTO reports_searchday (day, searches, without_result, opened, quoted, booked, pages, counted_to)
SELECT %(day)s, count(*), count(*) FILTER (WHERE without_result), count(*) FILTER (WHERE opened),
  count(*) FILTER (WHERE quoted), count(*) FILTER (WHERE booked), coalesce(sum(pages), 0), %(counted_to)s FROM funnel
"""
_FIGURES = """
INSERT INTO reports_searchfigure (day, dimension, key, searches, without_result, opened, quoted, booked)
SELECT %(day)s, dimension, key, count(*), count(*) FILTER (WHERE without_result), count(*) FILTER (WHERE opened),
  count(*) FILTER (WHERE quoted), count(*) FILTER (WHERE booked)
FROM funnel CROSS JOIN LATERAL (VALUES
  ('place', coalesce(nullif(place, ''), place_kind)),
  ('lead', (CASE WHEN lead_days < 1 THEN 0 WHEN lead_days < 3 THEN 1 WHEN lead_days < 7 THEN 3
    WHEN lead_days < 14 THEN 7 WHEN lead_days < 30 THEN 14 WHEN lead_days < 60 THEN 30 WHEN lead_days < 90 THEN 60
    WHEN lead_days < 180 THEN 90 ELSE 180 END)::text),
  ('nights', nights::text), ('guests', guests::text), ('residency', residency), ('currency', currency),
  ('channel', channel)
) AS told (dimension, key)
GROUP BY dimension, key
"""
# Of each search the first moment at which every supplier had come to an end, else how it stood when it was asked.
_SUPPLIERS = """
INSERT INTO reports_supplieranswers (day, supplier, state, within_ms, searches)
SELECT %(day)s, part->>0, part->>1,
  CASE WHEN part->>1 = 'ok' THEN coalesce(
    (SELECT min(bound) FROM unnest(%(limits)s::int[]) AS bound WHERE (part->>3)::int <= bound), 0) ELSE 0 END,
  count(*)
FROM (
  SELECT DISTINCT ON (search) search, suppliers
  FROM hotels_searchevent
  WHERE kind IN ('asked', 'shown') AND suppliers IS NOT NULL AND at >= %(begin)s AND at < %(until)s
    AND search IN (SELECT search FROM funnel)
  ORDER BY search, complete DESC, at
) AS ended CROSS JOIN LATERAL jsonb_array_elements(suppliers) AS part
GROUP BY 1, 2, 3, 4
"""


def count(day: date, *, counted_to: int) -> None:
    """Every figure of the day anew; the page reads the old ones meanwhile."""
    begin = datetime.combine(day, time(), UTC)
    end = begin + timedelta(days=1)
    values: dict[str, Any] = {
        "day": day,
        "begin": begin,
        "end": end,
        "until": end + FOLLOWED,
        "counted_to": counted_to,
        "limits": list(LIMITS_MS),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {SearchDay._meta.db_table} IN EXCLUSIVE MODE")
        for model in (SearchDay, SearchFigure, SupplierAnswers):
            model._default_manager.filter(day=day).delete()
        cursor.execute(_FUNNEL, values)
        for statement in (_DAY, _FIGURES, _SUPPLIERS):
            cursor.execute(statement, values)
        cursor.execute("DROP TABLE funnel")


def count_due() -> list[date]:
    """The days that were counted: those whose searches more of the log has come for."""
    counted_to = SearchDay.objects.aggregate(newest=Max("counted_to"))["newest"] or 0
    newest = SearchEvent.objects.aggregate(newest=Max("id"))["newest"] or 0
    days = sorted(set(_touched(counted_to)))
    for day in days:
        count(day, counted_to=newest)
    return days


def _touched(counted_to: int) -> Iterator[date]:
    """A step of today's may follow a search of yesterday's. Days that are pruned stay as they were counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT (at AT TIME ZONE 'UTC')::date, kind = 'asked' FROM hotels_searchevent WHERE id > %s",
            [counted_to],
        )
        touched = cursor.fetchall()
    oldest = SearchEvent.objects.order_by("at").values_list("at", flat=True).first() or clock.now()
    for day, asked in touched:
        yield day
        if not asked and day - FOLLOWED >= oldest.date():
            yield day - FOLLOWED
