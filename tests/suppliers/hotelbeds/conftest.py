from __future__ import annotations

from collections.abc import Iterator

import pytest
import tenacity
from pytest_django import Settings as DjangoSettings

from suppliers import registry, transport
from suppliers.port import Supplier
from suppliers.simulators.hotelbeds.running import Running, running
from suppliers.simulators.hotelbeds.settings import Settings


@pytest.fixture(scope="module")
def _simulator() -> Iterator[Running]:
    with running(Settings(hotels=120, cache_dir=None)) as started:
        yield started


@pytest.fixture
def simulator(_simulator: Running, settings: DjangoSettings) -> Running:
    """The module's simulator, emptied, and named in the settings."""
    _simulator.control.reset()
    _simulator.control.faults()
    settings.HOTELBEDS_BASE_URL = f"{_simulator.url}/hotel-api"
    settings.HOTELBEDS_CONTENT_URL = f"{_simulator.url}/hotel-content-api"
    settings.HOTELBEDS_API_KEY = _simulator.settings.api_key
    settings.HOTELBEDS_SECRET = _simulator.settings.secret
    settings.HOTELBEDS_QPS = 500
    settings.HOTELBEDS_DAILY_QUOTA = 0
    return _simulator


@pytest.fixture
def hotelbeds(simulator: Running, db: None, monkeypatch: pytest.MonkeyPatch) -> Supplier:
    """The real adapter against it, over HTTP. Repeats follow at once."""
    monkeypatch.setattr(transport, "_backoff", tenacity.wait_none())
    return registry.get("hotelbeds")
