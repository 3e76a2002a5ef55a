"""Shared by every suite. The servers run and the settings are loaded before any other conftest imports a model."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import Any

import django
import pytest
import redis
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from faredown.embedded import services as addresses
from tests import databases, emptying, garbage, network, services

os.environ["DJANGO_SETTINGS_MODULE"] = "faredown.settings.test"
services.ensure()
network.refuse()
django.setup()
emptying.install()

# These run workers of their own against the broker; emptying it under them would lose their queues.
LIVE_SUITES = {"browser", "faults", "load", "races"}

_valkeys = [redis.Redis.from_url(os.environ[name]) for name in (addresses.CACHE_URL, addresses.BROKER_URL)]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """Each worker's own addresses, in its environment before it reads a setting."""
    for number, spec in enumerate(specs, start=1):
        spec.env |= services.of_worker(number)
    databases.migrate_ahead(config.stash[blocking_manager_key])


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if services.began_here():
        databases.forget()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    with garbage.uncollected():
        collected = yield
    garbage.keep()
    return collected


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """In place of pytest-django's, which migrates a database for every worker."""
    with django_db_blocker.unblock():
        name = databases.make()
    yield
    with django_db_blocker.unblock():
        databases.remove(name)


@pytest.fixture(autouse=True)
def _empty_valkeys(request: pytest.FixtureRequest) -> None:
    """No test meets another's cached answers, rate limits, budgets or queued tasks."""
    if LIVE_SUITES.isdisjoint(request.path.parts):
        for valkey in _valkeys:
            valkey.flushdb()
