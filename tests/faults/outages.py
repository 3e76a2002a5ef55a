"""Servers of a test's own, to be taken away while the site runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from faredown.embedded import processes, valkey
from faredown.embedded.processes import Child, Command
from faredown.embedded.servers import Server
from faredown.embedded.valkey import Role
from faredown.lib import redis
from hotels.services import shelf
from suppliers import broker


@contextmanager
def two_redis(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Role, Server]]:
    """Both of the house; budgets and breakers live in the broker's, too."""
    children: list[Child] = []

    def launch(command: Command) -> Child:
        children.append(processes.spawn(command))
        return children[-1]

    servers = {
        role: valkey.start(folder / role, role, durable=False, launch=launch, log=folder / f"{role}.log")
        for role in (Role.CACHE, Role.BROKER)
    }
    clients = {role: Redis.from_url(server.url, socket_timeout=1) for role, server in servers.items()}
    monkeypatch.setattr(redis, "cache", lambda: clients[Role.CACHE])
    monkeypatch.setattr(redis, "durable", lambda: clients[Role.BROKER])
    monkeypatch.setattr("django.conf.settings.REDIS_BROKER_URL", servers[Role.BROKER].url)
    _forget()
    try:
        yield servers
    finally:
        processes.stop_all(children)
        _forget()


def _forget() -> None:
    for one in (shelf.cache, shelf.durable):
        one.forget()
    broker.forget()
