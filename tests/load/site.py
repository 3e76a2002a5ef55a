"""Faredown's own server, as a browser meets it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from faredown.demo.layout import ROOT
from faredown.demo.processes import WEB_THREADS
from faredown.embedded import ports
from faredown.embedded.processes import Child, Command
from tests.load import served
from tests.load.served import Answer, Caller, Cost

# The tests' settings know this name alone.
HEADERS = {"Host": "testserver", "Accept": "*/*", "Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Site:
    program: Child
    url: str

    def get(self, path: str) -> Answer:
        caller = Caller(self.url)
        try:
            return caller.get(path, HEADERS)
        finally:
            caller.close()

    def is_up(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def cost(self, path: str, *, times: int) -> Cost:
        caller = Caller(self.url)
        try:
            return served.cost(self.program, lambda: caller.get(path, HEADERS), times=times)
        finally:
            caller.close()


@contextlib.contextmanager
def running(
    folder: Path, env: Mapping[str, str], *, application: str = "faredown.wsgi:application", workers: int = 1
) -> Iterator[Site]:
    """granian with a pool, as production runs it."""
    port = ports.free()
    argv = [sys.executable, "-m", "granian", "--interface", "wsgi", application, "--no-ws"]
    argv += ["--host", ports.LOOPBACK, "--port", str(port), "--workers", str(workers)]
    argv += ["--blocking-threads", str(WEB_THREADS)]
    command = Command(name="web", argv=argv, env=dict(env), cwd=ROOT, log=folder / "web.log")
    with served.child(command) as program:
        started = Site(program, f"http://{ports.LOOPBACK}:{port}")
        served.wait_for(started.is_up, program)
        yield started
