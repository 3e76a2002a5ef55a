from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from faredown.embedded import ports
from suppliers import broker
from suppliers.budget import ALONE_SHARE, UNEVEN_SECONDS, Budget
from suppliers.limits import Limits
from suppliers.operations import Operation


def limits(*, rate: float = 10, quota: int | None = None, reserve: float = 0.2) -> Limits:
    return Limits(
        booking_rate=rate, content_rate=rate, daily_quota=quota, reserve=reserve, availability_sample=0
    )


def budget(allowed: Limits, used_today: Callable[[], int] = lambda: 0) -> Budget:
    return Budget("hotelbeds", allowed, used_today=used_today)


def granted(one: Budget, operation: Operation, times: int) -> int:
    return sum(one.take(operation).granted for _ in range(times))


def test_never_more_in_a_second_than_allowed_and_bookings_have_a_share_of_their_own() -> None:
    shared = budget(limits(rate=10))

    started = time.monotonic()
    searches = granted(shared, Operation.AVAILABILITY, 30)
    bookings = granted(shared, Operation.BOOK, 30)
    seconds = 1 + int(time.monotonic() - started)

    assert 8 <= searches <= 8 * seconds
    assert 2 <= bookings <= 10 * seconds - searches


def test_a_rate_under_one_a_second() -> None:
    shared = budget(limits(rate=0.5))
    assert granted(shared, Operation.AVAILABILITY, 3) == 1
    assert 1 < shared.take(Operation.BOOK).wait <= 2 + UNEVEN_SECONDS


def test_what_is_refused_says_when_to_come_back() -> None:
    shared = budget(limits(rate=2))
    granted(shared, Operation.AVAILABILITY, 3)

    refused = shared.take(Operation.AVAILABILITY)

    assert not refused.granted
    assert 0 < refused.wait <= 1 + UNEVEN_SECONDS


def test_the_budget_is_one_for_every_process() -> None:
    first, second = budget(limits(rate=5)), budget(limits(rate=5))
    taken: list[int] = []
    threads = [
        threading.Thread(target=lambda one=one: taken.append(granted(one, Operation.AVAILABILITY, 20)))
        for one in (first, second) * 3
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 4 <= sum(taken) <= 4 * (1 + (time.monotonic() - started))


def test_content_has_a_rate_of_its_own() -> None:
    shared = budget(limits(rate=3))
    granted(shared, Operation.AVAILABILITY, 10)

    assert shared.take(Operation.CONTENT).granted


def test_the_last_part_of_the_day_s_quota_is_for_bookings() -> None:
    shared = budget(limits(rate=1000, quota=10))

    assert granted(shared, Operation.AVAILABILITY, 20) == 8
    assert shared.take(Operation.AVAILABILITY).quota_used_up
    assert granted(shared, Operation.CHECK_RATES, 20) == 2
    assert shared.take(Operation.BOOK).quota_used_up


def test_a_redis_that_forgot_the_day_learns_it_from_the_record() -> None:
    shared = budget(limits(rate=1000, quota=100), used_today=lambda: 75)

    assert granted(shared, Operation.AVAILABILITY, 20) == 5  # 80 less the 75 of before


def test_a_quota_their_side_calls_used_up_stops_searches_only() -> None:
    shared = budget(limits(rate=1000))

    shared.used_up()

    refused = shared.take(Operation.AVAILABILITY)
    assert (refused.granted, refused.quota_used_up) == (False, True)
    assert 0 < refused.wait <= 900
    assert not shared.take(Operation.CONTENT).granted
    assert shared.take(Operation.BOOK).granted


@pytest.fixture
def no_redis(settings: Settings) -> None:
    settings.REDIS_BROKER_URL = f"redis://127.0.0.1:{ports.free()}/0"


@pytest.mark.usefixtures("no_redis")
def test_without_redis_a_process_keeps_to_a_small_share() -> None:
    alone = budget(limits(rate=10))

    started = time.monotonic()
    taken = granted(alone, Operation.AVAILABILITY, 50)

    assert 1 <= taken <= 1 + (time.monotonic() - started) * 10 * ALONE_SHARE
    refused = alone.take(Operation.AVAILABILITY)
    assert 0 < refused.wait <= 0.5
    assert broker.connection() is None  # not asked again at once
