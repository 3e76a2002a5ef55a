"""A table per day for what is written by the million and forgotten by the day: made ahead, dropped whole.

The parent is partitioned by range of its `at` (a timestamptz) and has a default partition, `<table>_default`, that
takes what no day takes, so that writing never fails for want of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import LiteralString

import structlog
from django.db import connection, transaction
from psycopg import sql

from faredown.lib import clock

log = structlog.get_logger(__name__)

DAYS_AHEAD = 7
LOCK_WAIT = "2s"
"""A partition that cannot be had at once waits for the next run, not the writers for the partition."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days' partitions of one table."""

    table: str

    def keep(self, days: int) -> None:
        """Safe to run at any time: days ahead get their partition, days older than `days` lose theirs."""
        self.make_ahead()
        self.drop_before(clock.today() - timedelta(days=days))

    def make_ahead(self, days: int = DAYS_AHEAD) -> list[str]:
        """Partitions for today and the coming days; those that exist already are left alone. Returns the new ones."""
        today = clock.today()
        there = self.existing()
        wanted = [today + timedelta(days=offset) for offset in range(days + 1)]
        missing = [day for day in wanted if self._name(day) not in there]
        for day in missing:
            self._make(day)
        return [self._name(day) for day in missing]

    def drop_before(self, oldest: date) -> list[str]:
        """Drops the days before `oldest`; deletes what of them lies in the default partition."""
        dropped = [name for name in self.existing() if name < self._name(oldest)]
        for name in dropped:
            with transaction.atomic():
                _run("SET LOCAL lock_timeout = {}", sql.Literal(LOCK_WAIT))
                _run("DROP TABLE {}", sql.Identifier(name))
        _run("DELETE FROM {} WHERE at < {}", self._default, sql.Literal(f"{oldest}T00:00:00Z"))
        return dropped

    def existing(self) -> list[str]:
        """Oldest first (their names sort by day)."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
                "WHERE inhparent = %s::regclass AND child.relname <> %s ORDER BY 1",
                [self.table, f"{self.table}_default"],
            )
            return [name for (name,) in cursor.fetchall()]

    @property
    def _default(self) -> sql.Identifier:
        return sql.Identifier(f"{self.table}_default")

    def _name(self, day: date) -> str:
        return f"{self.table}_{day:%Y%m%d}"

    def _make(self, day: date) -> None:
        """Moves the day's rows out of the default partition first: a day may have begun without its own."""
        parent, name = sql.Identifier(self.table), sql.Identifier(self._name(day))
        begin, end = (sql.Literal(f"{one}T00:00:00Z") for one in (day, day + timedelta(days=1)))
        with transaction.atomic():
            _run("SET LOCAL lock_timeout = {}", sql.Literal(LOCK_WAIT))
            _run("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", self._default)
            _run("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)", name, parent)
            _run(
                "WITH moved AS (DELETE FROM {} WHERE at >= {} AND at < {} RETURNING *) "
                "INSERT INTO {} SELECT * FROM moved",
                self._default,
                begin,
                end,
                name,
            )
            _run("ALTER TABLE {} ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})", parent, name, begin, end)
        log.info("partition_made", partition=self._name(day))


def _run(statement: LiteralString, *parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*parts))
