"""Pictures on disk: a folder that several processes share, kept under a size by forgetting what was not used longest.

A file's time of change is the picture's own, its time of access ours: when it was last served.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import structlog

log = structlog.get_logger(__name__)

_USED_AGAIN = 3600
"""Seconds. Serving a picture is noted this often."""
_KEPT = 0.9
"""Share of the size that sweeping leaves."""
_SWEEP_AFTER = 0.05
"""Share of the size that a process writes between two sweeps: the folder may be over its size by so much for each."""
_ORPHAN = 3600
"""Seconds after which a file half written by a process that was killed is removed."""
_PART = ".part"


class Store:
    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._written = limit  # what earlier processes left is counted with the first picture
        self._counting = Lock()

    def read(self, name: str) -> tuple[bytes, float] | None:
        """The picture and its time of change."""
        file = self._file(name)
        try:
            with file.open("rb") as opened:
                body, status = opened.read(), os.fstat(opened.fileno())
            if time.time() - status.st_atime > _USED_AGAIN:
                os.utime(file, (time.time(), status.st_mtime))
        except OSError:
            return None
        return body, status.st_mtime

    def write(self, name: str, body: bytes, changed: float) -> None:
        """Whole or not at all. A disk that is full or not ours costs the picture's keeping, not its showing."""
        try:
            self._put(self._file(name), body, changed)
            if self._is_full(len(body)):
                self.sweep()
        except OSError as error:
            log.warning("picture_not_kept", error=type(error).__name__)

    def sweep(self) -> int:
        """Bytes removed. One process at a time; the lock goes with the process."""
        with (self._folder / ".sweeping").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return 0
            return self._sweep()

    def _put(self, file: Path, body: bytes, changed: float) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=_PART, delete=False) as part:
            part.write(body)
        os.utime(part.name, (time.time(), changed))
        Path(part.name).replace(file)

    def _is_full(self, written: int) -> bool:
        with self._counting:
            self._written += written
            due = self._written > self._limit * _SWEEP_AFTER
            self._written = 0 if due else self._written
        return due

    def _sweep(self) -> int:
        files = sorted(self._files())
        total, removed = sum(size for _, size, _ in files), 0
        if total <= self._limit:
            return 0
        for _, size, path in files:
            if total - removed <= self._limit * _KEPT:
                break
            Path(path).unlink(missing_ok=True)
            removed += size
        return removed

    def _files(self) -> Iterator[tuple[float, int, str]]:
        """(last used, bytes, path); what was left half written is removed on the way."""
        for folder in os.scandir(self._folder):
            if not folder.is_dir():
                continue
            for entry in os.scandir(folder.path):
                try:
                    status = entry.stat()
                except FileNotFoundError:
                    continue
                if not entry.name.endswith(_PART):
                    yield status.st_atime, status.st_size, entry.path
                elif time.time() - status.st_mtime > _ORPHAN:
                    Path(entry.path).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        digest = hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
        return self._folder / digest[:2] / digest[2:]
