from __future__ import annotations

from collections.abc import Iterator

import pytest

from suppliers.simulators.hotelbeds.running import Running
from tests.bookings import world as worlds
from tests.bookings.world import World


@pytest.fixture(scope="session")
def simulated() -> Iterator[Running]:
    with worlds.simulator() as started:
        yield started


@pytest.fixture
def world(simulated: Running, transactional_db: None) -> World:
    """A fresh simulator and hotels to book. Committed rows: what runs after a commit runs."""
    simulated.control.reset()
    return World(simulated.control, worlds.list_hotels(destination="DXB", count=6))
