"""Content pages rendered once and kept, already compressed, on disk.

A page is kept without its last member, `auditData`, which every answer has of its own: it is appended as a stored
block of the same gzip stream, so that a repeated page costs a file read and a checksum of a few hundred bytes.
"""

import asyncio
import os
import struct
import tempfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from aiohttp import web

from suppliers.simulators.hotelbeds import wire
from suppliers.simulators.hotelbeds.catalogue import Catalogue

_HEAD = struct.Struct("<II")
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LEVEL = 5
_KEPT_OPEN = 24


@dataclass(frozen=True, slots=True)
class Page:
    """`packed` is raw deflate, flushed to a byte boundary but not ended."""

    checksum: int
    size: int
    packed: bytes

    @classmethod
    def of(cls, body: bytes) -> "Page":
        opening = body.removesuffix(b"}")
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        packed = packer.compress(opening) + packer.flush(zlib.Z_SYNC_FLUSH)
        return cls(zlib.crc32(opening), len(opening), packed)

    @property
    def opening(self) -> bytes:
        return zlib.decompressobj(-15).decompress(self.packed)

    def response(self, request: web.Request) -> web.Response:
        tail = b',"auditData":' + wire.encode(wire.audit_data(request)) + b"}"
        if not wire.takes_gzip(request):
            return web.Response(body=self.opening + tail, headers={"Content-Type": wire.JSON})
        stored = b"\x01" + struct.pack("<HH", len(tail), len(tail) ^ 0xFFFF) + tail
        trailer = _HEAD.pack(zlib.crc32(tail, self.checksum), (self.size + len(tail)) & 0xFFFFFFFF)
        body = b"".join((_GZIP_HEADER, self.packed, stored, trailer))
        return web.Response(body=body, headers={"Content-Type": wire.JSON, "Content-Encoding": "gzip"})


class Pages:
    """Pages by what was asked and of which state of the catalogue; the folder's name holds the code that wrote them:
    no stale page."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self._folder = folder / f"content-{catalogue.size}-{catalogue.seed}-{edition()}"
        self._catalogue = catalogue
        self._recent: OrderedDict[str, Page] = OrderedDict()
        self._rendering: dict[str, asyncio.Lock] = {}

    async def get(self, asked: str, render: Callable[[], bytes]) -> Page:
        """`render` runs in a thread, once for all who wait for the same page."""
        name = blake2b(f"{asked} {self._catalogue.state}".encode(), digest_size=16).hexdigest()
        if known := self._recent.get(name):
            self._recent.move_to_end(name)
            return known
        lock = self._rendering.setdefault(name, asyncio.Lock())
        try:
            async with lock:
                page = self._recent.get(name)
                if page is None:
                    page = self._recent[name] = await asyncio.to_thread(self._fetch, name, render)
        finally:
            self._rendering.pop(name, None)
        if len(self._recent) > _KEPT_OPEN:
            self._recent.popitem(last=False)
        return page

    def _fetch(self, name: str, render: Callable[[], bytes]) -> Page:
        path = self._folder / name[:2] / name
        try:
            kept = path.read_bytes()
            checksum, size = _HEAD.unpack_from(kept)
            return Page(checksum, size, kept[_HEAD.size :])
        except FileNotFoundError:
            page = Page.of(render())
            write(path, _HEAD.pack(page.checksum, page.size) + page.packed)
            return page


def write(path: Path, content: bytes) -> None:
    """In one step, so that a reader never sees half a file; a full disk only costs the next rendering."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)


def edition() -> str:
    digest = blake2b(digest_size=6)
    for package in ("catalogue", "catalogue/data", "content", "content/painting"):
        folder = files("suppliers.simulators.hotelbeds") / package
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()
