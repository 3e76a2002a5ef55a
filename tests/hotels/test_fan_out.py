"""Who asks the supplier, and how often: claims, flights, workers that come late or not at all."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from faredown.lib import clock, redis
from hotels import tasks
from hotels.criteria import Criteria
from hotels.models import Destination
from hotels.services import availability, fan_out, search
from hotels.services.availability import Lives, Outcome, State
from hotels.services.search import Search
from suppliers import registry
from suppliers.models import Call, Supplier
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


def test_a_question_under_way_is_left_to_who_asks_it(running: Search) -> None:
    before = asked()
    record = running.found.record
    [job] = fan_out.batch_jobs(record)
    asking = f"flight:{fan_out.question(record, job).key}"
    redis.durable().set(asking, "somebody")
    fan_out.run(record, job, deadline=1.0)
    assert asked() == before
    assert search.get(record.id).status == "running"
    assert redis.durable().get(asking) == b"somebody"


def test_the_end_of_a_question_reaches_every_search_that_waits_for_it(
    running: Search, criteria: Criteria
) -> None:
    other = search.start(criteria)
    tasks.search_supplier(running.id, "hotelbeds", "0")
    for one in (running, other):
        found = search.get(one.id)
        assert (found.status, found.suppliers[0].status) == ("complete", "ok")
    assert search.get(other.id).total_hotels == search.get(running.id).total_hotels > 0


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


LIVES = Lives(timedelta(minutes=5))


def ask(question: availability.Question, lives: Lives = LIVES) -> State | None:
    outcome = availability.ask(question, lives, deadline=3.0)
    return None if outcome is None else outcome.state


def test_nobody_asks_what_somebody_asks_already(question: availability.Question) -> None:
    before = asked()
    redis.durable().set(f"flight:{question.key}", "somebody", px=80)
    assert (ask(question), asked()) == (None, before)
    time.sleep(0.1)  # he died, and his claim ran out
    assert (ask(question), asked()) == (State.OK, before + 1)


def test_who_claims_a_question_that_just_landed_does_not_ask_it_again(
    question: availability.Question,
) -> None:
    assert ask(question) is State.OK
    before = asked()
    assert (ask(question), asked()) == (State.CACHED, before)


def test_an_old_answer_is_asked_again(question: availability.Question) -> None:
    assert ask(question) is State.OK
    assert ask(question, Lives(timedelta())) is State.OK


def test_an_old_answer_stands_in_while_a_new_one_is_fetched(criteria: Criteria, settings: Any) -> None:
    """Forty-five days ahead an answer lives for half an hour, and stands in for as long again."""
    settings.SEARCH_LIFE_SECONDS = 7200
    first, before = search.start(criteria), asked()
    with clock.travel(timedelta(minutes=29)):
        assert search.start(criteria).suppliers[0].status == "cached"
    with clock.travel(timedelta(minutes=31)):
        old = search.start(criteria)
        assert (old.status, old.suppliers[0].status, asked()) == ("running", "stale", before)
        assert old.total_hotels == first.total_hotels > 0
        tasks.search_supplier(old.id, "hotelbeds", "0")
        new = search.get(old.id)
        assert (new.status, new.suppliers[0].status, asked()) == ("complete", "ok", before + 1)
        assert new.found.index.version != old.found.index.version


def test_an_old_answer_is_better_than_a_failure(
    criteria: Criteria, catalogue: Running, settings: Any
) -> None:
    settings.SEARCH_LIFE_SECONDS = 7200
    search.start(criteria)
    catalogue.control.faults({"operation": "availability", "kind": "system_error", "probability": 1.0})
    with clock.travel(timedelta(minutes=31)):
        old = search.start(criteria)
        tasks.search_supplier(old.id, "hotelbeds", "0")
        found = search.get(old.id)
        assert (found.status, found.suppliers[0].status) == ("complete", "stale")
        assert found.total_hotels == old.total_hotels > 0
        another = search.start(criteria)
        assert (another.status, another.suppliers[0].status) == ("complete", "stale")
    with clock.travel(timedelta(minutes=61)):
        assert search.start(criteria).total_hotels == 0


def test_a_failure_is_remembered_for_seconds(criteria: Criteria, catalogue: Running, settings: Any) -> None:
    catalogue.control.faults({"operation": "availability", "kind": "system_error", "probability": 1.0})
    assert search.start(criteria).suppliers[0].status == "failed"
    before = asked()
    again = search.start(criteria)
    assert (again.status, again.suppliers[0].status, asked()) == ("complete", "failed", before)
    catalogue.control.faults()
    with clock.travel(timedelta(seconds=11)):
        assert search.start(criteria).suppliers[0].status == "ok"


def test_nothing_free_is_an_answer_too(criteria: Criteria, catalogue: Running) -> None:
    catalogue.control.faults({"operation": "availability", "kind": "sold_out", "probability": 1.0})
    assert search.start(criteria).total_hotels == 0
    before = asked()
    again = search.start(criteria)
    assert (again.suppliers[0].status, again.total_hotels, asked()) == ("cached", 0, before)


def test_staff_say_how_long_answers_live(criteria: Criteria) -> None:
    supplier = Supplier.objects.get(code="hotelbeds")
    supplier.answer_lives, supplier.stale_seconds = "30:60 *:120", 0
    supplier.save()
    registry.forget()
    search.start(criteria)
    before = asked()
    for seconds, calls in ((119, 0), (121, 1)):
        with clock.travel(timedelta(seconds=seconds)):
            assert search.start(criteria).suppliers[0].status == ("ok" if calls else "cached")
            assert asked() == before + calls


def test_an_outcome_survives_redis(running: Search) -> None:
    outcome = Outcome(State.OVER_BUDGET, clock.now(), 3, 120)
    job = fan_out.batch_jobs(running.found.record)[0]
    fan_out._mark(running.id, {job: outcome})
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
