"""What is told when the Redis that searches live in is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from redis.exceptions import RedisError

from faredown.lib.errors import Unavailable

log = structlog.get_logger(__name__)


@contextmanager
def needing_redis() -> Iterator[None]:
    """Searches live in Redis: without it there is nothing to tell, and that is a 503, not a fault of the asker's."""
    try:
        yield
    except RedisError as error:
        log.warning("search_without_redis", error=type(error).__name__)
        raise Unavailable("search_unavailable", "Search is away for a moment.", retry_after=5) from error
