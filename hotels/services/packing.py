"""Values in Redis: msgpack, lightly compressed (an answer of 200 hotels shrinks to a tenth in a few milliseconds)."""

from __future__ import annotations

import zlib
from typing import TypeVar

import msgspec

Value = TypeVar("Value")

_LEVEL = 1
_encoder = msgspec.msgpack.Encoder()


def pack(value: object) -> bytes:
    return zlib.compress(_encoder.encode(value), _LEVEL)


def unpack(stored: bytes | str | None, decoder: msgspec.msgpack.Decoder[Value]) -> Value | None:
    """None for what is not there."""
    if not isinstance(stored, bytes):
        return None
    return decoder.decode(zlib.decompress(stored))
