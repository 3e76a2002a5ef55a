"""A catalogue sync killed 25 times, its database server crashed, its supplier gone, throttling, out of quota.

It is started again each time, by the command or through a worker, and ends with the same rows as a sync that nobody
disturbed: once filling an empty catalogue, once changing a full one. Meanwhile somebody looks: no hotel is ever seen
that is neither as before nor as after. `KILL_SEED=7 make faults` plays other dice; the moments never quite repeat.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from faredown.embedded import servers
from faredown.embedded.processes import Child
from hotels import sync_stages
from tests import services as test_services
from tests.faults import sync_processes, sync_rows, sync_watch
from tests.faults.sync_processes import COMMAND, WORKER, DatabaseServer, Operator, Supplier
from tests.faults.sync_watch import Watch
from tests.load import databases
from tests.load.databases import Database

HOTELS = 2500
KILLS = 25
SEED = int(os.environ.get("KILL_SEED", "20261123"))
CHANGES = {"changed": 0.6, "removed": 0.02, "added": 0.01}
PATIENCE = 120.0
LOOK_AGAIN = 0.005
AWAY_SECONDS = 1.5
SILENCE_SECONDS = 1.5

STAGES = sync_stages.of("full", one_destination=False)
"""In their order; an incremental run leaves some out."""

HOLDER = "SELECT holder FROM idempotency_lease WHERE name = 'hotels.sync:hotelbeds' AND expires_at > now()"
WRITING = """
SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND application_name <> 'observer' AND backend_type = 'client backend'
        AND xact_start IS NOT NULL AND query ~ '^(COPY|INSERT|UPDATE|DELETE|CREATE TEMP)'
)
"""


@dataclass(frozen=True)
class Blow:
    """Not before the run is there, and writes if `writing`; `wait` seconds later."""

    kind: str
    stage: str
    position: int = 0
    writing: bool = False
    wait: float = 0.0

    @property
    def place(self) -> tuple[int, int]:
        return STAGES.index(self.stage), self.position


@dataclass(frozen=True)
class At:
    """Where the run is that is open."""

    stage: str
    position: int
    status: str

    @property
    def place(self) -> tuple[int, int]:
        return STAGES.index(self.stage), self.position


@dataclass
class World:
    server: DatabaseServer
    supplier: Supplier
    operator: Operator
    database: Database
    chance: random.Random
    full: bool = True
    child: Child | None = None
    struck: Counter[str] = field(default_factory=Counter)
    _connection: psycopg.Connection | None = None

    def at(self) -> At | None:
        """None: no run is open."""
        row = self._ask("SELECT stage, position, status FROM hotels_syncrun ORDER BY id DESC LIMIT 1")
        return At(*row) if row and row[2] == "running" else None

    def works(self) -> bool:
        """Whoever was started last is up, and at a step."""
        row = self._ask(HOLDER)
        if row is None or self.child is None:
            return False
        return int(row[0].split(":")[1]) == self.child.process.pid

    def writes(self) -> bool:
        return bool(self._ask(WRITING)[0])

    def keep_going(self) -> None:
        """Whoever is dead is started again, the one way or the other; the command alone knows of a whole one."""
        if self.child is None or self.child.returncode() is not None:
            ways = (COMMAND, WORKER) if self.at() else (COMMAND,)
            self.child = self.operator.start(self.chance.choice(ways), full=self.full)
        elif self.child.command.name == WORKER:
            self.operator.remind()

    def kill(self) -> None:
        if self.child is not None:
            sync_processes.kill(self.child)
            self.child = None

    def told(self) -> str:
        """For whoever reads why it did not go on."""
        return f"{self.at()}\n{servers.tail(self.child.command.log) if self.child else ''}"

    def _ask(self, query: str) -> Any:
        """The first row; over a new connection where the last one went down with the server."""
        while True:
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = sync_watch.connect(self.database)
                return self._connection.execute(query).fetchone()
            except psycopg.OperationalError:
                self._connection = None
                time.sleep(0.05)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where PostgreSQL's system user may look: pytest closes its own folders to everybody else."""
    made = test_services.HOME / os.environ[test_services.STARTED_BY] / "killed_sync"
    made.mkdir()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    supplier, server = Supplier(folder, HOTELS), DatabaseServer(folder)
    with (
        sync_processes.stopped_at_the_end(supplier, server),
        databases.migrated("calm", server=server.url) as calm,
    ):
        killed = calm.copy("killed")
        made = World(server, supplier, Operator(folder, killed, supplier), killed, random.Random(SEED))
        try:
            yield made
        finally:
            made.kill()


@pytest.fixture
def undisturbed(world: World, folder: Path) -> Operator:
    """Works on a database of its own, beside the one where everybody dies."""
    return Operator(folder, Database(world.database.url.replace("/killed", "/calm")), world.supplier)


