"""Whether the database still refuses what it has to refuse."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from bookings.services.proving.differences import Code, Difference

TRIGGERS = (
    *("ledger_entry_append_only", "ledger_entry_balanced", "ledger_entry_chained", "ledger_entry_announced"),
    *("journal_line_append_only", "journal_line_balanced", "ledger_seal_append_only"),
)
ENABLED = (
    "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgname = ANY(%s)"
)
STRAYS = """
SELECT count(*), min(l.id) FROM bookings_journalline l
 WHERE NOT EXISTS (SELECT 1 FROM bookings_ledgerentry e WHERE e.id = l.entry_id)
"""


def check() -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(ENABLED, [list(TRIGGERS)])
        there = {name for (name,) in cursor.fetchall()}
        for name in TRIGGERS:
            if name not in there:
                text = f"the trigger {name} is off or gone: the database no longer guards the ledger"
                yield Difference(Code.TRIGGER_MISSING, "", text)
        cursor.execute(STRAYS)
        count, first = cursor.fetchone()
        if count:
            text = f"{count} lines belong to no entry, the first is line {first}: entries were removed"
            yield Difference(Code.LINES_WITHOUT_ENTRY, "", text)
