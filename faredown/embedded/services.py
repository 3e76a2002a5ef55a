"""PostgreSQL and the two Valkeys together; each one only when its address is not given in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import psycopg
import redis

from faredown.embedded import postgres, valkey
from faredown.embedded.servers import Launch, Server, StartFailed
from faredown.embedded.valkey import Role

DATABASE_URL = "DATABASE_URL"
CACHE_URL = "REDIS_CACHE_URL"
BROKER_URL = "REDIS_BROKER_URL"
ANSWERS_WITHIN = 5


def start(
    folder: Path, *, durable: bool, launch: Launch, given: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The three addresses, by the name of their variable. Data lies in `folder`, logs in `folder/logs`.

    Raises StartFailed, naming the variable, when nobody answers at an address that was given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    addresses: dict[str, str] = {
        name: given[name] for name in (DATABASE_URL, CACHE_URL, BROKER_URL) if given.get(name)
    }
    for name, url in addresses.items():
        _reach(name, url)

    def add(name: str, server: Server) -> None:
        addresses[name] = server.url

    if DATABASE_URL not in addresses:
        log = logs / "postgres.log"
        add(DATABASE_URL, postgres.start(folder / "postgres", durable=durable, launch=launch, log=log))
    for name, role in ((CACHE_URL, Role.CACHE), (BROKER_URL, Role.BROKER)):
        if name not in addresses:
            log = logs / f"valkey-{role}.log"
            add(name, valkey.start(folder / role, role, durable=durable, launch=launch, log=log))
    return addresses


def _reach(name: str, url: str) -> None:
    """The address itself is not told: it may hold a password."""
    try:
        if name == DATABASE_URL:
            psycopg.connect(url, connect_timeout=ANSWERS_WITHIN).close()
        else:
            with redis.Redis.from_url(url, socket_timeout=ANSWERS_WITHIN) as client:
                client.ping()
    except (psycopg.Error, redis.RedisError) as error:
        raise StartFailed(f"{name} is set, but its server does not let us in: {error}") from error
