"""Hotels that a supplier's listing no longer holds, and those it holds that we do not have. Call it inside a
transaction. Nothing is ever deleted: bookings and staff's edits point at hotels."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from faredown.lib import clock
from faredown.messaging.services import outbox
from hotels import conf, sync_stages
from hotels.models import SyncRun
from hotels.services.content import edit_rows, marks
from hotels.services.content.tally import Tally

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

_UNKNOWN = """
SELECT seen.code FROM hotels_syncseen AS seen
LEFT JOIN hotels_hotelcode AS ours ON ours.supplier = %(supplier)s AND ours.code = seen.code
LEFT JOIN hotels_hotel AS hotel ON hotel.id = ours.hotel_id
LEFT JOIN hotels_contentedit AS edit ON edit.hotel_id = hotel.id AND edit.field = 'off_sale'
WHERE seen.run_id = %(run)s AND (hotel.id IS NULL OR hotel.status = 'retired' AND edit.id IS NULL)
ORDER BY seen.id LIMIT %(most)s
"""


def retire_unlisted(run: SyncRun, tally: Tally) -> int:
    """Hotels none of whose codes was listed leave search; one that another supplier still sells stays. Refused, and
    staff told, where the listing was not read whole or a suspicious share of it would go."""
    listing = sync_stages.CODES if run.kind == SyncRun.Kind.SWEEP else sync_stages.HOTELS
    if gaps := run.counts.get(listing, {}).get("gaps", 0):
        tally.find("retiring_left_out", f"{gaps} records of the listing could not be read")
        return 0
    edit_rows.shut_out_editors()  # who moves a destination writes its hotels too, in another order
    marks.count_anew()
    with connection.cursor() as cursor:
        cursor.execute(_UNLISTED, {"supplier": run.supplier, "run": run.pk})
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE gone) FROM unlisted")
        tally.seen, gone = cursor.fetchone()
        written = 0
        if gone * 100 > tally.seen * conf.retire_at_most_percent():
            _refuse(run, gone, tally)
        else:
            cursor.execute(_RETIRE, {"now": clock.now()})
            written = cursor.rowcount
        cursor.execute("DROP TABLE unlisted")
    return written


def unknown(run: SyncRun, *, most: int) -> list[str]:
    """Codes the run met of hotels we do not have, or have retired, in the order they were listed."""
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, {"supplier": run.supplier, "run": run.pk, "most": most})
        return [code for (code,) in cursor.fetchall()]


def asked_for(run: SyncRun, codes: Sequence[str]) -> None:
    """They are not asked for again, whatever came of it: what was listed has been compared by now."""
    marks.take_away(run, codes)


def _refuse(run: SyncRun, gone: int, tally: Tally) -> None:
    said = f"{gone} of {tally.seen} hotels are no longer listed"
    tally.find("retiring_refused", said)
    outbox.alert(
        code="sync_retiring_refused",
        subject=f"The sync of {run.supplier} retired no hotel: too many would go",
        detail=f"{said}, more than {conf.retire_at_most_percent()} % (HOTELS_RETIRE_AT_MOST_PERCENT). They stay on "
        "sale. If the supplier did drop them, raise the setting and start a sweep; else ask the supplier.",
        related_reference=run.public_id,
        dedupe_key=f"sync_retiring_refused:{run.public_id}",
    )
