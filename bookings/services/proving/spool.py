"""Sorting more than fits into memory: what others list comes in their order, and ours is read in another."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, TypeVar

import msgspec

CHUNK = 50_000
Row = TypeVar("Row", bound=tuple[Any, ...])


@contextmanager
def ordered(rows: Iterable[Row], row_type: type[Row]) -> Iterator[Iterator[Row]]:
    """The rows as tuples sort, read again from files when there were more than a chunk of them."""
    files: list[IO[bytes]] = []
    chunk: list[Row] = []
    try:
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                files.append(_written(chunk))
                chunk = []
        chunk.sort()
        yield heapq.merge(chunk, *(_read(file, row_type) for file in files))
    finally:
        for file in files:
            file.close()


def _written(chunk: list[Row]) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `ordered`)
    encode = msgspec.json.Encoder().encode
    file.writelines(encode(row) + b"\n" for row in sorted(chunk))
    file.seek(0)
    return file


def _read(file: IO[bytes], row_type: type[Row]) -> Iterator[Row]:
    decode = msgspec.json.Decoder(row_type).decode
    return (decode(line) for line in file)
