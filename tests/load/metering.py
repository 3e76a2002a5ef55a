"""What a piece of work costs: the CPU time (user and system) of its own processes and of all of PostgreSQL's.

Linux counts a process's time in ticks; a parent inherits the time of a child it has waited for. So a server's time is
its own, that of the children it has reaped, and that of those still there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """Seconds. `worker` is whoever did the work, `postgres` every process of the server."""

    worker: float = 0.0
    postgres: float = 0.0
    wall: float = 0.0

    @property
    def cpu(self) -> float:
        return self.worker + self.postgres

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.worker + other.worker, self.postgres + other.postgres, self.wall + other.wall)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.worker - other.worker, self.postgres - other.postgres, self.wall - other.wall)


@dataclass(frozen=True)
class Postgres:
    """All of a server on this machine: backends, those that have ended too, checkpointer, walwriter, autovacuum."""

    postmaster: int

    @classmethod
    def of(cls, connection: psycopg.Connection) -> Postgres:
        backend = connection.info.backend_pid
        postmaster = _stat(backend).parent
        if "postgres" not in Path(f"/proc/{postmaster}/comm").read_text():
            raise RuntimeError("The benches read the server's CPU time from /proc: it has to run here.")
        return cls(postmaster)

    def cpu_seconds(self) -> float:
        while True:
            before = _stat(self.postmaster)
            children = sum(stat.own for stat in _children(self.postmaster))
            after = _stat(self.postmaster)
            # A child that ended in between would be missed, or counted twice.
            if before.inherited == after.inherited:
                return (after.own + after.inherited + children) / _TICKS


def cpu_seconds(pid: int) -> float:
    """Of one process and the children it has reaped; works until it is reaped itself."""
    stat = _stat(pid)
    return (stat.own + stat.inherited) / _TICKS


def peak_memory(pid: int) -> int:
    """Bytes of RAM it ever held at once (VmHWM); 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


@dataclass(frozen=True)
class _Stat:
    parent: int
    own: int
    inherited: int


def _stat(pid: int) -> _Stat:
    fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    own, inherited = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return _Stat(int(fields[1]), own, inherited)


def _children(parent: int) -> list[_Stat]:
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stat = _stat(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
            if stat.parent == parent:
                found.append(stat)
    return found
