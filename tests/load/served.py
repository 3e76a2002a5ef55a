"""Programs under measurement: started as children, asked over HTTP, their own CPU time read from the kernel."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from faredown.embedded import processes
from faredown.embedded.processes import Child, Command

STARTING_SECONDS = 60.0
ANSWER_SECONDS = 300.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """As it was sent, compressed or not."""

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body


@dataclass(frozen=True)
class Cost:
    """Per request: the server's CPU (user and system), and what the caller waited (median), in milliseconds."""

    cpu_ms: float
    wall_ms: float


@contextlib.contextmanager
def child(command: Command) -> Iterator[Child]:
    started = processes.spawn(command)
    try:
        yield started
    finally:
        started.stop()


def wait_for(ready: Callable[[], bool], program: Child) -> None:
    ends = time.monotonic() + STARTING_SECONDS
    while not ready():
        log = program.command.log
        said = log.read_text(errors="replace")[-3000:] if log else ""
        assert program.returncode() is None, f"{program.command.name} ended:\n{said}"
        assert time.monotonic() < ends, f"{program.command.name} does not answer:\n{said}"
        time.sleep(0.1)


def cpu_seconds(program: Child) -> float:
    """User and system time of all its processes (it leads a session of its own), in steps of a kernel tick."""
    return sum(_ticks(one.pid) for one in processes.members(program.identity)) / _TICKS


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


class Caller:
    """One keep-alive connection."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=ANSWER_SECONDS)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send("GET", path, None, headers or {})

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        self._connection.request(method, path, body, dict(headers))
        answer = self._connection.getresponse()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, headers, answer.read())

    def close(self) -> None:
        self._connection.close()


def cost(program: Child, ask: Callable[[], Answer], *, times: int) -> Cost:
    """`times` requests one after the other, each answered with 200, after one that warms up."""
    assert ask().status == 200
    waits: list[float] = []
    before = cpu_seconds(program)
    for _ in range(times):
        started = time.perf_counter()
        answer = ask()
        waits.append(time.perf_counter() - started)
        assert answer.status == 200
    spent = cpu_seconds(program) - before
    return Cost(cpu_ms=1000 * spent / times, wall_ms=1000 * statistics.median(waits))
