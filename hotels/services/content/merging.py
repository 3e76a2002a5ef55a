"""Rows into tables: COPY into a staging table, then one statement that writes only what differs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

MAPPING = 1
"""Part of every hash: raise it when what we make of a record changes, and the next sync writes everything again."""

Row = Sequence[Any]
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How rows of one table are merged. `key` columns identify; `kept` are set on insert only."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    kept: tuple[str, ...] = ()
    compared: tuple[str, ...] = ("content_hash",)
    """An existing row is rewritten when one of these differs. None: never rewritten."""


def digest(*values: object) -> str:
    packed = msgspec.msgpack.encode((MAPPING, values), order="deterministic")
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def json(value: object) -> str:
    """Without the character NUL, which PostgreSQL keeps in no text."""
    text = msgspec.json.encode(value).decode()
    return _NUL.sub(r"\1", text) if "\\u0000" in text else text


def merge(shape: Shape, rows: Sequence[Row]) -> int:
    """How many rows were inserted or rewritten. Call it inside a transaction; keys within `rows` are unique."""
    if not rows:
        return 0
    stage = f"stage_{shape.table}"
    with connection.cursor() as cursor:
        _stage(cursor, stage, shape)
        copy(cursor, stage, shape.columns, rows)
        cursor.execute(_upsert(shape, stage))
        written: int = cursor.rowcount
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(stage)))
    return written


def insert(shape: Shape, rows: Sequence[Row]) -> int:
    """Rows that are known to be new, straight into the table."""
    if rows:
        with connection.cursor() as cursor:
            copy(cursor, shape.table, shape.columns, rows)
    return len(rows)


def copy(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    with connection.wrap_database_errors, cursor.copy(statement) as copying:
        for row in rows:
            copying.write_row(row)


def next_ids(table: str, count: int) -> list[int]:
    """Keys for new rows, taken before they are written so that their children can go out in the same breath."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def _stage(cursor: CursorWrapper, stage: str, shape: Shape) -> None:
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            sql.Identifier(stage), _names(shape.columns), sql.Identifier(shape.table)
        )
    )


def _upsert(shape: Shape, stage: str) -> sql.Composed:
    changed = [column for column in shape.columns if column not in shape.key and column not in shape.kept]
    insert = sql.SQL(
        "INSERT INTO {table} AS kept ({columns}) SELECT {columns} FROM {stage} ON CONFLICT ({key}) "
    ).format(
        table=sql.Identifier(shape.table),
        columns=_names(shape.columns),
        stage=sql.Identifier(stage),
        key=_names(shape.key),
    )
    if not shape.compared:
        return insert + sql.SQL("DO NOTHING")
    sets = sql.SQL(", ").join(
        sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(column)) for column in changed
    )
    differs = sql.SQL(" OR ").join(
        sql.SQL("kept.{0} IS DISTINCT FROM EXCLUDED.{0}").format(sql.Identifier(column))
        for column in shape.compared
    )
    return insert + sql.SQL("DO UPDATE SET {} WHERE {}").format(sets, differs)


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
