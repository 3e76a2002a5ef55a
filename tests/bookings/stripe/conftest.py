from __future__ import annotations

from collections.abc import Iterator

import pytest

from bookings.gateways import registry
from bookings.gateways.stripe.gateway import StripeGateway
from tests.bookings.stripe import running
from tests.bookings.stripe.running import Stripe


@pytest.fixture(scope="session")
def started() -> Iterator[Stripe]:
    with running.running() as stripe:
        yield stripe


@pytest.fixture
def stripe(started: Stripe) -> Iterator[Stripe]:
    """Empty, and the provider that guests pay with."""
    started.forget()
    with running.chosen(started):
        yield started


@pytest.fixture
def gateway(stripe: Stripe) -> StripeGateway:
    built = registry.get("stripe")
    assert isinstance(built, StripeGateway)
    return built
