"""The least a sync could cost: decoding the same answers into types, and COPY of the same rows into the same tables."""

from __future__ import annotations

import gzip
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import psycopg
from psycopg import sql

from suppliers.adapters.hotelbeds.mapping import content, hotels
from suppliers.adapters.hotelbeds.mapping.pages import Listing
from tests.load.databases import Database
from tests.load.hotelbeds import Simulator
from tests.load.metering import Postgres, Spent

API = "/hotel-content-api/1.0"
BLOCK = 1 << 18
_OTHERS: tuple[Listing[Any], ...] = (
    *(content.COUNTRIES, content.DESTINATIONS, content.RATE_COMMENTS),
    hotels.HOTELS,
)
LISTINGS: dict[str, Listing[Any]] = {one.path: one for one in (*content.TYPES.values(), *_OTHERS)}
BOOKKEEPING = frozenset({"hotels_syncrun", "hotels_syncseen"})
"""Tables that a sync may write although nothing changed."""

CATALOGUE = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname LIKE 'hotels\\_%'
ORDER BY relname
"""
REFERENCES = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND conrelid <> confrelid
"""


@dataclass
class Decoding:
    """Seconds of this process's CPU, and bytes as they are unpacked, by listing."""

    typed: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    sizes: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    unpacking: float = 0.0
    """Of gzip: the sync pays it, the bare side does not."""


def decode(simulator: Simulator, paths: Iterable[str]) -> Decoding:
    """The answers to these paths, each asked for again."""
    found, decoders = Decoding(), {path: _decoder(listing) for path, listing in LISTINGS.items()}
    for path in paths:
        listing = urlsplit(path).path.removeprefix(API)
        answer = simulator.get(path)
        assert answer.status == 200
        started = time.process_time()
        body = gzip.decompress(answer.body)
        unpacked = time.process_time()
        records = decoders[listing].decode(body)
        found.typed[listing] += time.process_time() - unpacked
        found.unpacking += unpacked - started
        found.sizes[listing] += len(body)
        del records
    return found


def _decoder(listing: Listing[Any]) -> msgspec.json.Decoder[Any]:
    """Of a whole answer: its total and its records, in the adapter's types."""
    kind: Any = list[listing.record]  # type: ignore[name-defined]
    records: tuple[str, Any, Any] = ("records", kind, msgspec.field(name=listing.key, default_factory=list))
    answer = msgspec.defstruct("Answer", [("total", int), records], gc=False)
    return msgspec.json.Decoder(answer, strict=False)


def tables(connection: psycopg.Connection) -> list[str]:
    """Of the catalogue, those without rows left out, each after the ones it refers to."""
    names = [name for (name,) in connection.execute(CATALOGUE) if name not in BOOKKEEPING]
    waiting = [name for name in names if _has_rows(connection, name)]
    references = set(connection.execute(REFERENCES).fetchall())
    ordered: list[str] = []
    while waiting:
        ready = [name for name in waiting if not any((name, other) in references for other in waiting)]
        ordered += ready
        waiting = [name for name in waiting if name not in ready]
    return ordered


def copy(full: Database, empty: Database, folder: Path) -> dict[str, Spent]:
    """The rows of `full` into the tables of `empty`, one COPY each of bytes made beforehand; by table."""
    spent: dict[str, Spent] = {}
    file = folder / "rows"
    with full.connect() as source, empty.connect() as target:
        postgres = Postgres.of(target)
        # What the migrations put there would be there twice. The ledger, which hangs on hotels, refuses TRUNCATE.
        target.execute("SET session_replication_role = replica")
        target.execute(
            sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(map(sql.Identifier, tables(source))))
        )
        target.execute("RESET session_replication_role")
        target.execute("CHECKPOINT")
        for name in tables(source):
            columns = _write_out(source, name, file)
            before = _now(postgres)
            _read_in(target, name, columns, file)
            spent[name] = _now(postgres) - before
            print(f"bare COPY: {name} {file.stat().st_size / 1e6:,.0f} MB", file=sys.stderr, flush=True)
            file.unlink()
        before = _now(postgres)
        target.execute("CHECKPOINT")
        spent["checkpoint"] = _now(postgres) - before
    return spent


def _write_out(connection: psycopg.Connection, table: str, file: Path) -> sql.Composed:
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' ORDER BY attnum",
            [table],
        )
    ]
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), named)
    with connection.cursor() as cursor, cursor.copy(statement) as copying, file.open("wb") as output:
        for block in copying:
            output.write(block)
    return named


def _read_in(connection: psycopg.Connection, table: str, columns: sql.Composed, file: Path) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        for block in _blocks(file):
            copying.write(block)


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


def _now(postgres: Postgres) -> Spent:
    return Spent(time.process_time(), postgres.cpu_seconds(), time.monotonic())


def _has_rows(connection: psycopg.Connection, table: str) -> bool:
    statement = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(table))
    row = connection.execute(statement).fetchone()
    return row is not None and bool(row[0])
