"""A million entries sealed and proved, against reading the same rows and hashing them with nothing else done."""

from __future__ import annotations

import hashlib
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import psycopg
import pytest
from pytest_django import DjangoDbBlocker, Settings

from bookings.services import seals
from bookings.services.proving import proof, rows
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Scope
from tests.bookings import copies
from tests.load import databases, figures, ledger

BOOKINGS = int(os.environ.get("LEDGER_BOOKINGS", "250000"))
# CPU of our process, which reads booking by booking, hashes, adds up and compares: a guard against another order.
PROOF_AT_MOST = 6
# What the process grew by while it proved. The same rows as Python objects are some 2 kB an entry.
GROWTH_AT_MOST_MB = 80

Result = TypeVar("Result")


class Spent(NamedTuple):
    cpu: float
    wall: float


@pytest.fixture(scope="module")
def books(
    django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[databases.Database]:
    with databases.migrated("ledger_load") as made:
        yield made


def timed(work: Callable[[], Result]) -> tuple[Result, Spent]:
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return result, Spent(time.process_time() - cpu, time.perf_counter() - wall)


def test_a_million_entries_are_proved(
    books: databases.Database, settings: Settings, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    settings.LEDGER_SEALS_FOLDER = tmp_path / "seals"
    with books.connect() as target:
        written, filling = timed(lambda: ledger.write(target, bookings=BOOKINGS))
        counted, bare = timed(lambda: _bare(target))
    assert counted == written.lines
    with django_db_blocker.unblock(), copies.used(books.name):
        _, sealing = timed(seals.seal)
        found: list[Difference] = []
        before = _peak_mb()
        outcome, proving = timed(lambda: proof.prove(Scope(), found.append))
        grown = _peak_mb() - before
    assert found == []
    assert outcome.counts["entries"] == written.entries
    table = figures.table(
        f"A ledger of {written.entries:,} entries, {written.lines:,} lines, {BOOKINGS:,} bookings",
        *("CPU s", "wall s", "entries a wall second", "times bare", "grown MB"),
    )
    for name, spent in (("bare SELECT and sha256", bare), ("seal", sealing), ("proof", proving)):
        growth = grown if name == "proof" else 0.0
        table.add(name, spent.cpu, spent.wall, written.entries / spent.wall, spent.cpu / bare.cpu, growth)
    table.add("(writing it)", filling.cpu, filling.wall, written.entries / filling.wall, 0.0, 0.0)
    assert proving.cpu / bare.cpu < PROOF_AT_MOST
    assert grown < GROWTH_AT_MOST_MB


def _bare(target: psycopg.Connection) -> int:
    """The same rows by the same statement, each hashed as it comes."""
    count = 0
    with target.transaction(), target.cursor(name="bare") as cursor:
        cursor.itersize = rows.CHUNK
        cursor.execute(rows.ENTRIES)
        for row in cursor:
            hashlib.sha256(str(row).encode()).hexdigest()
            count += 1
    return count


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
