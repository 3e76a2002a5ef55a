"""What staff and Prometheus are told of breakers and budgets."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from faredown.accounts.models import User
from faredown.embedded import ports
from faredown.lib import metrics
from suppliers import breaker, broker, condition, standing
from suppliers.breaker import THRESHOLD, Breaker
from suppliers.budget import Budget
from suppliers.limits import Limits
from suppliers.models import Supplier
from suppliers.operations import Api, Operation

CODE = "hotelbeds"
LIMITS = Limits(booking_rate=0.1, content_rate=4, daily_quota=1000, reserve=0.2, availability_sample=0)


def budget() -> Budget:
    return Budget(CODE, LIMITS, used_today=lambda: 0)


def told(name: str) -> str:
    return next(line for line in metrics.exposition().decode().splitlines() if line.startswith(name))


def test_what_nobody_asked_yet_works() -> None:
    found = condition.read(CODE)
    assert found is not None
    assert (found.troubled, found.budgets, found.used_today, found.paused) == ((), {}, 0, 0)
    assert standing.summary(CODE) == "yes"
    assert standing.budget(CODE) == "Calls today: 0 of no limit."


def test_an_open_breaker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Breaker(CODE)
    for _ in range(THRESHOLD):
        one.failed(Operation.AVAILABILITY)
    series = 'faredown_supplier_breaker{operation="availability",supplier="hotelbeds"}'
    assert told(series) == f"{series} 2.0"
    assert standing.summary(CODE) == "not answering: availability"
    assert "availability: stopped after 5 failures, tried again in 1" in standing.breakers(CODE)

    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0)
    assert told(series) == f"{series} 1.0"
    assert "availability: one call at a time" in standing.breakers(CODE)

    one.worked(Operation.AVAILABILITY)
    assert told(series) == f"{series} 0.0"
    assert "availability: works<" in standing.breakers(CODE)


def test_a_budget_is_told() -> None:
    """A tenth of a call a second: one in ten seconds."""
    one = budget()
    assert one.take(Operation.AVAILABILITY).granted
    one.used_up(120)
    found = condition.read(CODE)
    assert found is not None
    assert list(found.budgets) == [Api.BOOKING]
    assert (found.used_today, found.quota) == (1, 1000)
    assert found.budgets[Api.BOOKING] == condition.Budget(left=0, rate=0.1)
    assert 115 < found.paused <= 120
    assert told('faredown_supplier_quota_used{supplier="hotelbeds"}').endswith(" 1.0")
    assert told('faredown_supplier_quota{supplier="hotelbeds"}').endswith(" 1000.0")
    assert standing.budget(CODE).startswith(
        "Calls today: 1 of 1000. booking_api: 0 calls may go at once (0.1 a second). Its quota is used up"
    )


def test_without_redis_it_is_not_known(settings: Settings) -> None:
    settings.REDIS_BROKER_URL = f"redis://127.0.0.1:{ports.free()}/0"
    try:
        assert condition.read(CODE) is None
        assert told('faredown_supplier_budget_shared{supplier="hotelbeds"}').endswith(" 0.0")
        assert standing.summary(CODE).startswith("not known")
    finally:
        broker.forget()


@pytest.mark.django_db
def test_staff_see_it_on_the_supplier_s_page(client: Client) -> None:
    client.force_login(User.objects.create(email="desk@example.com", is_staff=True, is_superuser=True))
    one = Breaker(CODE)
    for _ in range(THRESHOLD):
        one.failed(Operation.BOOK)
    row = Supplier.objects.get(code=CODE)
    page = client.get(reverse("admin:suppliers_supplier_change", args=[row.pk])).content.decode()
    assert "book: stopped after 5 failures" in page
    listed = client.get(reverse("admin:suppliers_supplier_changelist")).content.decode()
    assert "not answering: book" in listed
