"""The catalogue at full size: what a sync costs beside the least it could cost, what it holds in memory, and how little
an incremental one does.

`FAREDOWN_BENCH_HOTELS=20000 make bench ARGS='-k catalogue'` is a smaller one. The simulator's pages are made beforehand
and found on the disk, so that its own time is in no figure.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.load import ahead, bare, databases, figures, hotelbeds, syncing, writes
from tests.load.databases import Database
from tests.load.hotelbeds import Simulator
from tests.load.metering import Spent
from tests.load.syncing import Sync

HOTELS = int(os.environ.get("FAREDOWN_BENCH_HOTELS", "250000"))
FEW = min(20_000, HOTELS)
PICTURES = ("--images", "10")
TIMES_BARE = 2.5
MEMORY = 400e6
CHANGED = 0.01
CHANGED_TAKES = 0.03
"""Of the full sync's time, at most."""

# What of the sync stands beside which rows.
PARTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "places and words",
        (syncing.STARTING, "countries", "destinations", "types"),
        (
            *("hotels_country", "hotels_region", "hotels_destination", "hotels_destinationcode"),
            *("hotels_zone", "hotels_term"),
        ),
    ),
    ("rate comments", ("rate_comments",), ("hotels_ratecomment",)),
    (
        "hotels",
        ("hotels",),
        (
            *("hotels_hotel", "hotels_hotelcode", "hotels_hoteltext", "hotels_hotelroom"),
            "hotels_hotelfacility",
        ),
    ),
)
LISTINGS = {"/hotels": "hotels", "/types/ratecomments": "rate comments"}
REST = "retiring, counts, search names"


@dataclass(frozen=True)
class World:
    """A catalogue of `hotels` at the supplier, and a database of ours for it."""

    hotels: int
    database: Database
    empty: Database
    """Its tables as the migrations make them."""
    simulator: Simulator
    folder: Path

    def sync(self, *options: str) -> Sync:
        return syncing.run(self.database, self.simulator.url, self.folder, *options)

    def asked(self) -> list[str]:
        """Every page the syncs have asked for, once."""
        with self.database.connect() as connection:
            rows = connection.execute("SELECT DISTINCT path FROM suppliers_call WHERE outcome = 'ok'")
            return sorted(path for (path,) in rows)

    def settle(self) -> None:
        """What autovacuum would do some time is not left for whoever is measured next."""
        with self.database.connect() as connection:
            connection.execute("VACUUM (ANALYZE)")


@pytest.fixture(scope="module")
def schema() -> Iterator[Database]:
    with databases.migrated("bench_empty") as made:
        yield made


