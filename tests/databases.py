"""The database of each test process: migrated once a run, then copied.

Migrating costs some ten seconds of CPU, most of it Django's models of every past step; a copy costs a quarter of one.
The controller of pytest-xdist migrates while its workers still read the tests.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from faredown.embedded import services as addresses
from tests import garbage, services

_LOCK = 0x7E57DB


def migrate_ahead(blocker: DjangoDbBlocker) -> None:
    """Not waited for: a worker that is earlier, or finds nothing because this failed, migrates and tells why."""

    def migrate() -> None:
        with blocker.unblock(), _one_at_a_time() as server:
            _template(server)

    threading.Thread(target=migrate, name="migrate-ahead").start()


def make() -> str:
    """A fresh database, under the name the settings give this process; all connections lead to it."""
    known = connection.settings_dict
    name = str(known["TEST"]["NAME"] or f"test_{known['NAME']}")
    _copy(name)
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    known["NAME"] = name
    return name


def remove(name: str) -> None:
    """Only from a server that outlives the run: ours goes with all its data."""
    connection.close()
    if not services.database_goes_with_the_run():
        with _one_at_a_time() as server:
            _drop(server, name)


def forget() -> None:
    """By the process that began the run, when the others have ended."""
    remove(_template_name())


@contextmanager
def another(purpose: str) -> Iterator[str]:
    """One more fresh database for this process. What it is called."""
    name = f"{connection.settings_dict['NAME']}_{purpose}"
    _copy(name)
    yield name
    remove(name)


@contextmanager
def used(name: str) -> Iterator[None]:
    """All connections lead to that database for a while."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _copy(name: str) -> None:
    with _one_at_a_time() as server:
        _drop(server, name)
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), _template(server)))


def _template(server: psycopg.Connection[Any]) -> Identifier:
    name = _template_name()
    there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if there is None:
        _migrate(server, name)
    return Identifier(name)


def _migrate(server: psycopg.Connection[Any], name: str) -> None:
    """It takes its name when it is whole."""
    unfinished = f"{name}_unfinished"
    test = connection.settings_dict["TEST"]
    before = test["NAME"]
    test["NAME"] = unfinished
    try:
        with garbage.uncollected():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        test["NAME"] = before
        connection.close()
    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(unfinished), Identifier(name)))


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _template_name() -> str:
    return f"test_migrated_{os.environ[services.STARTED_BY]}"


@contextmanager
def _one_at_a_time() -> Iterator[psycopg.Connection[Any]]:
    """Among all processes of the run; the others wait."""
    with psycopg.connect(os.environ[addresses.DATABASE_URL], autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield server
