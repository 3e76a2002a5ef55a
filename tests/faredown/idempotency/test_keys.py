import threading
from datetime import timedelta

import pytest
from django.db import connections

from faredown.idempotency.models import Key, Status
from faredown.idempotency.services import keys
from faredown.idempotency.services.keys import Kind
from faredown.lib import clock
from tests.faredown.threads import at_once


@pytest.mark.django_db
def test_new_then_replay_then_mismatch() -> None:
    first = keys.begin("user:1 /x/", "k1", "body-a")
    assert first.kind is Kind.NEW
    assert keys.finish(first.key, status=201, resource="FD1")
    again = keys.begin("user:1 /x/", "k1", "body-a")
    assert (again.kind, again.key.resource, again.key.response_status) == (Kind.REPLAY, "FD1", 201)
    assert keys.begin("user:1 /x/", "k1", "body-b").kind is Kind.MISMATCH
    assert keys.begin("user:2 /x/", "k1", "body-b").kind is Kind.NEW


@pytest.mark.django_db
def test_a_released_key_is_free_at_once() -> None:
    first = keys.begin("s", "k", "a")
    keys.release(first.key)
    assert keys.begin("s", "k", "corrected").kind is Kind.NEW


@pytest.mark.django_db
def test_a_crash_frees_the_key_when_its_lease_ends_and_the_late_one_changes_nothing() -> None:
    dead = keys.begin("s", "k", "a", lease=timedelta(seconds=30))
    waiting = keys.begin("s", "k", "a")
    assert (waiting.kind, waiting.retry_after) == (Kind.IN_FLIGHT, 5)
    with clock.travel(timedelta(seconds=31)):
        second = keys.begin("s", "k", "a")
        assert second.kind is Kind.NEW
        assert not keys.finish(dead.key, status=201, resource="LATE")
        keys.release(dead.key)
        assert keys.finish(second.key, status=201, resource="FD2")
    assert Key.objects.get().resource == "FD2"


@pytest.mark.django_db
def test_keys_are_kept_thirty_days() -> None:
    keys.begin("s", "k", "a")
    with clock.travel(timedelta(days=29)):
        assert keys.prune() == 0
    with clock.travel(timedelta(days=31)):
        assert keys.prune() == 1


@pytest.mark.django_db(transaction=True)
def test_looking_before_inserting_would_do_the_work_twice() -> None:
    """The race that `begin` guards against: both look, both find nothing, both go on."""
    looked = threading.Barrier(2)
    worked: list[int] = []

    def look_then_work(number: int) -> None:
        absent = not Key.objects.filter(scope="s", key="k", status=Status.DONE).exists()
        looked.wait(10)
        if absent:
            worked.append(number)
        connections.close_all()

    threads = [threading.Thread(target=look_then_work, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(worked) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_works() -> None:
    kinds = at_once(8, lambda: keys.begin("s", "k", "a").kind)
    assert sorted(kinds) == [Kind.IN_FLIGHT] * 7 + [Kind.NEW]


@pytest.mark.django_db(transaction=True)
def test_of_many_that_find_a_dead_lease_one_takes_it_over() -> None:
    keys.begin("s", "k", "a", lease=timedelta(seconds=-1))
    kinds = at_once(8, lambda: keys.begin("s", "k", "a").kind)
    assert sorted(kinds) == [Kind.IN_FLIGHT] * 7 + [Kind.NEW]
    assert Key.objects.get().attempt == 2
