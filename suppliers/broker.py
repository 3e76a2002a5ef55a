"""The Redis that budgets and breakers live in. When it is away nothing here waits long, and nothing raises."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import redis
import structlog
from django.conf import settings
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

TIMEOUT = 0.25
"""Seconds: a supplier call must not wait for a budget longer than for the supplier."""
PAUSE = 5.0
"""Seconds without asking Redis again after it failed."""


class Script:
    """A Lua script, run atomically in Redis; `None` when Redis did not answer."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __call__(self, keys: list[str], arguments: list[str | int | float]) -> list[Any] | None:
        client = connection()
        if client is None:
            return None
        return guarded(lambda: list(client.eval(self._source, len(keys), *keys, *arguments)))


class _State:
    away_until = 0.0
    clients: dict[str, redis.Redis] = {}


def connection() -> redis.Redis | None:
    if time.monotonic() < _State.away_until:
        return None
    url = settings.REDIS_BROKER_URL
    if url not in _State.clients:
        _State.clients[url] = redis.Redis.from_url(
            url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
        )
    return _State.clients[url]


def guarded(call: Callable[[], Any]) -> Any | None:
    try:
        return call()
    except RedisError as error:
        _State.away_until = time.monotonic() + PAUSE
        log.warning("supplier_budget_redis_away", error=type(error).__name__)
        return None


def forget() -> None:
    """Ask Redis again at once (tests)."""
    _State.away_until = 0.0
