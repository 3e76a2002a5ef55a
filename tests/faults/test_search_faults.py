"""Searches while something is wrong: a supplier, one Redis or both, the database, our clock. The simulator answers, or
does not, over real HTTP; it also counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from bookings.models import Quote
from bookings.services import quoting
from bookings.states import BookingStatus
from faredown.accounts import visitor
from faredown.embedded.servers import Server
from faredown.embedded.valkey import Role
from faredown.lib import clock
from faredown.messaging.models import OutboxMessage
from hotels.services import hands, shelf
from suppliers import breaker, registry
from suppliers.adapters.hotelbeds import client as hotelbeds_client
from suppliers.models import Call
from tests.bookings.world import World
from tests.faults import outages

API = "/api/v1/"
DAYS = iter(range(100, 300))


class Site:
    """The web alone, with its threads: no worker takes anything."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = Client()
        self.client.cookies[visitor.CURRENCY_COOKIE] = "EUR"
        self.check_in = clock.today() + timedelta(days=next(DAYS))

    def question(self, **changes: Any) -> dict[str, Any]:
        check_out = self.check_in + timedelta(days=2)
        return {
            "destination_id": self.world.place.public_id,
            "check_in": self.check_in.isoformat(),
            "check_out": check_out.isoformat(),
            "rooms": [{"adults": 2, "children_ages": []}],
            "currency": "EUR",
            **changes,
        }

    def search(self, **changes: Any) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(
            f"{API}searches/", self.question(**changes), content_type="application/json"
        )
        return answer.status_code, answer.json()

    def page(self, **more: str) -> Any:
        check_out = self.check_in + timedelta(days=2)
        asked = {
            "q": self.world.place.name,
            "known": self.world.place.name,
            "destination": self.world.place.public_id,
            "check_in": self.check_in.isoformat(),
            "check_out": check_out.isoformat(),
            "rooms": "1",
            "adults": "2",
            "children": "0",
            **more,
        }
        return self.client.get("/hotels/results/", asked, headers={"Accept-Language": "en"})

    def fault(self, kind: str, **more: object) -> None:
        self.world.hotelbeds.faults({"operation": "availability", "kind": kind, "probability": 1.0, **more})

    def calls(self) -> int:
        """Availability calls that the simulator saw."""
        return int(self.world.hotelbeds.state()["calls"].get("availability", 0))


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Role, Server]]:
    with outages.two_redis(tmp_path, monkeypatch) as servers:
        yield servers


@pytest.fixture
def site(
    redis: dict[Role, Server], world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    settings.SEARCH_THREADS = 4
    settings.SEARCH_CLAIM_SECONDS = 0.0
    monkeypatch.setattr("faredown.lib.background.defer", lambda *_: None)
    yield Site(world)
    hands._pool().shutdown(wait=True)
    hands._pool.cache_clear()


def test_a_slow_supplier_joins_late(site: Site, settings: Any) -> None:
    settings.SEARCH_WAIT_SECONDS = 0.2
    site.fault("slow", delay_ms=1500)
    status, made = site.search()
    assert (status, made["status"], made["suppliers"][0]["status"]) == (202, "running", "waiting")
    path = f"{API}searches/{made['id']}/"
    first = site.client.get(path)
    assert (first.status_code, first["Retry-After"]) == (200, "1")
    again = site.client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["Retry-After"]) == (304, "1")
    hands._pool().shutdown(wait=True)
    hands._pool.cache_clear()
    done = site.client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (done.status_code, done.json()["status"]) == (200, "complete")
    assert done.json()["total_hotels"] > 0
    assert "Retry-After" not in done
    assert site.calls() == 1


