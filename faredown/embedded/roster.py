"""What is running, written down, so that the next run finds what a killed one left behind."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path

import msgspec

from faredown.embedded import processes
from faredown.embedded.processes import Child, Identity


class AlreadyRunning(RuntimeError):
    """Another supervisor holds this folder."""


class Roster:
    """One folder, one supervisor: a file lock held for as long as it lives, and a record for each of its children."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._lock, 32).decode().strip()
            os.close(self._lock)
            raise AlreadyRunning(f"already running here, as process {holder}") from None
        os.truncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def add(self, child: Child) -> None:
        record = _Record(child.identity, child.command.stop_signal, child.command.grace)
        self._path(child.command.name).write_bytes(msgspec.json.encode(record))

    def remove(self, child: Child) -> None:
        self._path(child.command.name).unlink(missing_ok=True)

    def stop_leftovers(self) -> list[str]:
        """Ends every recorded process that still lives, with its session; the names of those that did."""
        records = {path.stem: _read(path) for path in sorted(self._folder.glob("*.json"))}
        found = {
            name: record for name, record in records.items() if record and processes.members(record.identity)
        }
        for record in found.values():
            processes.send(record.identity, record.stop_signal)
        for record in found.values():
            processes.settle(record.identity, record.grace)
        for name in records:
            self._path(name).unlink()
        return list(found)

    def close(self) -> None:
        os.close(self._lock)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


class _Record(msgspec.Struct):
    identity: Identity
    stop_signal: signal.Signals
    grace: float


def _read(path: Path) -> _Record | None:
    """A record cut short by a power loss names no process: that boot is over."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Record)
    except msgspec.DecodeError:
        return None