@pytest.fixture(scope="module")
def few(schema: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from _world(FEW, schema, tmp_path_factory.mktemp("few"))


@pytest.fixture(scope="module")
def many(schema: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from _world(HOTELS, schema, tmp_path_factory.mktemp("many"))


def _world(hotels: int, schema: Database, folder: Path) -> Iterator[World]:
    database = schema.copy(f"bench_{folder.name}")
    try:
        with hotelbeds.running(folder, *PICTURES, hotels=hotels, cache=ahead.cache()) as simulator:
            yield World(hotels, database, schema, simulator, folder)
    finally:
        database.drop()


@pytest.fixture(scope="module")
def small(few: World) -> Sync:
    _tell(f"a sync of {few.hotels:,} hotels, for its memory and for the pages it asks")
    return few.sync("--full")


@pytest.fixture(scope="module")
def full(few: World, small: Sync, many: World, tmp_path_factory: pytest.TempPathFactory) -> Sync:
    _tell(f"the simulator makes its pages of {HOTELS:,} hotels")
    folder = tmp_path_factory.mktemp("helper")
    with hotelbeds.running(folder, *PICTURES, hotels=HOTELS, cache=ahead.cache()) as helper:
        ahead.render([many.simulator, helper], ahead.first_pages(few.asked()))
    _tell(f"the sync of {HOTELS:,} hotels")
    return many.sync("--full")


def test_memory_does_not_grow_with_the_catalogue(small: Sync, full: Sync) -> None:
    found = figures.table("Peak memory of a full sync's process, MB", "most held", "limit")
    for hotels, sync in ((FEW, small), (HOTELS, full)):
        found.add(f"{hotels:,} hotels", sync.peak_memory / 1e6, MEMORY / 1e6)
    assert small.peak_memory < MEMORY
    assert full.peak_memory < MEMORY


def test_a_full_sync_costs_little_more_than_reading_and_writing(full: Sync, many: World) -> None:
    _tell("the same answers decoded, the same rows copied")
    decoding = bare.decode(many.simulator, many.asked())
    copied = bare.copy(many.database, many.empty, many.folder)
    decoded = _by_part(decoding.typed)
    size = sum(decoding.sizes.values()) / 1e9
    title = (
        f"Full sync of {HOTELS:,} hotels in {syncing.LANGUAGES} ({size:.1f} GB of answers), seconds of CPU"
    )
    found = figures.table(title, "worker", "PostgreSQL", "bare decode", "bare COPY", "times bare", "wall")
    rest = set(copied) - {table for _, _, tables in PARTS for table in tables}
    begun = tuple(prefix for _, prefixes, _ in PARTS for prefix in prefixes)
    stages_left = tuple(stage for stage in full.stages if not stage.startswith(begun))
    for name, stages, tables in (*PARTS, (REST, stages_left, tuple(rest))):
        spent = full.of(*stages) if stages else Spent()
        rows = sum((copied.get(table, Spent()) for table in tables), Spent())
        _row(found, name, spent, decoded.get(name, 0.0), rows)
    for stage in stages_left:
        spent = full.stages[stage]
        found.add(f"  {stage}", spent.worker, spent.postgres, "", "", "", spent.wall)
    whole = sum(copied.values(), Spent())
    least = sum(decoded.values()) + whole.cpu
    _row(found, "in all", full.spent, sum(decoded.values()), whole)
    found.add("of it, unpacking gzip", decoding.unpacking, "", "", "", "", "")
    assert full.spent.cpu < TIMES_BARE * least


def test_a_sync_with_nothing_changed_writes_no_row_of_the_catalogue(few: World, small: Sync) -> None:
    few.settle()
    found = figures.table(f"A sync of {FEW:,} hotels with nothing changed", "CPU s", "rows written")
    found.add("the first, full", small.spent.cpu, sum(writes.so_far(few.database).values()))
    for name, options in (("full", ("--full",)), ("incremental", ()), ("sweep", ("--sweep",))):
        _tell(f"{name}, nothing changed")
        before = writes.so_far(few.database)
        again = few.sync(*options)
        written = writes.so_far(few.database) - before
        found.add(name, again.spent.cpu, written.total())
        assert not written


def test_an_incremental_sync_costs_what_changed(few: World, many: World, full: Sync) -> None:
    """The small catalogue has been asked already for what changed: the same questions are made ready here."""
    many.settle()
    many.simulator.control.changes(changed=CHANGED, seed=7)
    asked = [path for path in few.asked() if "lastUpdateTime" in path]
    _tell(f"the simulator makes its pages of the {CHANGED:.0%} that changed")
    ahead.render([many.simulator], ahead.first_pages(asked))
    _tell("an incremental sync")
    before = writes.so_far(many.database)
    changed = many.sync()
    written = writes.so_far(many.database) - before
    hotels = changed.last["counts"]["hotels"]["written"]
    title = f"Incremental sync of {HOTELS:,} hotels, {hotels:,} of them changed"
    found = figures.table(title, "CPU s", "of full", "wall s", "of full", "rows written")
    _share(found, "full", full.spent, full.spent)
    _share(found, "incremental", changed.spent, full.spent, f"{written.total():,}")
    for stage, spent in changed.stages.items():
        _share(found, f"  {stage}", spent, full.spent)
    assert abs(hotels - CHANGED * HOTELS) < 0.2 * CHANGED * HOTELS
    assert changed.spent.wall < CHANGED_TAKES * full.spent.wall


def _share(found: figures.Table, name: str, spent: Spent, full: Spent, rows: str = "") -> None:
    shares = f"{spent.cpu / full.cpu:.2%}", f"{spent.wall / full.wall:.2%}"
    found.add(name, spent.cpu, shares[0], spent.wall, shares[1], rows)


def _row(found: figures.Table, name: str, spent: Spent, decoded: float, copied: Spent) -> None:
    least = decoded + copied.cpu
    times = spent.cpu / least if least else "none"
    found.add(name, spent.worker, spent.postgres, decoded, copied.cpu, times, spent.wall)


def _by_part(typed: dict[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for listing, seconds in typed.items():
        part = LISTINGS.get(listing, PARTS[0][0])
        found[part] = found.get(part, 0.0) + seconds
    return found


def _tell(text: str) -> None:
    print(f"catalogue: {text}", file=sys.stderr, flush=True)
