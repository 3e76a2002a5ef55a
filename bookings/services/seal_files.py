"""The place of the seals, outside the database: a folder with a file a month, only ever appended to."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from bookings import sealing
from faredown.lib import clock

LOCK = "lock"
_TAIL = 1 << 16
_FLUSH = 1 << 20


class Line(NamedTuple):
    file: str
    number: int
    text: bytes


def folder() -> Path:
    return Path(settings.LEDGER_SEALS_FOLDER)


@contextmanager
def locked() -> Iterator[None]:
    """One sealer at a time on this machine. Raises OSError when the folder cannot be written to."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / LOCK).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def append(lines: Iterable[bytes]) -> str:
    """Writes them to this month's file, and waits for the disk. Returns the file's name."""
    path = folder() / f"seals-{clock.now():%Y-%m}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # What a killed writer left without its line feed must not run into ours.
        waiting = bytearray(b"" if _ends_a_line(path) else b"\n")
        for line in lines:
            waiting += line + b"\n"
            if len(waiting) >= _FLUSH:
                _write(descriptor, waiting)
        _write(descriptor, waiting)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return path.name


def lines() -> Iterator[Line]:
    """Every whole line of every file, oldest first; what is just being written has no line feed yet."""
    for path in _files():
        with path.open("rb") as handle:
            for number, text in enumerate(handle, start=1):
                if text.endswith(b"\n"):
                    yield Line(path.name, number, text[:-1])


def last() -> Line | None:
    """The line of the last seal there is."""
    for path in reversed(_files()):
        if (text := _last_seal(path)) is not None:
            return Line(path.name, 0, text)
    return None


def _files() -> list[Path]:
    return sorted(folder().glob("seals-*.jsonl"))


def _last_seal(path: Path) -> bytes | None:
    size, asked = path.stat().st_size, _TAIL
    while True:
        with path.open("rb") as handle:
            handle.seek(max(0, size - asked))
            found = handle.read()
        begin = found.rfind(b"\n" + sealing.SEAL_BEGINS)
        if begin >= 0:
            return found[begin + 1 :].partition(b"\n")[0]
        if asked >= size:
            return found.partition(b"\n")[0] if found.startswith(sealing.SEAL_BEGINS) else None
        asked *= 4


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as handle:
        size = handle.seek(0, os.SEEK_END)
        if not size:
            return True
        handle.seek(size - 1)
        return handle.read(1) == b"\n"


def _write(descriptor: int, waiting: bytearray) -> None:
    while waiting:
        del waiting[: os.write(descriptor, waiting)]
