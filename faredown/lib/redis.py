"""The two Redis of the house. `cache()` may forget anything; `durable()` (budgets, locks, log-ins) never evicts."""

from typing import cast

from django_redis import get_redis_connection
from redis import Redis


def cache() -> Redis:
    return cast("Redis", get_redis_connection("default"))


def durable() -> Redis:
    return cast("Redis", get_redis_connection("durable"))
