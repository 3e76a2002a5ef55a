from __future__ import annotations

import os
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from django.test.utils import override_settings, setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from suppliers import registry
from tests.bookings import world as worlds
from tests.load import figures, hotelbeds
from tests.load import site as sites
from tests.load.hotelbeds import Simulator
from tests.load.site import Site


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for table in figures.TABLES:
        terminalreporter.write_line("")
        for line in table.lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with hotelbeds.running(tmp_path_factory.mktemp("simulator")) as started:
        yield started


@pytest.fixture(scope="session")
def database(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One database for the whole run, open to every bench: what they write is committed, for other processes to see."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        yield
        connections.close_all()
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def catalogue(simulator: Simulator, database: None) -> Iterator[None]:
    """The simulator's whole catalogue, read as `manage.py sync_hotels` reads it, and settings that point there."""
    with override_settings(**worlds.hotelbeds_settings(simulator.url)):
        registry.forget()
        call_command("seed", verbosity=0, stdout=StringIO())
        call_command("sync_hotels", full=True, languages="en", stdout=StringIO())
        yield
        registry.forget()


@pytest.fixture(scope="session")
def environment(catalogue: None, simulator: Simulator) -> dict[str, str]:
    """Of a server on the same database and Valkeys."""
    database = connections["default"].settings_dict
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database['NAME']}"
    env = os.environ | {key: str(value) for key, value in worlds.hotelbeds_settings(simulator.url).items()}
    return env | {"DJANGO_SETTINGS_MODULE": "tests.load.settings", "DATABASE_URL": url}


@pytest.fixture(scope="session")
def site(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sites.running(tmp_path_factory.mktemp("site"), environment) as started:
        yield started
