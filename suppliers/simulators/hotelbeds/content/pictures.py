"""The picture server: /giata/<size segment><path>, every size of REFERENCE section 9, painted once and kept."""

import asyncio
from pathlib import Path

from aiohttp import web

from suppliers.simulators.hotelbeds.catalogue import Catalogue, Hotel, images
from suppliers.simulators.hotelbeds.catalogue.images import Picture
from suppliers.simulators.hotelbeds.content import cache
from suppliers.simulators.hotelbeds.content.painting import painter

# Size segment -> pixels; "" is the standard size.
SIZES = {"": 320, "small": 74, "medium": 117, "bigger": 800, "xl": 1024, "xxl": 2048, "original": 0}
_LARGE = frozenset({"xl", "xxl"})
_ORIGINALS = (1280, 1500, 1600, 1800, 2000)
_DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
_AT_ONCE = 2


class Pictures:
    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self._catalogue = catalogue
        self._folder = folder / f"pictures-{catalogue.size}-{catalogue.seed}-{cache.edition()}"
        self._painting: dict[str, asyncio.Lock] = {}
        self._easels = asyncio.Semaphore(_AT_ONCE)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A picture that does not exist, or not in that size, is answered 403 AccessDenied, as the real store does."""
        segment, path = _split(request.match_info["path"])
        picture = images.parse(path)
        hotel = self._catalogue.hotel(picture.hotel) if picture else None
        if picture is None or hotel is None or not self._exists(hotel, path, segment):
            return web.Response(status=403, text=_DENIED, content_type="application/xml")
        file = self._folder / (segment or "standard") / path
        if not file.exists():
            await self._paint(file, hotel, picture, segment)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "image/jpeg"}
        return web.FileResponse(file, headers=headers)

    def _exists(self, hotel: Hotel, path: str, segment: str) -> bool:
        if segment in _LARGE and not images.has_large(hotel.code):
            return False
        return any(image.path == path for image in images.of_hotel(hotel))

    async def _paint(self, file: Path, hotel: Hotel, picture: Picture, segment: str) -> None:
        width = SIZES[segment] or _ORIGINALS[hotel.code % len(_ORIGINALS)]
        name = str(file)
        lock = self._painting.setdefault(name, asyncio.Lock())
        try:
            async with lock, self._easels:
                await asyncio.to_thread(_painted, file, hotel, picture, width)
        finally:
            self._painting.pop(name, None)


def _painted(file: Path, hotel: Hotel, picture: Picture, width: int) -> None:
    if not file.exists():
        cache.write(file, painter.jpeg(hotel, picture, width))


def _split(path: str) -> tuple[str, str]:
    segment, slash, rest = path.partition("/")
    return (segment, rest) if slash and segment in SIZES else ("", path)
