"""What a seal over the ledger says, and how it is signed and read again. Pure.

A file of seals is lines of JSON. A batch is `{"open":<number>}`, then one line per chain that grew since the seal
before, `[<booking key>,"<reference>",<position>,"<hash>"]`, then `{"seal":{...},"signature":"<hex>"}`. The signature is
HMAC-SHA256 over the bytes of the seal as they stand there; `changed_digest` binds the lines above it, `previous` the
line of the seal before. A batch without its seal is what a killed writer left, and counts for nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

VERSION = 1
START = "0" * 64
SEAL_BEGINS = b'{"seal":'
OPEN_BEGINS = b'{"open":'


class Head(NamedTuple):
    """The last entry of a booking's chain."""

    booking: int
    reference: str
    position: int
    hash: str


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """It covers every entry whose key is at most `through`. `sums`: debits by currency. `head`: SHA-256 over the last
    hash of every chain, by booking key. `key`: which key signed it, without telling it."""

    version: int = VERSION
    number: int
    at: datetime
    through: int
    entries: int
    chains: int
    sums: dict[str, str]
    head: str
    changed: int
    changed_digest: str
    previous: str
    key: str


class Signed(msgspec.Struct, frozen=True):
    seal: msgspec.Raw
    signature: str


class Unreadable(ValueError):
    """A line that no sealer wrote."""


class Forged(ValueError):
    """No configured key made this signature."""


class HeadOfHeads:
    """One hash over all chains, given one after the other by booking key."""

    def __init__(self) -> None:
        self._sha = hashlib.sha256()
        self.chains = 0

    def add(self, reference: str, position: int, hash_: str) -> None:
        self._sha.update(f"{reference} {position} {hash_}\n".encode())
        self.chains += 1

    def hexdigest(self) -> str:
        return self._sha.hexdigest()


def key_id(key: str) -> str:
    return hashlib.sha256(b"ledger seal key:" + key.encode()).hexdigest()[:16]


def opening(number: int) -> bytes:
    return OPEN_BEGINS + b"%d}" % number


def head_line(head: Head) -> bytes:
    return msgspec.json.encode(head)


def read_head(line: bytes) -> Head:
    try:
        return msgspec.json.decode(line, type=Head)
    except msgspec.MsgspecError as error:
        raise Unreadable(str(error)) from error


def sign(seal: Seal, key: str) -> bytes:
    """The line, without its line feed."""
    body = msgspec.json.encode(seal)
    return SEAL_BEGINS + body + b',"signature":"' + _signature(body, key).encode() + b'"}'


def read(line: bytes, keys: Sequence[str]) -> Seal:
    """Raises Unreadable, Forged."""
    seal = read_unchecked(line)
    signed = msgspec.json.decode(line, type=Signed)
    for key in keys:
        if key_id(key) == seal.key and hmac.compare_digest(
            _signature(bytes(signed.seal), key), signed.signature
        ):
            return seal
    raise Forged(f"seal {seal.number}: no configured key made its signature")


def read_unchecked(line: bytes) -> Seal:
    """What a line says, whoever wrote it. Raises Unreadable."""
    try:
        return msgspec.json.decode(msgspec.json.decode(line, type=Signed).seal, type=Seal)
    except msgspec.MsgspecError as error:
        raise Unreadable(str(error)) from error


def line_digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _signature(body: bytes, key: str) -> str:
    return hmac.new(key.encode(), b"faredown ledger seal 1\n" + body, hashlib.sha256).hexdigest()
