"""Hotels' pictures through our own hands: fetched once from the supplier, kept on disk, a smaller one where a size is
missing. Only the configured supplier's picture server is ever asked, and nothing but a picture comes back."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore, Lock
from weakref import WeakValueDictionary

import msgspec
import structlog
from django.core.cache import cache

from faredown.lib import http
from faredown.lib.errors import NotFound, Unavailable
from hotels import conf
from hotels.selectors import images
from hotels.selectors.images import Size
from hotels.services.picture_store import Store

log = structlog.get_logger(__name__)

DEADLINE = 5.0
"""Seconds for everything, smaller sizes included."""
MOST_BYTES = 12_000_000
AT_ONCE = 6
"""Fetches of one process: a slow picture server must leave threads for the pages."""
_TURN = 2.0
"""Seconds to wait for one's turn."""
MISSING_LIVES, AWAY_LIVES = 3600, 10
"""Seconds it is remembered that a size is missing, that the picture server does not answer."""
_AWAY = "hotels:pictures:away"
_GONE = frozenset({403, 404, 410})


class Picture(msgspec.Struct, frozen=True):
    """`size` is the one it has: smaller than asked where that is missing. `changed`: Unix time."""

    body: bytes
    media_type: str
    changed: float
    size: Size


class PicturesAway(Unavailable):
    """The supplier's picture server does not answer."""

    status = 502
    title = "The picture cannot be fetched"
    default_code = "pictures_away"


class _Flight:
    """Lives as long as somebody waits for its picture."""

    def __init__(self) -> None:
        self.lock = Lock()


class _Missing(Exception):
    """There is none of this size."""


def get(size: Size, path: str) -> Picture:
    """In the size asked for, else the next smaller one there is. Raises NotFound, PicturesAway, Unavailable."""
    until = time.monotonic() + DEADLINE
    for candidate in _ladder(size):
        try:
            return _kept(candidate, path) or _together(candidate, path, until)
        except _Missing:
            continue
    raise NotFound("picture_not_found", "There is no such picture.")


def media_type(body: bytes) -> str:
    """By its first bytes, whatever its server called it; '' for what is no picture."""
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return ""


def _ladder(size: Size) -> Iterator[Size]:
    step: Size | None = size
    while step is not None:
        yield step
        step = images.NEXT_SMALLER.get(step)


def _kept(size: Size, path: str) -> Picture | None:
    if found := _store().read(_name(size, path)):
        body, changed = found
        return Picture(body, media_type(body), changed, size)
    return None


def _together(size: Size, path: str, until: float) -> Picture:
    """Of all who ask this process for the same picture at the same time, the first fetches it; the others find it kept,
    or noted as missing."""
    with _lock:
        flight = _flights.setdefault(_name(size, path), _Flight())
    if not flight.lock.acquire(timeout=max(0.0, until - time.monotonic())):
        raise PicturesAway(retry_after=AWAY_LIVES)
    try:
        return _kept(size, path) or _fetched(size, path, until)
    finally:
        flight.lock.release()


def _fetched(size: Size, path: str, until: float) -> Picture:
    missing = f"hotels:pictures:missing:{_digest(size, path)}"
    known = cache.get_many([missing, _AWAY])
    if missing in known:
        raise _Missing
    if _AWAY in known:
        raise PicturesAway(retry_after=AWAY_LIVES)
    if not _turns.acquire(timeout=max(0.0, min(_TURN, until - time.monotonic()))):
        raise Unavailable("busy", "Too many pictures are being fetched.", retry_after=1)
    try:
        answer = _ask(images.supplier_url(path, size), until)
    finally:
        _turns.release()
    kind = media_type(answer.body) if answer.status == HTTPStatus.OK else ""
    if not kind:
        if answer.status not in _GONE:
            log.warning("picture_refused", status=answer.status, bytes=len(answer.body))
        cache.set(missing, 1, MISSING_LIVES)
        raise _Missing
    changed = _last_modified(answer)
    _store().write(_name(size, path), answer.body, changed)
    return Picture(answer.body, kind, changed, size)


def _ask(url: str, until: float) -> http.Response:
    """Redirects are not followed (the door never does): they would lead who knows where."""
    try:
        answer = http.request(
            "GET",
            url,
            headers={"Accept": "image/*"},
            body=None,
            deadline=max(0.05, until - time.monotonic()),
            max_bytes=MOST_BYTES,
        )
    except http.TooLarge:
        return http.Response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {}, b"", 0)
    except http.DoorError as error:
        raise _away(type(error).__name__) from None
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise _away(str(answer.status))
    return answer


def _away(reason: str) -> PicturesAway:
    log.warning("picture_server_away", reason=reason)
    cache.set(_AWAY, 1, AWAY_LIVES)
    return PicturesAway(retry_after=AWAY_LIVES)


def _last_modified(answer: http.Response) -> float:
    now = time.time()
    try:
        told = parsedate_to_datetime(answer.headers.get("Last-Modified", "")).timestamp()
    except ValueError:
        return now
    return min(told, now) if told > 0 else now


def _name(size: Size, path: str) -> str:
    return images.supplier_url(path, size)


def _digest(size: Size, path: str) -> str:
    return hashlib.blake2b(_name(size, path).encode(), digest_size=16).hexdigest()


def _store() -> Store:
    return _store_of(conf.picture_folder(), conf.picture_folder_bytes())


@lru_cache(maxsize=2)
def _store_of(folder: Path, limit: int) -> Store:
    return Store(folder, limit)


_flights: WeakValueDictionary[str, _Flight] = WeakValueDictionary()
_lock = Lock()
_turns = BoundedSemaphore(AT_ONCE)
