"""Where searches are kept: the two Redis, and this process's own memory while one of them is away.

What went into memory is found by this process alone, until it expires or Redis took the same again. Nothing here
raises for a Redis that is away; `is_away` tells it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from faredown.lib import redis

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
"""Without asking a Redis again that did not answer."""
MEMORY_BYTES = 64_000_000
"""What one process keeps of each Redis while that is away; the oldest goes first."""

Marks = dict[str, bytes]
"""Field -> value of a hash."""

_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Shelf:
    def __init__(self, client: Callable[[], Redis]) -> None:
        self._client = client
        self._away_until: dict[str, float] = {}
        self._memory = _Memory()

    def is_away(self) -> bool:
        try:
            return time.monotonic() < self._away_until.get(_address(self._client()), 0.0)
        except RedisError:
            return True

    def get(self, key: str) -> bytes | None:
        return self.get_many([key])[0]

    def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        if not keys:
            return []
        try:
            found: list[Any] = self.ask(lambda client: client.mget(keys))
        except RedisError:
            found = [None] * len(keys)
        return [
            value if isinstance(value, bytes) else self._memory.get(key)
            for key, value in zip(keys, found, strict=True)
        ]

    def set(self, key: str, value: bytes, *, seconds: int) -> None:
        try:
            self.ask(lambda client: client.set(key, value, ex=seconds))
        except RedisError:
            self._memory.set(key, value, seconds)
        else:
            self._memory.drop(key)

    def claim(self, key: str, *, milliseconds: int) -> str | None:
        """A token to release it with; None when somebody else has it."""
        token = secrets.token_hex(8)
        try:
            won = bool(self.ask(lambda client: client.set(key, token, nx=True, px=milliseconds)))
        except RedisError:
            won = self._memory.add(key, token.encode(), milliseconds / 1000)
        return token if won else None

    def release(self, key: str, token: str) -> None:
        """Nothing when it ran out, and somebody else has it."""
        self._memory.drop(key, only=token.encode())
        try:
            self.ask(lambda client: client.eval(_RELEASE, 1, key, token))
        except RedisError:
            return

    def is_claimed(self, key: str) -> bool:
        return self.get(key) is not None

    def mark(self, key: str, marks: Mapping[str, bytes], *, seconds: int) -> None:
        """Into the hash at `key`."""
        fields: dict[Any, Any] = {**marks}

        def write(client: Redis) -> None:
            with client.pipeline(transaction=False) as pipe:
                pipe.hset(key, mapping=fields)
                pipe.expire(key, seconds)
                pipe.execute()

        try:
            self.ask(write)
        except RedisError:
            self._memory.mark(key, marks, seconds)

    def marks(self, key: str) -> Marks:
        """Those made while Redis was away stand over older ones in it."""
        try:
            stored: dict[Any, Any] = self.ask(lambda client: client.hgetall(key))
        except RedisError:
            stored = {}
        return {field.decode(): value for field, value in stored.items()} | self._memory.marks(key)

    def forget(self) -> None:
        """What this process kept, and that Redis was away."""
        self._away_until.clear()
        self._memory = _Memory()

    def ask(self, call: Callable[[Redis], Any]) -> Any:
        """Raises RedisError, also for a Redis that did not answer a moment ago."""
        client = self._client()
        address = _address(client)
        if time.monotonic() < self._away_until.get(address, 0.0):
            raise RedisConnectionError("it did not answer a moment ago")
        try:
            return call(client)
        except RedisError as error:
            self._away_until[address] = time.monotonic() + PAUSE_SECONDS
            log.warning("search_without_redis", redis=address, error=type(error).__name__)
            raise


class _Memory:
    """Values with an end, bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._marks: OrderedDict[str, tuple[float, Marks]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> bytes | None:
        if not self._kept:
            return None
        with self._lock:
            until, value = self._kept.get(key, (0.0, b""))
            return value if until > time.monotonic() else None

    def set(self, key: str, value: bytes, seconds: float) -> None:
        with self._lock:
            self._put(key, value, seconds)

    def add(self, key: str, value: bytes, seconds: float) -> bool:
        with self._lock:
            until, _ = self._kept.get(key, (0.0, b""))
            if until > time.monotonic():
                return False
            self._put(key, value, seconds)
            return True

    def drop(self, key: str, *, only: bytes | None = None) -> None:
        if not self._kept:
            return
        with self._lock:
            if key in self._kept and only in (None, self._kept[key][1]):
                self._bytes -= len(self._kept.pop(key)[1])

    def mark(self, key: str, marks: Mapping[str, bytes], seconds: float) -> None:
        with self._lock:
            _, kept = self._marks.pop(key, (0.0, {}))
            self._marks[key] = (time.monotonic() + seconds, {**kept, **marks})
            while len(self._marks) > _MOST_HASHES:
                self._marks.popitem(last=False)

    def marks(self, key: str) -> Marks:
        if not self._marks:
            return {}
        with self._lock:
            until, kept = self._marks.get(key, (0.0, {}))
            return dict(kept) if until > time.monotonic() else {}

    def _put(self, key: str, value: bytes, seconds: float) -> None:
        if key in self._kept:
            self._bytes -= len(self._kept.pop(key)[1])
        self._kept[key] = (time.monotonic() + seconds, value)
        self._bytes += len(value)
        while self._bytes > MEMORY_BYTES:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._bytes -= len(oldest)


_MOST_HASHES = 2000


def _address(client: Redis) -> str:
    known = client.connection_pool.connection_kwargs
    return f"{known.get('host') or known.get('path')}:{known.get('port', '')}/{known.get('db', 0)}"


def _cache() -> Redis:
    return redis.cache()


def _durable() -> Redis:
    return redis.durable()


cache = Shelf(_cache)
durable = Shelf(_durable)
