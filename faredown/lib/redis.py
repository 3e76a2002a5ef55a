"""The two Redis of the house. `cache()` may forget anything; `durable()` (budgets, locks) never evicts."""

from django_redis import get_redis_connection
from redis import Redis


def cache() -> "Redis":
    return get_redis_connection("default")


def durable() -> "Redis":
    return get_redis_connection("durable")
