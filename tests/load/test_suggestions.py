"""Suggestions over a whole catalogue: how long an answer takes beside a view that asks the database for a 1, and how
often a misspelt place is among the first three."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from urllib.parse import urlencode

import pytest

from faredown.demo.layout import ROOT
from tests.load import databases, figures, generated, misspelling, steady
from tests.load import site as sites
from tests.load.databases import Database
from tests.load.misspelling import Query
from tests.load.site import Site
from tests.load.steady import Asked

HOTELS = int(os.environ.get("FAREDOWN_BENCH_HOTELS", "250000"))
SEED = 20261123
QUERIES = 300
RIGHT_AT_LEAST = 0.95
SHOWN = 3

PER_SECOND = 50
SECONDS = 20
P95_MS = 40.0
TIMES_BARE = 5.0
REFRESH_CPU_SECONDS = 60.0


@pytest.fixture(scope="module")
def filled() -> Iterator[Database]:
    with databases.migrated("suggestions") as database:
        work = f"from tests.load import generated; generated.findable({HOTELS})"
        argv = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "--command", work]
        env = databases.environment(database)
        said = subprocess.run(argv, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
        _tell_cost(database, json.loads(said.splitlines()[-1]))
        yield database


@pytest.fixture(scope="module")
def web(filled: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sites.running(tmp_path_factory.mktemp("suggestions"), databases.environment(filled)) as started:
        yield started


@pytest.fixture(scope="module")
def queries(filled: Database) -> list[Query]:
    with filled.connect() as connection:
        return misspelling.queries(connection, QUERIES, seed=SEED)


def test_a_misspelt_place_is_among_the_first_three(web: Site, queries: list[Query]) -> None:
    asked, right = Counter[str](), Counter[str]()
    for query in queries:
        answer = json.loads(web.get(_path(query.typed)).content)["results"][:SHOWN]
        found = misspelling.is_right(query, [(place["name"], place["subtitle"]) for place in answer])
        for group in (query.slip, f"meant: {query.meant.kind}", "all"):
            asked[group] += 1
            right[group] += found
    title = f"Misspelt places among the first {SHOWN} suggestions, {HOTELS:,} hotels in 5 languages"
    table = figures.table(title, "right", "asked", "share")
    for group in sorted(asked, key=lambda group: (group == "all", group.startswith("meant"), group)):
        table.add(group, right[group], asked[group], right[group] / asked[group])
    assert right["all"] >= RIGHT_AT_LEAST * asked["all"]


def test_an_answer_takes_little_more_than_a_query(web: Site, queries: list[Query]) -> None:
    bare = [Asked("/bare/select")] * (PER_SECOND * SECONDS // 2)
    typed = list(_typing(queries, PER_SECOND * SECONDS))
    steady.waits(web.url, typed[:PER_SECOND], per_second=PER_SECOND)
    first = steady.waits(web.url, bare, per_second=PER_SECOND)
    found = steady.waits(web.url, typed, per_second=PER_SECOND)
    beside = sorted(first + steady.waits(web.url, bare, per_second=PER_SECOND))
    title = f"Suggestions at {PER_SECOND} requests a second, {HOTELS:,} hotels, one granian worker"
    table = figures.table(title, "p50 ms", "p95 ms", "p99 ms")
    for name, waits in (("SELECT 1", beside), ("suggestions", found)):
        table.add(name, *(steady.percentile(waits, share) for share in (0.5, 0.95, 0.99)))
    p95 = steady.percentile(found, 0.95)
    assert p95 < P95_MS
    assert p95 < TIMES_BARE * steady.percentile(beside, 0.95)


def _typing(queries: list[Query], count: int) -> Iterator[Asked]:
    """As they are typed: whole, and broken off somewhere from the second letter on; by visitors of every language."""
    draw = Random(SEED)
    for _ in range(count):
        text = draw.choice(queries).typed
        until = draw.randint(2, len(text)) if draw.random() < 0.5 else len(text)
        yield Asked(_path(text[:until]), draw.choice(list(generated.LANGUAGES)))


def _path(typed: str) -> str:
    return f"/api/v1/destinations/?{urlencode({'q': typed})}"


def _tell_cost(database: Database, spent: dict[str, float]) -> None:
    with database.connect() as connection:
        size, places, words = connection.execute(
            "SELECT pg_total_relation_size('hotels_suggestedplace') + pg_total_relation_size('hotels_suggestedword'), "
            "(SELECT count(*) FROM hotels_suggestedplace), (SELECT count(*) FROM hotels_suggestedword)"
        ).fetchone() or (0, 0, 0)
    table = figures.table(f"Making {HOTELS:,} hotels findable, from nothing", "")
    table.add("worker, CPU s", spent["worker"])
    table.add("PostgreSQL, CPU s", spent["postgres"])
    table.add("wall, s", spent["wall"])
    table.add("kept, MB", size / 1e6)
    table.add("places and hotels", places)
    table.add("distinct words", words)
    assert spent["worker"] + spent["postgres"] < REFRESH_CPU_SECONDS
