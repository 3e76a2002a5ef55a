"""Databases of a bench's own in the server of the run: what it writes there, and how much, disturbs no other."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from faredown.demo.layout import ROOT
from faredown.embedded import services
from tests import services as servers
from tests.bookings.world import hotelbeds_settings

# Children of the benches keep what they cache apart from the rest of the run.
VALKEY_DATABASE = 7


@dataclass(frozen=True)
class Database:
    url: str

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.removeprefix("/")

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def copy(self, name: str) -> Database:
        """One like this as it is now. Nobody may be connected to this one."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        return _create(self.url, name, statement.format(sql.Identifier(name), sql.Identifier(self.name)))

    def drop(self) -> None:
        with psycopg.connect(_with_name(self.url, "postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name))
            )


@contextlib.contextmanager
def migrated(name: str, *, server: str = "") -> Iterator[Database]:
    """Made and migrated, dropped at the end. `server`: the address of any database there."""
    made = _create(
        server or os.environ[services.DATABASE_URL],
        name,
        sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)),
    )
    try:
        manage = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
        subprocess.run(manage, cwd=ROOT, env=environment(made), check=True)
        yield made
    finally:
        made.drop()


def environment(database: Database, simulator_url: str = "http://127.0.0.1:1") -> Mapping[str, str]:
    """Of a program that works on this database, with the simulator at this address as its supplier."""
    valkeys = {
        name: servers.with_database(os.environ[name], VALKEY_DATABASE)
        for name in (services.CACHE_URL, services.BROKER_URL)
    }
    supplier = {name: str(value) for name, value in hotelbeds_settings(simulator_url).items()}
    return (
        os.environ
        | valkeys
        | supplier
        | {
            "DJANGO_SETTINGS_MODULE": "tests.load.settings",
            services.DATABASE_URL: database.url,
            "PYTHONUNBUFFERED": "1",
        }
    )


def _create(server: str, name: str, statement: sql.Composed) -> Database:
    made = Database(_with_name(server, name))
    made.drop()
    with psycopg.connect(_with_name(server, "postgres"), autocommit=True) as connection:
        connection.execute(statement)
    return made


def _with_name(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
