"""A hundred searches at once: one question to the supplier; many different ones: never more than its limit."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from suppliers.budget import UNEVEN_SECONDS
from suppliers.models import Call
from suppliers.operations import Operation
from tests.bookings import world as worlds
from tests.bookings.world import World
from tests.races import searchers
from tests.races.searchers import Wish
from tests.suppliers.test_budget import budget, limits

QPS = 5


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    searchers.forget_supplier()


def wish(world: World, *, threads: int, distinct: bool, days: int) -> Wish:
    """The dates are nobody else's: answers of other tests are still known."""
    check_in = datetime.now(UTC).date() + timedelta(days=days)
    return Wish(world.place.public_id, check_in, threads, distinct)


def test_a_hundred_identical_searches_ask_the_supplier_once(world: World, tmp_path: Path) -> None:
    """Four processes of twenty-five, and a supplier that takes its time."""
    with worlds.simulator(latency={"availability": (900.0, 1000.0)}) as slow:
        asked = wish(world, threads=25, distinct=False, days=211)
        endings = searchers.together(tmp_path, asked, companions=4, url=slow.url, qps=1000)
        calls = slow.control.state()["calls"]
    assert calls == {"availability": 1}
    assert len(endings) == 100
    assert {ending.status for ending in endings} <= {"ok", "cached"}
    assert len({ending.hotels for ending in endings}) == 1
    assert endings[0].hotels > 0


def test_many_different_searches_never_pass_the_supplier_s_limit(world: World, tmp_path: Path) -> None:
    """Four processes of four, each with a question of its own. The supplier refuses what is over its limit in any
    second, and never has to."""
    with worlds.simulator(qps=QPS) as strict:
        asked = wish(world, threads=4, distinct=True, days=223)
        endings = searchers.together(tmp_path, asked, companions=4, url=strict.url, qps=QPS)
        calls = strict.control.state()["calls"]
    states = [ending.status for ending in endings]
    assert len(states) == 16
    assert calls == {"availability": states.count("ok")}
    assert set(states) <= {"ok", "over_budget"}
    assert states.count("ok") > QPS
    assert not Call.objects.filter(status=429).exists()


def test_a_storm_of_searches_leaves_the_bookings_share_alone() -> None:
    shared, over = budget(limits(rate=10)), threading.Event()
    storm = [
        threading.Thread(
            target=lambda: [shared.take(Operation.AVAILABILITY) for _ in iter(over.is_set, True)]
        )
        for _ in range(4)
    ]
    for thread in storm:
        thread.start()
    try:
        for _ in range(3):
            time.sleep(1 + UNEVEN_SECONDS)
            assert [shared.take(Operation.CHECK_RATES).granted for _ in range(2)] == [True, True]
    finally:
        over.set()
        for thread in storm:
            thread.join()


def test_no_second_ever_sees_more_than_the_rate() -> None:
    """Whatever the second is counted from."""
    shared, times = budget(limits(rate=5, reserve=0)), list[float]()
    until = time.monotonic() + 2.5
    while (now := time.monotonic()) < until:
        if shared.take(Operation.AVAILABILITY).granted:
            times.append(now)
        time.sleep(0.002)
    assert len(times) >= 10
    assert all(later - earlier > 1 for earlier, later in zip(times, times[5:], strict=False))
