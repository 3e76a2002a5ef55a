"""What a run met, as rows: a listing's keys are compared with ours without holding them in memory."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from hotels.models import SyncRun, SyncSeen

_PUT = """
INSERT INTO hotels_syncseen (run_id, code) SELECT %s, code FROM unnest(%s::text[]) AS code
ON CONFLICT (run_id, code) DO NOTHING RETURNING code
"""


def put(run: SyncRun, codes: Sequence[str]) -> set[str]:
    """Those that the run had not met before."""
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [run.pk, list(dict.fromkeys(codes))])
        return {code for (code,) in cursor.fetchall()}


def take_away(run: SyncRun, codes: Sequence[str]) -> None:
    SyncSeen.objects.filter(run=run, code__in=codes).delete()


def clear(run: SyncRun) -> None:
    SyncSeen.objects.filter(run=run).delete()


def count_anew() -> None:
    """Before marks are joined: autovacuum has not seen this run's, and without their number the planner compares each
    with each."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE hotels_syncseen")
