from datetime import timedelta

import pytest

from faredown.idempotency.services import leases, slots
from faredown.lib import clock
from tests.faredown.threads import at_once

TTL = timedelta(seconds=60)


@pytest.mark.django_db
def test_one_holder_at_a_time_and_a_growing_token() -> None:
    first = leases.acquire("sync", holder="a", ttl=TTL)
    assert first is not None
    assert leases.acquire("sync", holder="b", ttl=TTL) is None
    leases.release(first)
    second = leases.acquire("sync", holder="b", ttl=TTL)
    assert second is not None
    assert second.token == first.token + 1


@pytest.mark.django_db
def test_a_holder_that_overslept_finds_out() -> None:
    slow = leases.acquire("sync", holder="a", ttl=TTL)
    assert slow is not None
    with clock.travel(TTL):
        assert not leases.holds(slow)
        quick = leases.acquire("sync", holder="b", ttl=TTL)
        assert quick is not None
        assert leases.holds(quick)
        assert not leases.heartbeat(slow, ttl=TTL)
        leases.release(slow)
        assert leases.holds(quick)


@pytest.mark.django_db
def test_a_heartbeat_keeps_it() -> None:
    held = leases.acquire("sync", holder="a", ttl=TTL)
    assert held is not None
    with clock.travel(TTL / 2):
        assert leases.heartbeat(held, ttl=TTL)
    with clock.travel(TTL):
        assert leases.acquire("sync", holder="b", ttl=TTL) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_it() -> None:
    held = at_once(8, lambda: leases.acquire("sync", holder="x", ttl=TTL))
    assert sum(lease is not None for lease in held) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_beats_one_gets_the_slot() -> None:
    every = timedelta(days=1)
    assert sorted(at_once(6, lambda: slots.claim("prune", every=every))) == [False] * 5 + [True]
    with clock.travel(every):
        assert slots.claim("prune", every=every)
        assert not slots.claim("prune", every=every)
