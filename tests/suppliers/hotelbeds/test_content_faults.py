"""Content that comes broken, late or not at all."""

from __future__ import annotations

import pytest

from suppliers.errors import QuotaUsedUp, SupplierError, Throttled, Unavailable, Unreadable
from suppliers.models import Call
from suppliers.port import Supplier
from suppliers.simulators.hotelbeds.running import Running


def fault(kind: str, **facts: object) -> dict[str, object]:
    return {"operation": "content", "kind": kind, "count": 1, **facts}


def outcomes() -> list[str]:
    return list(Call.objects.order_by("at", "id").values_list("outcome", flat=True))


@pytest.mark.parametrize(
    ("kind", "noted"),
    [
        ("truncated_gzip", "unreadable"),
        ("truncated_body", "unavailable"),
        ("invalid_json", "unreadable"),
        ("drop_after_commit", "unavailable"),
        ("throttle_429", "throttled"),
    ],
)
def test_a_broken_page_is_asked_for_again(
    hotelbeds: Supplier, simulator: Running, kind: str, noted: str
) -> None:
    whole = hotelbeds.hotels(first=1, languages=["en"])
    simulator.control.faults(fault(kind))

    assert hotelbeds.hotels(first=1, languages=["en"]) == whole
    assert outcomes() == ["ok", noted, "ok"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [("truncated_gzip", Unreadable), ("truncated_body", Unavailable), ("throttle_429", Throttled)],
)
def test_what_stays_broken_may_be_asked_for_later(
    hotelbeds: Supplier, simulator: Running, kind: str, error: type[SupplierError]
) -> None:
    simulator.control.faults(fault(kind, count=9))

    with pytest.raises(error) as raised:
        hotelbeds.hotels(first=1, languages=["en"])

    assert raised.value.retryable
    assert len(outcomes()) == 3


def test_a_throttled_page_waits_as_told_and_no_longer_than_a_page_may(
    hotelbeds: Supplier, simulator: Running
) -> None:
    simulator.control.faults(fault("throttle_429", retry_after=1), fault("throttle_429", retry_after=300))

    with pytest.raises(Throttled) as raised:
        hotelbeds.hotels(first=1, languages=["en"])

    assert raised.value.retry_after == 300
    assert outcomes() == ["throttled", "throttled"]
    first, second = Call.objects.order_by("at", "id").values_list("at", flat=True)
    assert (second - first).total_seconds() >= 1


@pytest.mark.parametrize(("told", "least"), [(None, 1), (3600, 3600)])
def test_a_used_up_quota_says_when_to_come_again(
    hotelbeds: Supplier, simulator: Running, told: int | None, least: int
) -> None:
    simulator.control.faults(fault("quota_403", retry_after=told))
    waits = []
    for _ in range(2):
        with pytest.raises(QuotaUsedUp) as raised:
            hotelbeds.hotels(first=1, languages=["en"])
        waits.append(raised.value.retry_after or 0)

    assert least <= waits[0] <= (told or 900)
    assert waits[0] - 30 < waits[1] <= waits[0]
    assert len(outcomes()) == 1


def test_a_language_that_fails_for_the_moment_is_not_given_up(
    hotelbeds: Supplier, simulator: Running
) -> None:
    simulator.control.faults(fault("overload_503", count=9, language="CAS"))

    assert hotelbeds.hotels(first=1, languages=["en", "ar"]).problems == ()
    with pytest.raises(Unavailable):
        hotelbeds.hotels(first=1, languages=["en", "es"])
