"""What surrounds a call: it goes on without Redis, without its record, and within its deadline."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import Settings

from faredown.embedded import ports
from suppliers import registry
from suppliers.errors import NotConfigured, NotFound, Throttled, Unavailable
from suppliers.models import Call, Credential, Supplier
from suppliers.port import Supplier as Port
from suppliers.simulators.hotelbeds.running import Running
from tests.suppliers.hotelbeds import journey


def test_a_search_goes_on_without_redis(hotelbeds: Port, settings: Settings) -> None:
    settings.REDIS_BROKER_URL = f"redis://127.0.0.1:{ports.free()}/0"

    assert hotelbeds.search(journey.stay(), deadline=10).hotels


def test_an_exchange_that_cannot_be_recorded_is_not_lost(hotelbeds: Port) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE suppliers_call RENAME TO elsewhere")

    assert hotelbeds.search(journey.stay(), deadline=10).hotels

    with connection.cursor() as cursor:  # and the caller's transaction still stands
        cursor.execute("ALTER TABLE elsewhere RENAME TO suppliers_call")
    assert Call.objects.count() == 0


def test_our_own_rate_limit_is_waited_for_within_the_deadline(
    simulator: Running, settings: Settings, db: None
) -> None:
    settings.HOTELBEDS_QPS = 1
    slow = registry.get("hotelbeds")
    with pytest.raises(NotFound):
        slow.booking("1-1", language="en")  # takes the only token of this second

    with pytest.raises(Throttled, match="our own rate limit") as refused:
        slow.search(journey.stay(), deadline=0.2)
    assert refused.value.retry_after
    assert refused.value.operation == "availability"
    assert not Call.objects.filter(operation="availability").exists()

    assert slow.search(journey.stay(), deadline=10).hotels


def test_a_supplier_that_is_not_there(hotelbeds: Port, settings: Settings) -> None:
    settings.HOTELBEDS_BASE_URL = f"http://127.0.0.1:{ports.free()}/hotel-api"

    with pytest.raises(Unavailable, match="not reached") as failed:
        registry.get("hotelbeds").booking("1-1", language="en")

    assert failed.value.outcome_known
    assert set(Call.objects.values_list("outcome", "status", "attempt")) == {
        ("unavailable", None, attempt) for attempt in (1, 2, 3)
    }


def test_a_certificate_that_is_none_is_named(simulator: Running, db: None) -> None:
    Credential.objects.create(
        supplier=Supplier.objects.get(code="hotelbeds"),
        label="Live, mutual TLS",
        host=simulator.url,
        api_key="key",
        secret="seal",
        client_certificate="-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n",
        client_key="nothing",
    )

    with pytest.raises(NotConfigured, match="Live, mutual TLS"):
        registry.get("hotelbeds").search(journey.stay(), deadline=5)
    assert not Call.objects.exists()
