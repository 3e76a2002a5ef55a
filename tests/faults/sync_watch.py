"""Somebody who looks at the live hotels all the time, as travellers do, while a sync writes them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from tests.faults import sync_rows
from tests.load.databases import Database

LOOK_EVERY = 0.25
NAME = "observer"

Shown = dict[str, str]
"""Code -> everything that is seen of the hotel."""


class Watch(threading.Thread):
    """Each look is one snapshot. `allowed`: what undisturbed syncs show; a hotel is like any of them, or not there."""

    def __init__(self, database: Database, allowed: Sequence[Shown]) -> None:
        super().__init__(daemon=True)
        self._database, self._allowed = database, allowed
        self._over = threading.Event()
        self.looks = 0
        self.underway = 0
        """Looks at a catalogue that was neither as before nor as after."""
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self._over.is_set():
            try:
                self._look_on()
            except psycopg.OperationalError:  # the server is down: again when it is back
                time.sleep(LOOK_EVERY)

    def stop(self) -> None:
        self._over.set()
        self.join()

    def _look_on(self) -> None:
        with connect(self._database) as connection:
            sync_rows.prepare(connection)
            query = sync_rows.shown_hotels(connection)
            while not self._over.wait(LOOK_EVERY):
                self._look(dict(connection.execute(query).fetchall()))

    def _look(self, seen: Shown) -> None:
        self.looks += 1
        self.underway += bool(seen) and seen not in self._allowed
        for code, said in seen.items():
            if all(one.get(code) != said for one in self._allowed):
                self.wrong.append(f"{code}: {said}")


@contextmanager
def watching(database: Database, allowed: Sequence[Shown]) -> Iterator[Watch]:
    watch = Watch(database, allowed)
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


def connect(database: Database) -> psycopg.Connection:
    return psycopg.connect(database.url, autocommit=True, application_name=NAME, connect_timeout=2)


def shown(database: Database) -> Shown:
    with connect(database) as connection:
        sync_rows.prepare(connection)
        return dict(connection.execute(sync_rows.shown_hotels(connection)).fetchall())


def everything(database: Database) -> dict[str, Counter[str]]:
    with connect(database) as connection:
        return sync_rows.everything(connection)
