"""The commands the demo is made of."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

from faredown.demo.layout import ROOT, Layout
from faredown.embedded import ports
from faredown.embedded.processes import Command

# Workers by the queues they serve. A sync never stands in front of a booking, and a search waits for suppliers, so it
# gets threads. Sized for two cores.
WORKERS = {
    "booking": ("booking", "threads", 4),
    "mail": ("mail,default", "threads", 2),
    "search": ("search", "threads", 16),
    "sync": ("sync", "threads", 1),
}
WEB_WORKERS = 2
WEB_THREADS = 8
HOTELS = 2000
SEED = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """Names every process of one run: its arguments, environment and log."""

    layout: Layout
    env: Mapping[str, str]

    def manage(self, *arguments: str, name: str) -> Command:
        return self._command(name, [sys.executable, str(ROOT / "manage.py"), *arguments])

    def sync(self) -> Command:
        """Its bar goes to the terminal. Interrupted rather than terminated, it gives its lease back."""
        command = replace(self.manage("sync_hotels", "--full", name="sync"), stop_signal=signal.SIGINT)
        if sys.stdout.isatty():
            command = replace(command, log=None, env={**self.env, "LOG_LEVEL": "WARNING"})
        return command

    def simulator(self, port: int) -> Command:
        options = [
            "--host",
            ports.LOOPBACK,
            "--port",
            str(port),
            "--hotels",
            str(HOTELS),
            "--seed",
            str(SEED),
        ]
        folders = [
            "--state-dir",
            self.layout.home / "simulator",
            "--cache-dir",
            self.layout.home / "simulator-cache",
        ]
        keys = ["--api-key", self.env["HOTELBEDS_API_KEY"], "--secret", self.env["HOTELBEDS_SECRET"]]
        return self.manage("simulate_hotelbeds", *options, *map(str, folders), *keys, name="simulator")

    def web(self, port: int) -> Command:
        argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "faredown.wsgi:application"]
        argv += ["--host", ports.LOOPBACK, "--port", str(port), "--workers", str(WEB_WORKERS)]
        argv += ["--blocking-threads", str(WEB_THREADS), "--no-ws"]
        return self._command("web", argv)

    def worker(self, name: str) -> Command:
        queues, pool, size = WORKERS[name]
        argv = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "faredown",
            "worker",
            "--queues",
            queues,
            "--pool",
            pool,
        ]
        argv += ["--concurrency", str(size), "--hostname", f"{name}@%h", "--loglevel", "INFO"]
        argv += ["--without-gossip", "--without-mingle"]
        return self._command(f"worker-{name}", argv)

    def beat(self) -> Command:
        schedule = str(self.layout.run / "beat-schedule")
        argv = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "faredown",
            "beat",
            "--schedule",
            schedule,
            "--pidfile",
            "",
        ]
        return self._command("beat", [*argv, "--loglevel", "INFO"])

    def _command(self, name: str, argv: list[str]) -> Command:
        return Command(name=name, argv=argv, env=self.env, cwd=ROOT, log=self.layout.log(name))
