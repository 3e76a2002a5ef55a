"""The two Redis of the house. `cache()` may forget anything; `durable()` (budgets, locks, log-ins) never evicts."""

import hashlib
from collections.abc import Sequence
from typing import Any, cast

from django_redis import get_redis_connection
from redis import Redis
from redis.exceptions import NoScriptError


def cache() -> Redis:
    return cast("Redis", get_redis_connection("default"))


def durable() -> Redis:
    return cast("Redis", get_redis_connection("durable"))


class Script:
    """Lua that Redis keeps: sent whole only to one that does not know it yet."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def run(self, client: Redis, keys: Sequence[str], arguments: Sequence[str | bytes | int] = ()) -> Any:
        given = (len(keys), *keys, *arguments)
        try:
            return client.execute_command("EVALSHA", self._digest, *given)  # type: ignore[no-untyped-call]
        except NoScriptError:
            return client.execute_command("EVAL", self._text, *given)  # type: ignore[no-untyped-call]
