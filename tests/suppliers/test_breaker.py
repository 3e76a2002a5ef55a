from __future__ import annotations

import pytest
from pytest_django import Settings

from faredown.embedded import ports
from suppliers import breaker
from suppliers.breaker import THRESHOLD, Breaker
from suppliers.operations import Operation


@pytest.fixture(params=["redis", "alone"])
def supplier_breaker(request: pytest.FixtureRequest, settings: Settings) -> Breaker:
    """The same behaviour with Redis and without."""
    if request.param == "alone":
        settings.REDIS_BROKER_URL = f"redis://127.0.0.1:{ports.free()}/0"
    return Breaker("hotelbeds")


def fail(one: Breaker, times: int, operation: Operation = Operation.AVAILABILITY) -> None:
    for _ in range(times):
        one.failed(operation)


def test_it_opens_after_failures_in_a_row_for_that_operation_alone(supplier_breaker: Breaker) -> None:
    fail(supplier_breaker, THRESHOLD - 1)
    assert supplier_breaker.allows(Operation.AVAILABILITY)

    fail(supplier_breaker, 1)

    assert not supplier_breaker.allows(Operation.AVAILABILITY)
    assert supplier_breaker.allows(Operation.BOOK)


def test_a_success_between_keeps_it_closed(supplier_breaker: Breaker) -> None:
    fail(supplier_breaker, THRESHOLD - 1)
    supplier_breaker.worked(Operation.AVAILABILITY)
    fail(supplier_breaker, THRESHOLD - 1)

    assert supplier_breaker.allows(Operation.AVAILABILITY)


def test_half_open_lets_one_probe_through(supplier_breaker: Breaker, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(supplier_breaker, THRESHOLD)
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0)
    assert supplier_breaker.allows(Operation.AVAILABILITY)

    monkeypatch.setattr(breaker, "OPEN_SECONDS", 15)
    assert not supplier_breaker.allows(Operation.AVAILABILITY)  # while the probe is under way

    supplier_breaker.worked(Operation.AVAILABILITY)
    assert supplier_breaker.allows(Operation.AVAILABILITY)


def test_a_probe_that_was_not_made_gives_way(
    supplier_breaker: Breaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(supplier_breaker, THRESHOLD)
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0)
    assert supplier_breaker.allows(Operation.AVAILABILITY)

    supplier_breaker.step_back(Operation.AVAILABILITY)

    assert supplier_breaker.allows(Operation.AVAILABILITY)


def test_a_failed_probe_opens_it_again(supplier_breaker: Breaker, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(supplier_breaker, THRESHOLD)
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0)
    assert supplier_breaker.allows(Operation.AVAILABILITY)
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 15)

    fail(supplier_breaker, 1)

    assert not supplier_breaker.allows(Operation.AVAILABILITY)
