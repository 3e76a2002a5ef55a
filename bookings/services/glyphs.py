"""Which characters a font can draw: its `cmap` table read (OpenType, formats 4 and 12), nothing more of it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
_COLLECTION = b"ttcf"


def coverage(path: Path) -> frozenset[int]:
    """The code points of every face in the file."""
    data = path.read_bytes()
    return frozenset(
        point for face in _faces(data) for table in _tables(data, face) for point in _points(data, table)
    )


def _faces(data: bytes) -> tuple[int, ...]:
    if data[:4] != _COLLECTION:
        return (0,)
    (count,) = struct.unpack_from(">I", data, 8)
    return struct.unpack_from(f">{count}I", data, 12)


def _tables(data: bytes, face: int) -> Iterator[int]:
    """Where the character maps of a face begin, the Unicode ones."""
    (count,) = struct.unpack_from(">H", data, face + 4)
    for index in range(count):
        tag, _, start, _ = struct.unpack_from(">4sIII", data, face + 12 + 16 * index)
        if tag == b"cmap":
            (maps,) = struct.unpack_from(">H", data, start + 2)
            for number in range(maps):
                platform, encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * number)
                if platform == 0 or (platform == 3 and encoding in (1, 10)):
                    yield start + offset


def _points(data: bytes, at: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", data, at)
    if form == 4:
        yield from _by_segment(data, at)
    elif form == 12:
        (groups,) = struct.unpack_from(">I", data, at + 12)
        for number in range(groups):
            first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * number)
            yield from range(first, last + 1)


def _by_segment(data: bytes, at: int) -> Iterator[int]:
    (doubled,) = struct.unpack_from(">H", data, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 2 * doubled)
    ranges_at = at + 16 + 3 * doubled
    ranges = struct.unpack_from(f">{count}H", data, ranges_at)
    for index in range(count):
        for point in range(starts[index], min(ends[index], 0xFFFE) + 1):
            if ranges[index] == 0:
                glyph = (point + deltas[index]) & 0xFFFF
            else:
                there = ranges_at + 2 * index + ranges[index] + 2 * (point - starts[index])
                (glyph,) = struct.unpack_from(">H", data, there)
            if glyph:
                yield point
