"""What a catalogue sync runs on and with, each to be killed and started again: supplier, database server, workers."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
from celery import Celery

from faredown.demo.layout import ROOT
from faredown.embedded import ports, postgres, processes, servers, services
from faredown.embedded.processes import Child, Command
from faredown.embedded.servers import Server
from suppliers.simulators.hotelbeds.running import Control
from tests import services as test_services
from tests.bookings.world import KEY, SECRET
from tests.load import databases
from tests.load.databases import Database

STARTS_WITHIN = 60.0
LATENCY_MS = (60, 150)
"""Of the supplier: time to die in, in every stage."""
VALKEY_DATABASE = 8
REMIND_EVERY = 0.5
COMMAND, WORKER = "sync_hotels", "worker"


class Supplier:
    def __init__(self, folder: Path, hotels: int) -> None:
        port = ports.free()
        self.url = f"http://{ports.LOOPBACK}:{port}"
        self.control = Control(self.url)
        argv = [sys.executable, str(ROOT / "manage.py"), "simulate_hotelbeds", "--port", str(port)]
        argv += ["--hotels", str(hotels), "--seed", "7", "--api-key", KEY, "--secret", SECRET]
        argv += ["--state-dir", str(folder / "state"), "--cache-dir", str(folder / "pages")]
        self._command = Command(name="simulator", argv=argv, log=folder / "simulator.log", cwd=ROOT)
        self._child = processes.spawn(self._command)
        self._wait()

    def go_away(self, seconds: float) -> None:
        kill(self._child)
        time.sleep(seconds)
        self._child = processes.spawn(self._command)
        self._wait()

    def calls(self) -> int:
        """Of content, so far."""
        return int(self.control.state()["calls"].get("content", 0))

    def stop(self) -> None:
        self._child.stop()

    def _wait(self) -> None:
        _until(lambda: _answers(self.control), self._child)


class DatabaseServer:
    """One of its own: the others of this run must not be there when it dies. It keeps what it has committed."""

    def __init__(self, folder: Path) -> None:
        log = folder / "postgres.log"
        self._server: Server = postgres.start(
            folder / "postgres", durable=True, launch=processes.spawn, log=log
        )
        self._child = self._server.child
        self.url = self._server.url

    def crash(self) -> None:
        """At once, nothing written down, every client cut off; then it recovers from its log, at the same address."""
        processes.send(self._child.identity, signal.SIGQUIT)
        self._child.process.wait()
        self._child = processes.spawn(self._child.command)
        _until(lambda: _lets_in(self.url), self._child)

    def stop(self) -> None:
        self._child.stop()


class Operator:
    """Starts the sync again, by the command or through a worker."""

    def __init__(self, folder: Path, database: Database, supplier: Supplier) -> None:
        self.folder, self.database = folder, database
        self._broker = test_services.with_database(os.environ[services.BROKER_URL], VALKEY_DATABASE)
        self._reminded = 0.0
        self._env = _environment(database, supplier.url, self._broker)

    def forget_quota(self) -> None:
        """The supplier's day is over."""
        valkey = redis.Redis.from_url(self._broker)
        for key in valkey.scan_iter("suppliers:*:quota_pause"):
            valkey.delete(key)

    def knows_of_used_up_quota(self) -> bool:
        return bool(list(redis.Redis.from_url(self._broker).scan_iter("suppliers:*:quota_pause")))

    def start(self, how: str, *, full: bool) -> Child:
        child = processes.spawn(self._command(how, full=full))
        if how == WORKER:
            self._send("hotels.sync_content")
        return child

    def remind(self) -> None:
        """As the timetable does for workers: of a wait that is over, of a run whose task was lost. In a hurry: twice a
        second, and as if the next day's task were due already."""
        if time.monotonic() > self._reminded + REMIND_EVERY:
            self._send("hotels.sync_stalled")
            self._send("hotels.sync_content")

    def _send(self, task: str) -> None:
        self._reminded = time.monotonic()
        with Celery("operator", broker=self._broker) as app:
            app.send_task(task, queue="sync")

    def _command(self, how: str, *, full: bool) -> Command:
        manage = [sys.executable, str(ROOT / "manage.py"), "sync_hotels", *(["--full"] if full else [])]
        celery = [sys.executable, "-m", "celery", "-A", "faredown", "worker", "--queues", "sync"]
        celery += ["--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        argv = manage if how == COMMAND else celery
        return Command(name=how, argv=argv, env=self._env, cwd=ROOT, log=self.folder / f"{how}.log")


def kill(child: Child) -> None:
    """Everything in it, without a word."""
    for member in processes.members(child.identity):
        processes.send(member, signal.SIGKILL)
    child.process.wait()


@contextmanager
def stopped_at_the_end(*running: Supplier | DatabaseServer) -> Iterator[None]:
    try:
        yield
    finally:
        for one in running:
            one.stop()


def _environment(database: Database, url: str, broker: str) -> Mapping[str, str]:
    cache = test_services.with_database(os.environ[services.CACHE_URL], VALKEY_DATABASE)
    return dict(databases.environment(database, url)) | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.hasty_settings",
        services.CACHE_URL: cache,
        services.BROKER_URL: broker,
    }


def _answers(control: Control) -> bool:
    try:
        control.state()
    except OSError:
        return False
    return True


def _lets_in(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _until(ready: Callable[[], bool], child: Child) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while not ready():
        assert child.returncode() is None, servers.tail(child.command.log)
        assert time.monotonic() < ends, servers.tail(child.command.log)
        time.sleep(0.05)
