"""Who asks the supplier, and how often: claims, flights, workers that come late or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from faredown.lib import clock, redis
from hotels import tasks
from hotels.criteria import Criteria
from hotels.models import Destination
from hotels.services import availability, fan_out, search
from hotels.services.availability import Outcome, State
from hotels.services.search import Search
from suppliers.models import Call
from suppliers.simulators.hotelbeds.running import Running
from tests.hotels.test_api import API, body


@pytest.fixture
def running(criteria: Criteria, settings: Any) -> Search:
    """A search whose question nobody has taken yet."""
    settings.SEARCH_WAIT_SECONDS = 0
    return search.start(criteria)


def asked() -> int:
    return Call.objects.filter(operation="availability").count()


def test_the_web_answers_at_once_and_a_worker_fills_in(running: Search) -> None:
    assert (running.status, running.total_hotels) == ("running", 0)
    tasks.search_supplier(running.id, "hotelbeds", "0")
    found = search.get(running.id)
    assert (found.status, found.suppliers[0].status) == ("complete", "ok")
    assert found.total_hotels > 0


def test_a_task_delivered_twice_asks_once(running: Search) -> None:
    before = asked()
    for _ in range(2):
        tasks.search_supplier(running.id, "hotelbeds", "0")
    assert asked() == before + 1


def test_a_task_of_a_search_that_ended_does_nothing(running: Search) -> None:
    before = asked()
    redis.cache().flushdb()
    tasks.search_supplier(running.id, "hotelbeds", "0")
    assert asked() == before


def test_a_claimed_question_is_left_to_its_claimant(running: Search) -> None:
    before = asked()
    record = running.found.record
    [job] = fan_out.batch_jobs(record)
    redis.durable().set(f"search:1:{record.id}:outcomes:claim:{job.field}", "1")
    fan_out.run(record, job, deadline=1.0)
    assert asked() == before
    assert search.get(record.id).status == "running"


def test_a_worker_that_died_makes_the_supplier_late(running: Search) -> None:
    with clock.travel(timedelta(seconds=16)):
        found = search.get(running.id)
    assert (found.status, found.suppliers[0].status) == ("complete", "late")


def test_several_batches(criteria: Criteria, place: Destination, settings: Any) -> None:
    settings.SEARCH_MAX_HOTELS = 3
    record = search.start(criteria).found.record
    assert sum(len(batch.codes) for batch in record.batches) == min(3, place.hotel_count)


@pytest.fixture
def question(criteria: Criteria) -> availability.Question:
    record = search.start(criteria).found.record
    for key in redis.cache().keys("availability:*"):
        redis.cache().delete(key)
    return fan_out.question(record, fan_out.batch_jobs(record)[0])


LIFE = timedelta(minutes=5)


def test_who_follows_a_flight_takes_its_answer(question: availability.Question) -> None:
    before = asked()
    flight = f"flight:{question.key}"
    redis.durable().set(flight, "1")
    answer = availability.Answer(clock.now(), {})
    landing = threading.Timer(0.1, lambda: availability._keep(question, answer))
    landing.start()
    outcome = availability.ask(question, not_older_than=LIFE, deadline=3.0)
    landing.join()
    assert (outcome.state, asked()) == (State.CACHED, before)


def test_a_flight_that_crashed_is_not_waited_for(question: availability.Question) -> None:
    flight = f"flight:{question.key}"
    redis.durable().set(flight, "1", px=80)
    outcome = availability.ask(question, not_older_than=LIFE, deadline=3.0)
    assert outcome.state is State.FAILED
    assert availability.ask(question, not_older_than=LIFE, deadline=3.0).state is State.OK


def test_an_old_answer_is_asked_again(question: availability.Question) -> None:
    assert availability.ask(question, not_older_than=LIFE, deadline=3.0).state is State.OK
    assert availability.ask(question, not_older_than=LIFE, deadline=3.0).state is State.CACHED
    assert availability.ask(question, not_older_than=timedelta(0), deadline=3.0).state is State.OK


def test_an_outcome_survives_redis(running: Search) -> None:
    outcome = Outcome(State.OVER_BUDGET, clock.now(), 3, 120)
    job = fan_out.batch_jobs(running.found.record)[0]
    fan_out._mark(running.id, {job.field: outcome})
    assert fan_out.outcomes(running.found.record, [job]) == {job: outcome}


def test_a_running_search_over_http(
    client: Client, place: Destination, catalogue: Running, settings: Any
) -> None:
    settings.SEARCH_WAIT_SECONDS = 0
    answer = client.post(f"{API}searches/", body(place), content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (202, "1")
    made = answer.json()
    assert (made["status"], made["suppliers"][0]["status"]) == ("running", "waiting")
    path = f"{API}searches/{made['id']}/"
    tag = client.get(path)["ETag"]
    tasks.search_supplier(made["id"], "hotelbeds", "0")
    done = client.get(path, headers={"If-None-Match": tag})
    assert (done.status_code, done.json()["status"]) == (200, "complete")
    assert "Retry-After" not in done


def test_without_redis_a_search_is_unavailable(
    client: Client, place: Destination, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise RedisConnectionError

    monkeypatch.setattr(redis, "durable", away)
    answer = client.post(f"{API}searches/", body(place), content_type="application/json")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (
        503,
        "search_unavailable",
        "5",
    )
