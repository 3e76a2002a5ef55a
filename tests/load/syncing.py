"""`manage.py sync_hotels` as an operator runs it, with what each of its stages cost."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faredown.demo.layout import ROOT
from faredown.embedded import processes, servers
from faredown.embedded.processes import Child, Command
from tests.load import databases, metering
from tests.load.databases import Database
from tests.load.metering import Postgres, Spent

LANGUAGES = "en,es,ar"
LOOK_AGAIN = 0.05
TELL_EVERY = 20.0
STARTING = "start"

Json = dict[str, Any]


@dataclass
class Sync:
    """`stages`: what was spent until the next one began, the process's own start first."""

    stages: dict[str, Spent] = field(default_factory=dict)
    peak_memory: int = 0
    """Bytes."""
    last: Json = field(default_factory=dict)
    """The last line it wrote."""

    @property
    def spent(self) -> Spent:
        return sum(self.stages.values(), Spent())

    @property
    def written(self) -> int:
        return sum(one["written"] for one in self.last["counts"].values())

    def of(self, *prefixes: str) -> Spent:
        return sum((one for name, one in self.stages.items() if name.startswith(prefixes)), Spent())


def run(database: Database, simulator_url: str, folder: Path, *options: str) -> Sync:
    """To its end, which has to be a good one. What it writes is read as it comes."""
    log = folder / f"sync-{database.name}.log"
    log.unlink(missing_ok=True)
    argv = [sys.executable, str(ROOT / "manage.py"), "sync_hotels", "--languages", LANGUAGES, *options]
    environment = databases.environment(database, simulator_url)
    command = Command(name="sync", argv=argv, env=environment, cwd=ROOT, log=log)
    with database.connect() as connection:
        postgres = Postgres.of(connection)
    child = processes.spawn(command)
    try:
        return _follow(child, postgres, log)
    finally:
        child.stop()


def _follow(child: Child, postgres: Postgres, log: Path) -> Sync:
    watched = _Watch(child, postgres)
    with log.open() as output:
        ended = False
        while not ended:
            ended = _has_ended(child)
            for line in _lines(output):
                watched.read(line)
            watched.look()
            time.sleep(0 if ended else LOOK_AGAIN)
    watched.book()
    assert child.process.wait() == 0, f"the sync failed:\n{servers.tail(log)}"
    return watched.sync


class _Watch:
    def __init__(self, child: Child, postgres: Postgres) -> None:
        self.sync = Sync()
        self._pid, self._postgres = child.process.pid, postgres
        self._stage = STARTING
        # The time before the first line is the first stage's; only what came before the first look is the start's.
        self._before = Spent(0.0, postgres.cpu_seconds(), time.monotonic())
        self._told = time.monotonic()

    def read(self, line: Json) -> None:
        self.sync.last = line
        # What is made at the end is a few long steps, each worth a figure of its own.
        stage = f"derive {line['position']}" if line["stage"] == "derive" else line["stage"]
        if stage != self._stage:
            self.book()
            self._stage = stage
        if time.monotonic() - self._told > TELL_EVERY:
            self._told = time.monotonic()
            self._tell(line)

    def look(self) -> None:
        self.sync.peak_memory = max(self.sync.peak_memory, metering.peak_memory(self._pid))

    def book(self) -> None:
        now = Spent(metering.cpu_seconds(self._pid), self._postgres.cpu_seconds(), time.monotonic())
        spent = now - self._before
        self.sync.stages[self._stage] = self.sync.stages.get(self._stage, Spent()) + spent
        self._before = now

    def _tell(self, line: Json) -> None:
        told = f"sync: {line['stage']} {line['position']:,} of {line['total']:,}"
        print(told, f"({self.sync.peak_memory / 1e6:.0f} MB)", file=sys.stderr, flush=True)


def _lines(output: Any) -> Iterator[Json]:
    """Whole lines that tell where the run is; the rest of the log is for people."""
    while True:
        at = output.tell()
        line = output.readline()
        if not line.endswith("\n"):
            output.seek(at)
            return
        if line.startswith('{"supplier"'):
            yield json.loads(line)


def _has_ended(child: Child) -> bool:
    """Without reaping it: its last ticks are still to be read."""
    return os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
