"""A table per day for `Call`: made ahead, dropped whole. Rows without a day of their own lie in the default one."""

from __future__ import annotations

from datetime import date, timedelta

import structlog
from django.db import connection, transaction

from faredown.lib import clock
from suppliers.models import Call

log = structlog.get_logger(__name__)

TABLE = Call._meta.db_table
DAYS_AHEAD = 7
LOCK_WAIT = "2s"
"""A partition that cannot be had at once waits for the next run, not the calls for the partition."""


def make_ahead(days: int = DAYS_AHEAD) -> list[str]:
    """Partitions for today and the coming days; those that exist already are left alone. Returns the new ones."""
    today = clock.today()
    there = existing()
    wanted = [today + timedelta(days=offset) for offset in range(days + 1)]
    missing = [day for day in wanted if _name(day) not in there]
    for day in missing:
        _make(day)
    return [_name(day) for day in missing]


def drop_before(oldest: date) -> list[str]:
    """Drops the days before `oldest`; deletes what of them lies in the default partition."""
    dropped = [name for name in existing() if name < _name(oldest)]
    for name in dropped:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
            cursor.execute(f'DROP TABLE "{name}"')
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}_default WHERE at < %s", [f"{oldest}T00:00:00Z"])
    return dropped


def existing() -> list[str]:
    """The days' partitions, oldest first (their names sort by day)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
            "WHERE inhparent = %s::regclass AND child.relname <> %s ORDER BY 1",
            [TABLE, f"{TABLE}_default"],
        )
        return [name for (name,) in cursor.fetchall()]


def _make(day: date) -> None:
    """Moves the day's rows out of the default partition first: a day may have begun without its own."""
    name, begin, end = _name(day), f"{day}T00:00:00Z", f"{day + timedelta(days=1)}T00:00:00Z"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
        cursor.execute(f"LOCK TABLE {TABLE}_default IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f'CREATE TABLE "{name}" (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
        cursor.execute(
            f"WITH moved AS (DELETE FROM {TABLE}_default WHERE at >= %s AND at < %s RETURNING *) "
            f'INSERT INTO "{name}" SELECT * FROM moved',
            [begin, end],
        )
        cursor.execute(
            f"ALTER TABLE {TABLE} ATTACH PARTITION \"{name}\" FOR VALUES FROM ('{begin}') TO ('{end}')"
        )
    log.info("supplier_calls_partition_made", partition=name)


def _name(day: date) -> str:
    return f"{TABLE}_{day:%Y%m%d}"
