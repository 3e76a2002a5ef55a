"""A table per day for `Call`: made ahead, dropped whole. Rows without a day of their own lie in the default one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import LiteralString

import structlog
from django.db import connection, transaction
from psycopg import sql

from faredown.lib import clock
from suppliers.models import Call

log = structlog.get_logger(__name__)

TABLE = Call._meta.db_table
PARENT, DEFAULT = sql.Identifier(TABLE), sql.Identifier(f"{TABLE}_default")
DAYS_AHEAD = 7
KEPT_DAYS = 60
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
        with transaction.atomic():
            _run("SET LOCAL lock_timeout = {}", sql.Literal(LOCK_WAIT))
            _run("DROP TABLE {}", sql.Identifier(name))
    _run("DELETE FROM {} WHERE at < {}", DEFAULT, sql.Literal(f"{oldest}T00:00:00Z"))
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
    name = sql.Identifier(_name(day))
    begin, end = (sql.Literal(f"{one}T00:00:00Z") for one in (day, day + timedelta(days=1)))
    with transaction.atomic():
        _run("SET LOCAL lock_timeout = {}", sql.Literal(LOCK_WAIT))
        _run("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", DEFAULT)
        _run("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)", name, PARENT)
        _run(
            "WITH moved AS (DELETE FROM {} WHERE at >= {} AND at < {} RETURNING *) "
            "INSERT INTO {} SELECT * FROM moved",
            DEFAULT,
            begin,
            end,
            name,
        )
        _run("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})", PARENT, name, begin, end)
    log.info("supplier_calls_partition_made", partition=_name(day))


def _run(statement: LiteralString, *parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*parts))


def _name(day: date) -> str:
    return f"{TABLE}_{day:%Y%m%d}"