def test_a_supplier_that_is_down_is_left_alone_and_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each search asks something else. The first one tries three times, the second one twice: five failures in a row
    open the breaker, and from then on nothing is sent."""
    site.fault("overload_503")
    for residency in ("FR", "DE", "ES", "IT", "PT", "NL"):
        status, found = site.search(residency=residency)
        assert (status, found["status"], found["total_hotels"]) == (200, "complete", 0)
        assert found["suppliers"][0]["status"] == "failed"
    assert site.calls() == breaker.THRESHOLD
    assert site.page().status_code == 200
    site.world.hotelbeds.faults()
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 0)
    status, found = site.search(residency="BE")
    assert (found["suppliers"][0]["status"], site.calls()) == ("ok", breaker.THRESHOLD + 1)
    assert found["total_hotels"] > 0


def test_the_same_question_does_not_hammer_a_supplier_that_is_down(site: Site) -> None:
    site.fault("system_error")
    for _ in range(5):
        status, found = site.search()
        assert (status, found["suppliers"][0]["status"]) == (200, "failed")
    assert site.calls() == 3  # one search's tries


def test_a_supplier_that_throttles_us(site: Site) -> None:
    site.fault("throttle_429")
    for _ in range(3):
        status, found = site.search()
        assert (status, found["status"]) == (200, "complete")
        assert found["suppliers"][0]["status"] == "over_budget"
    assert site.page().status_code == 200
    assert site.calls() == 3


@pytest.mark.parametrize("kind", ["invalid_json", "truncated_body", "truncated_gzip", "drop_after_commit"])
def test_garbage_and_half_answers_are_none(site: Site, kind: str) -> None:
    site.fault(kind)
    status, found = site.search()
    assert (status, found["status"], found["total_hotels"]) == (200, "complete", 0)
    assert found["suppliers"][0]["status"] == "failed"
    site.world.hotelbeds.faults()
    with clock.travel(timedelta(seconds=11)):
        assert site.search()[1]["suppliers"][0]["status"] == "ok"


GONE = [(Role.CACHE,), (Role.BROKER,), (Role.CACHE, Role.BROKER)]


@pytest.mark.parametrize("gone", GONE, ids=["cache", "broker", "both"])
def test_without_redis_a_search_is_whole_in_one_answer(
    site: Site, redis: dict[Role, Server], gone: tuple[Role, ...], settings: Any
) -> None:
    settings.SEARCH_WAIT_SECONDS = 0.01
    site.fault("slow", delay_ms=300)
    for role in gone:
        redis[role].child.stop()
    site.search()  # finds out
    status, found = site.search(residency="DE")
    assert (status, found["status"], found["kept"]) == (200, "complete", Role.CACHE not in gone)
    assert found["results"]
    path = f"{API}searches/{found['id']}/"
    again = site.client.get(path)
    assert (again.status_code, again.json()["count"]) == (200, found["count"])
    hotel = site.client.get(f"{path}hotels/{found['results'][0]['hotel']['id']}/")
    assert (hotel.status_code, hotel.json()["status"]) == (200, "complete")
    assert hotel.json()["combinations"]
    page = site.page(search=found["id"])
    assert page.status_code == 200
    assert ("cannot be kept" in page.content.decode()) is (Role.CACHE in gone)


def test_without_redis_one_process_still_asks_once_and_makes_a_quote(
    site: Site, redis: dict[Role, Server]
) -> None:
    for server in redis.values():
        server.child.stop()
    site.search()
    before = site.calls()
    found = [site.search()[1] for _ in range(3)]
    assert site.calls() == before
    offers = found[0]["results"][0]["cheapest"]["offer_ids"]
    made = site.client.post(f"{API}quotes/", {"offer_ids": offers}, content_type="application/json")
    assert made.status_code == 201, made.content
    assert Quote.objects.count() == 1


def test_redis_goes_while_a_search_is_looked_at_and_comes_back(site: Site, redis: dict[Role, Server]) -> None:
    kept = site.search()[1]
    path = f"{API}searches/{kept['id']}/"
    assert (kept["kept"], site.client.get(path).status_code) == (True, 200)
    for server in redis.values():
        server.child.stop()
    told = site.client.get(path)
    assert (told.status_code, told.json()["code"]) == (503, "search_unavailable")
    page = site.page(search=kept["id"])
    assert page.status_code == 200
    assert "cannot be kept" in page.content.decode()


def test_another_process_tells_that_it_cannot_know(site: Site, redis: dict[Role, Server]) -> None:
    redis[Role.CACHE].child.stop()
    site.search()
    found = site.search()[1]
    shelf.cache.forget()  # as another process is
    told = site.client.get(f"{API}searches/{found['id']}/")
    assert (told.status_code, told.json()["code"], told["Retry-After"]) == (503, "search_unavailable", "5")
    assert site.page(search=found["id"]).status_code == 200


def test_a_slow_database_is_said_to_be_slow(site: Site) -> None:
    """Somebody holds the table; a statement is given up after its time."""
    known = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '100ms'")
    address = {name: known[name.upper()] for name in ("host", "port", "user", "password")}
    try:
        with psycopg.connect(dbname=known["NAME"], **address) as other:
            other.execute("LOCK TABLE hotels_hotel IN ACCESS EXCLUSIVE MODE")
            status, told = site.search()
            assert (status, told["code"]) == (503, "busy")
            page = site.page()
            assert (page.status_code, page["Retry-After"]) == (503, "5")
            assert "Please try again in a moment" in page.content.decode()
        assert site.search()[0] == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")


def test_a_wrong_clock_is_said_to_staff(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours is an hour ahead: signatures are refused, and the reason stands in the supplier's own Date."""
    monkeypatch.setattr(hotelbeds_client, "clock", clock)
    with clock.travel(timedelta(hours=1)):
        for residency in ("FR", "DE"):
            status, found = site.search(residency=residency)
            assert (status, found["suppliers"][0]["status"]) == (200, "failed")
    alert = OutboxMessage.objects.get(channel="supplier_clock")
    assert re.search(r"this machine's clock is 36\d\d s ahead", alert.body_text)
    assert re.search(r"clock is 36\d\d s ahead", Call.objects.filter(operation="availability")[0].detail)


def test_searches_that_used_up_their_quota_leave_room_to_book(site: Site, settings: Any) -> None:
    """A fifth of the day's calls is kept back: when searches have used up the rest, a guest still gets his price check
    and his room, and everybody else a page."""
    offers = next(
        (detail.offer.id,)
        for found in site.world.rates()
        for room in found.rooms
        for detail in room.offers
        if detail.offer.rate.needs_check
    )
    used = sum(site.world.hotelbeds.state()["calls"].values())
    settings.HOTELBEDS_DAILY_QUOTA = (used + 5) * 10 // 8
    registry.forget()
    states = [site.search(residency=code)[1]["suppliers"][0]["status"] for code in RESIDENCIES]
    assert (states[0], states[-1]) == ("ok", "over_budget")
    assert site.page().status_code == 200
    placed = site.world.book(quoting.quote(offers))
    assert placed.booking.status == BookingStatus.CONFIRMED
    calls = site.world.hotelbeds.state()["calls"]
    assert (calls["checkrates"], calls["booking"]) == (1, 1)


RESIDENCIES = ("FR", "DE", "ES", "IT", "PT", "NL", "BE", "AT")
