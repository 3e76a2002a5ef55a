"""Every process of a small Faredown, to be started, killed and started again by a test."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from faredown.embedded import ports, processes, servers, services
from faredown.embedded.processes import Child, Command
from suppliers.simulators.hotelbeds.running import Control
from tests.bookings.world import KEY, SECRET, hotelbeds_settings
from tests.faults.hasty import TELL

ROOT = Path(__file__).resolve().parents[2]
WORKERS = {"booking": ("booking", 4), "mail": ("mail,default", 2), "search": ("search", 8)}
SIMULATOR, BEAT, GUESTS = "simulator", "beat", "guests"
STARTS_WITHIN = 60.0


class Company:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mail = folder / "mail"
        self.wishes = folder / "wishes"
        for made in (self.mail, self.wishes):
            made.mkdir()
        self._port = ports.free()
        self.url = f"http://{ports.LOOPBACK}:{self._port}"
        self.control = Control(self.url)
        self._env = _environment(self.url, self.mail)
        self.children: dict[str, Child] = {}

    def start(self, name: str) -> None:
        self.children[name] = processes.spawn(self._command(name))
        if name == SIMULATOR:
            self._wait_for_simulator()

    def kill(self, name: str) -> None:
        """As the kernel does it when memory is short. Everything in the process is gone."""
        child = self.children[name]
        for member in processes.members(child.identity):
            processes.send(member, signal.SIGKILL)
        child.process.wait()

    def runs(self, name: str) -> bool:
        return self.children[name].returncode() is None

    def account(self, name: str) -> str:
        """How it is, the end of its log, and where each of its threads stands."""
        child = self.children[name]
        if self.runs(name) and name != SIMULATOR:
            processes.send(child.identity, TELL)
            time.sleep(0.5)
        how = "runs" if self.runs(name) else f"ended with {child.returncode()}"
        return f"{name} {how}\n{servers.tail(child.command.log, lines=120)}"

    def _command(self, name: str) -> Command:
        argv = [sys.executable, "-m", *self._module(name)]
        return Command(
            name=name, argv=argv, env=self._env, cwd=ROOT, log=self.folder / f"{name}.log", grace=15
        )

    def _module(self, name: str) -> list[str]:
        celery = ["celery", "-A", "tests.faults.hasty"]
        if name == GUESTS:
            return ["tests.faults.guests", str(self.wishes)]
        if name == BEAT:
            schedule = str(self.folder / "beat")
            return [*celery, "beat", "--schedule", schedule, "--pidfile", "", "--max-interval", "1"]
        if name == SIMULATOR:
            state = str(self.folder / "simulator")
            options = ["--hotels", "200", "--seed", "7", "--api-key", KEY, "--secret", SECRET]
            waits = ["--latency", "booking=1200,2500", "--latency", "cancellation=400,900"]
            where = ["--port", str(self._port), "--state-dir", state]
            return ["django", "simulate_hotelbeds", *where, *options, *waits]
        queues, threads = WORKERS[name]
        pool = ["--pool", "threads", "--concurrency", str(threads), "--hostname", f"{name}@%h"]
        return [*celery, "worker", "--queues", queues, *pool, "--without-gossip", "--without-mingle"]

    def _wait_for_simulator(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                self.control.state()
            except OSError:
                if time.monotonic() > until or not self.runs(SIMULATOR):
                    raise
                time.sleep(0.1)
            else:
                return


@contextmanager
def founded(folder: Path) -> Iterator[Company]:
    company = Company(folder)
    try:
        for name in (SIMULATOR, *WORKERS, BEAT):
            company.start(name)
        yield company
    finally:
        processes.stop_all(list(company.children.values()))


def _environment(url: str, mail: Path) -> Mapping[str, str]:
    database = urlsplit(os.environ[services.DATABASE_URL])._replace(
        path=f"/{connection.settings_dict['NAME']}"
    )
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.hasty_settings",
        services.DATABASE_URL: database.geturl(),
        "EMAIL_URL": f"filemail://{mail}",
        **{name: str(value) for name, value in hotelbeds_settings(url).items()},
    }
