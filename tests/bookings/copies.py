"""Copies of the test database: what is done to one is done to no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg import sql


@contextmanager
def copied(source: str, name: str) -> Iterator[str]:
    """A database like `source`, which nobody may be connected to just then."""
    connection.close()
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        server.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))
    try:
        yield name
    finally:
        connection.close()
        with _server() as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def used(name: str) -> Iterator[None]:
    """Django works on that database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def as_superuser(*statements: str) -> None:
    """Past every trigger and foreign key, as somebody with the run of the server would."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("RESET session_replication_role")


def _server() -> psycopg.Connection:
    told = connection.get_connection_params()
    told["dbname"] = "postgres"
    allowed = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{key: told[key] for key in allowed if key in told}, autocommit=True)
