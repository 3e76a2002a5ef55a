"""A small catalogue, synced for real from the simulator, and prices to sell it at.

Synced once a run (once a worker), into a database of its own, where a module that asks for it works from then on.
Every test's transaction is undone, so each finds it as it was synced.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from faredown.lib import clock
from hotels.criteria import Criteria
from hotels.models import Destination, ExchangeRate, MarkupRule
from hotels.services import content_sync
from suppliers import registry
from suppliers.simulators.hotelbeds.running import Running, running
from suppliers.simulators.hotelbeds.settings import Settings
from suppliers.types import Occupancy
from tests import databases
from tests.hotels.listings import CODE, Listed, Queue, hotel

HOTELS = 60
SUPPLIER = "hotelbeds"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Running]:
    with running(Settings(hotels=HOTELS, signature_tolerance=86_400)) as hotelbeds:
        yield hotelbeds


@contextmanager
def connecting(simulator: Running) -> Iterator[None]:
    """Settings that lead to the simulator, with a rate that never makes a test wait."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "HOTELBEDS_BASE_URL": f"{simulator.url}/hotel-api",
            "HOTELBEDS_CONTENT_URL": f"{simulator.url}/hotel-content-api",
            "HOTELBEDS_SECURE_URL": f"{simulator.url}/hotel-api",
            "HOTELBEDS_API_KEY": simulator.settings.api_key,
            "HOTELBEDS_SECRET": simulator.settings.secret,
            "HOTELBEDS_QPS": 1000,
            "SEARCH_CLAIM_SECONDS": 0.0,
        }.items():
            patch.setattr(settings, name, value, raising=False)
        registry.forget()
        yield
    registry.forget()


@pytest.fixture(scope="module")
def connected(simulator: Running) -> Iterator[Running]:
    with connecting(simulator):
        yield simulator


@pytest.fixture(scope="session")
def _synced(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of the database with the catalogue."""
    simulator = running(Settings(hotels=HOTELS, signature_tolerance=86_400))
    with django_db_blocker.unblock(), databases.another("catalogue") as name:
        with databases.used(name), simulator as hotelbeds, connecting(hotelbeds):
            content_sync.sync(SUPPLIER, full=True)
            ExchangeRate.objects.create(base="EUR", quote="USD", rate=Decimal("1.25"), as_of=clock.now())
            MarkupRule.objects.create(name="House", percent=Decimal(10))
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield name


@pytest.fixture(scope="module")
def catalogue(connected: Running, _synced: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Running]:
    with django_db_blocker.unblock(), databases.used(_synced):
        yield connected


@pytest.fixture
def place(catalogue: Running, db: None) -> Destination:
    """The destination with the most hotels."""
    catalogue.control.reset()
    return Destination.objects.order_by("-hotel_count", "pk")[0]


@pytest.fixture
def criteria(place: Destination) -> Criteria:
    """Three nights in a month and a half, two adults, in dollars."""
    check_in = clock.today() + timedelta(days=45)
    return Criteria(
        check_in=check_in,
        check_out=check_in + timedelta(days=3),
        rooms=(Occupancy(2),),
        currency="USD",
        destination_id=place.public_id,
    )


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Listed:
    """The only supplier: lists five hotels, two a page."""
    supplier = Listed(all_hotels=[hotel(code) for code in "12345"])
    monkeypatch.setattr(registry, "get", {CODE: supplier}.__getitem__)
    monkeypatch.setattr(registry, "enabled", lambda _: [CODE])
    return supplier


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    """What a sync deferred; a step put off is in it with its seconds instead of the task's name."""
    queued: Queue = []

    def defer(name: str, *args: Any) -> None:
        if name == content_sync.TASK:
            queued.append((name, *args))

    def defer_later(name: str, *args: Any, seconds: float) -> None:
        assert name == content_sync.TASK
        queued.append((round(seconds), *args))

    monkeypatch.setattr("faredown.lib.background.defer", defer)
    monkeypatch.setattr("faredown.lib.background.defer_later", defer_later)
    return queued
