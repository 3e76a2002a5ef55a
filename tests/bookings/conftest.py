from __future__ import annotations

from collections.abc import Iterator

import pytest

from bookings.services.proving import proof
from bookings.services.proving.differences import Difference
from bookings.services.proving.proof import Scope
from suppliers.simulators.hotelbeds.running import Running
from tests.bookings import world as worlds
from tests.bookings.world import World


@pytest.fixture(scope="session")
def simulated() -> Iterator[Running]:
    with worlds.simulator() as started:
        yield started


OUR_BOOKS = Scope(provider_days=0, seals=False)


@pytest.fixture
def spoilt_books() -> None:
    """For tests that write what no journey leaves behind."""


@pytest.fixture
def world(request: pytest.FixtureRequest, simulated: Running, transactional_db: None) -> Iterator[World]:
    """A fresh simulator and hotels to book. Committed rows: what runs after a commit runs.

    However the test's journey went, its books have to prove clean, unless it uses `spoilt_books`.
    """
    simulated.control.reset()
    yield World(simulated.control, worlds.list_hotels(destination="DXB", count=6))
    if "spoilt_books" not in request.fixturenames:
        found: list[Difference] = []
        proof.prove(OUR_BOOKS, found.append)
        assert found == [], "\n".join(map(str, found))