def test_a_killed_sync_ends_as_an_undisturbed_one(
    world: World, undisturbed: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    filling, changing = _blows(world.chance)
    times = [time.monotonic()]
    before = _undisturbed(undisturbed, world)
    times.append(time.monotonic())
    first = _disturbed(world, filling, [before], undisturbed.database)
    times.append(time.monotonic())
    world.supplier.control.changes(**CHANGES, seed=SEED)
    world.full = False
    after = _undisturbed(undisturbed, world)
    times.append(time.monotonic())
    second = _disturbed(world, changing, [before, after], undisturbed.database)
    times.append(time.monotonic())
    with capsys.disabled():
        _report(world, [first, second], [later - earlier for earlier, later in pairwise(times)])
    for watch in (first, second):
        assert not watch.wrong, watch.wrong[:5]
        assert watch.looks > watch.underway > 0
    assert sum(times for name, times in world.struck.items() if name.startswith("killed")) == KILLS


def _blows(chance: random.Random) -> tuple[list[Blow], list[Blow]]:
    """While the catalogue is filled, and while it is changed; each in the order of the run."""
    words = [stage for stage in STAGES if stage.startswith(sync_stages.TYPES)]
    left_out = set(chance.sample(words, len(words) - 3))
    hotels, last = sync_stages.HOTELS, sync_stages.DERIVE
    filling = [Blow("killed", stage) for stage in STAGES if stage not in left_out]
    filling += [Blow("killed", hotels, position, writing=True) for position in (1, 1, 1001, 1001, 2001)]
    filling += [
        Blow("killed", last, 3, writing=True),
        Blow("killed", sync_stages.RATE_COMMENTS, writing=True),
    ]
    filling += [
        Blow("the server crashed", hotels, 1001, writing=True),
        Blow("the supplier gone", sync_stages.RATE_COMMENTS),
        Blow("throttled", hotels, 1),
        Blow("killed out of quota", hotels, 1001),
    ]
    kills = sum(blow.kind.startswith("killed") for blow in filling)
    anywhere = [Blow("killed", chance.choice((hotels, hotels, last))) for _ in range(KILLS - kills - 2)]
    changing = [*anywhere, Blow("killed", hotels, writing=True), Blow("killed", last, 3, writing=True)]
    changing += [Blow("the server crashed", last, 3, writing=True)]
    return _in_order(filling, chance), _in_order(changing, chance)


def _in_order(blows: list[Blow], chance: random.Random) -> list[Blow]:
    """Those who wait for a writing transaction strike at once, the others some time."""
    timed = [
        one if one.writing else Blow(one.kind, one.stage, one.position, wait=chance.uniform(0, 0.4))
        for one in blows
    ]
    return sorted(timed, key=lambda blow: blow.place)


def _undisturbed(operator: Operator, world: World) -> sync_watch.Shown:
    world.supplier.control.latency({})
    child = operator.start(COMMAND, full=world.full)
    assert child.process.wait() == 0, servers.tail(child.command.log)
    return sync_watch.shown(operator.database)


def _disturbed(world: World, blows: list[Blow], allowed: list[sync_watch.Shown], calm: Database) -> Watch:
    """Ends with the rows of the undisturbed one."""
    world.supplier.control.latency({"content": sync_processes.LATENCY_MS})
    with sync_watch.watching(world.database, allowed) as watch:
        for blow in blows:
            _wait_for(world, blow)
            _strike(world, blow)
        _finish(world)
    differences = sync_rows.differences(sync_watch.everything(calm), sync_watch.everything(world.database))
    assert not differences, "\n".join(map(str, differences))
    return watch


def _wait_for(world: World, blow: Blow) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        world.keep_going()
        at = world.at()
        is_there = at is not None and at.place >= blow.place and world.works()
        if is_there and (not blow.writing or world.writes()):
            break
        assert time.monotonic() < until, f"{blow} never came: {world.told()}"
        time.sleep(LOOK_AGAIN)
    time.sleep(blow.wait)


def _strike(world: World, blow: Blow) -> None:
    by = world.child.command.name if world.child else ""
    match blow.kind:
        case "killed":
            world.kill()
        case "the server crashed":
            world.server.crash()
        case "the supplier gone":
            world.supplier.go_away(AWAY_SECONDS)
        case "throttled":
            world.supplier.control.faults({"operation": "content", "kind": "throttle_429", "count": 3})
        case "killed out of quota":
            _use_up_quota(world)
    at = world.at()
    where = f"{at.stage}{', writing' if blow.writing else ''}" if at else "the end"
    world.struck[f"{blow.kind}: {by} at {where}"] += 1


def _use_up_quota(world: World) -> None:
    """Nobody knocks while the quota is used up; the day after, whoever waited is dead, and it goes on."""
    world.supplier.control.faults({"operation": "content", "kind": "quota_403", "count": 1})
    until = time.monotonic() + PATIENCE
    while not world.operator.knows_of_used_up_quota():
        assert time.monotonic() < until, world.told()
        time.sleep(LOOK_AGAIN)
    asked = world.supplier.calls()
    time.sleep(SILENCE_SECONDS)
    assert world.supplier.calls() == asked
    world.kill()
    world.operator.forget_quota()
    with sync_watch.connect(world.database) as connection:
        connection.execute("UPDATE hotels_syncrun SET waits_until = now() WHERE status = 'running'")


def _finish(world: World) -> None:
    until = time.monotonic() + PATIENCE
    while world.at() is not None:
        world.keep_going()
        assert time.monotonic() < until, f"no end: {world.told()}"
        time.sleep(0.05)
    if world.child is not None and world.child.command.name == COMMAND:
        world.child.process.wait()
    world.kill()


def _report(world: World, watches: list[Watch], took: list[float]) -> None:
    print(f"\nseed {SEED}: {HOTELS:,} hotels, {sum(world.struck.values())} blows")
    quietly, killed, changed_quietly, changed = took
    print(f"filled undisturbed in {quietly:.0f} s, killed in {killed:.0f} s; ", end="")
    print(f"changed undisturbed in {changed_quietly:.0f} s, killed in {changed:.0f} s")
    for name, times in sorted(world.struck.items()):
        print(f"  {name:<60} {times}")
    looks, underway = sum(one.looks for one in watches), sum(one.underway for one in watches)
    print(
        f"{looks} looks at every live hotel, {underway} of them while the catalogue was on its way; none half"
    )
