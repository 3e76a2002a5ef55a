"""Travellers as locust plays them: each searches, turns the page, filters, opens a hotel, thinks in between, and begins
again. No connection waits for another: a slow answer makes its own traveller late, as people are.

    TRAVELLERS_SEARCHES=searches.json TRAVELLERS_TOLD=told.json locust -f tests/load/travellers.py --headless ... Guest

`Guest` walks through the site as a browser with its scripts does, `App` asks the API. The files are as journeys.py has
them; what happened is written at the end.
"""

from __future__ import annotations

import itertools
import os
import re
import time
from abc import abstractmethod
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from random import Random
from typing import Any, ClassVar
from urllib.parse import urlencode

import msgspec
from locust import FastHttpUser, events, task
from locust.contrib.fasthttp import FastResponse

from tests.load.journeys import FIRST_PRICE, SEARCHES, TOLD, Asked, Told

SEED = 20261123
THINKS = (1.0, 5.0)
"""Seconds between an answer and the next step."""
PATIENCE = 60.0
"""Seconds after which a traveller gives up on a search that shows no price."""
_POLL, _SLOWEST_POLL, _POLL_GROWS = 0.7, 3.0, 1.4  # as faredown/static/site/js/results.js asks again
_HOTEL_POLL = 0.8  # and hotel.js


_told: list[Told] = []
_numbers: Iterator[int] = itertools.count()


def _read() -> list[Asked]:
    return msgspec.json.decode(Path(os.environ[SEARCHES]).read_bytes(), type=list[Asked])


def _note(name: str, response_time: float, response: Any, start_time: float, **_: Any) -> None:
    _told.append(Told(start_time, name, response_time, getattr(response, "status_code", 0) or 0))


def _write(**_: Any) -> None:
    Path(os.environ[TOLD]).write_bytes(msgspec.json.encode(_told))


events.request.add_listener(_note)
events.quitting.add_listener(_write)


class Traveller(FastHttpUser):
    abstract = True
    network_timeout = connection_timeout = PATIENCE
    searches: ClassVar[list[Asked]] = []
    wanted: ClassVar[list[float]] = []

    def __init__(self, environment: Any) -> None:
        number = next(_numbers)
        self.default_headers = {
            "X-Forwarded-For": f"10.77.{number // 250}.{number % 250 + 1}",
            "Accept-Encoding": "gzip",
        }
        super().__init__(environment)
        self.chance = Random(f"{SEED} {number}")
        if not Traveller.searches:
            Traveller.searches = _read()
            shares = (1 / rank for rank in range(1, len(Traveller.searches) + 1))  # Zipf
            Traveller.wanted = list(itertools.accumulate(shares))
        # The first is dealt in turn, so that warming up asks every one of them.
        self.next = Traveller.searches[number % len(Traveller.searches)]

    def wait_time(self) -> float:
        return self.chance.uniform(*THINKS)

    @task
    def travel(self) -> None:
        asked = self.next
        [self.next] = self.chance.choices(Traveller.searches, cum_weights=Traveller.wanted)
        at, began = time.time(), time.perf_counter()
        if not self.search(asked, until=began + PATIENCE):
            return
        _told.append(Told(at, FIRST_PRICE, 1000 * (time.perf_counter() - began), None))
        for step in (self.turn_page, self.filter, self.open_hotel):
            time.sleep(self.wait_time())
            step()

    @abstractmethod
    def search(self, asked: Asked, *, until: float) -> bool:
        """Whether a hotel with a price came."""

    @abstractmethod
    def turn_page(self) -> None: ...

    @abstractmethod
    def filter(self) -> None: ...

    @abstractmethod
    def open_hotel(self) -> None: ...


_PRICED = re.compile(r'class="hotel-total nums">[^<]*\d')
_HOTEL = re.compile(r'<h2 class="hotel-name"><a href="([^"]+)"')
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_BOX = re.compile(r'<input type="checkbox" name="([a-z_]+)" value="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_LISTING = re.compile(r'data-listing data-url="([^"]+)" data-etag="([^"]+)" data-running="(1?)"')
_LATE_ROOMS = re.compile(r'data-offers-running="([^"]+)"')


class Guest(Traveller):
    """With a browser. Pictures, styles and scripts come from the proxy, and are not asked for."""

    page = ""
    fragment = ""

    def search(self, asked: Asked, *, until: float) -> bool:
        query = {
            "q": asked.name,
            "known": asked.name,
            "destination": asked.place,
            "check_in": asked.check_in,
            "check_out": asked.check_out,
            "rooms": 1,
            "adults": asked.adults,
            "children": len(asked.ages),
            "ages": asked.ages,
        }
        answer = self.client.get(f"/hotels/results/?{urlencode(query, doseq=True)}", name="search")
        self.page = answer.text or ""
        listing = _LISTING.search(self.page)
        if listing is None:
            return False
        self.fragment = unescape(listing[1])
        return self._until_priced(etag=listing[2], running=bool(listing[3]), until=until)

    def _until_priced(self, *, etag: str, running: bool, until: float) -> bool:
        wait = _POLL
        while not _PRICED.search(self.page) and running and time.perf_counter() < until:
            time.sleep(wait)
            answer = self.client.get(self.fragment, name="search, again", headers={"If-None-Match": etag})
            if answer.status_code != 200:
                wait = min(wait * _POLL_GROWS, _SLOWEST_POLL)
                continue
            etag, wait = _header(answer, "ETag"), _POLL
            self.page = answer.text or ""
            running = _header(answer, "X-Listing") == "running"
        return bool(_PRICED.search(self.page))

    def turn_page(self) -> None:
        if following := _NEXT.search(self.page):
            answer = self.client.get(unescape(following[1]), name="page")
            self.page = answer.text or self.page

    def filter(self) -> None:
        """A box is ticked, and the script asks for the list with all fields of the form."""
        boxes = _BOX.findall(self.page)
        if boxes:
            fields = [*_HIDDEN.findall(self.page), self.chance.choice(boxes)]
            query = urlencode([(name, unescape(value)) for name, value in fields])
            answer = self.client.get(f"{self.fragment.partition('?')[0]}?{query}", name="filter")
            if _HOTEL.search(answer.text or ""):
                self.page = answer.text or ""

    def open_hotel(self) -> None:
        address = unescape(self.chance.choice(_HOTEL.findall(self.page)))
        answer = self.client.get(address, name="hotel")
        late = _LATE_ROOMS.search(answer.text or "")
        until = time.perf_counter() + PATIENCE
        while late and time.perf_counter() < until:
            time.sleep(_HOTEL_POLL)
            state = self.client.get(unescape(late[1]), name="hotel, again")
            if state.status_code != 200 or state.json()["complete"]:
                self.client.get(address, name="hotel")
                late = None


class App(Traveller):
    """Over the API."""

    path = ""
    found: dict[str, Any]

    def search(self, asked: Asked, *, until: float) -> bool:
        body = {
            "destination_id": asked.place,
            "check_in": asked.check_in,
            "check_out": asked.check_out,
            "rooms": [{"adults": asked.adults, "children_ages": asked.ages}],
        }
        answer = self.client.post("/api/v1/searches/", json=body, name="search")
        if answer.status_code not in (200, 202):
            return False
        self.found = answer.json()
        self.path = f"/api/v1/searches/{self.found['id']}/"
        etag = ""
        while not self.found["results"] and self.found["status"] == "running":
            if time.perf_counter() > until:
                break
            time.sleep(1.0)  # as Retry-After says
            headers = {"If-None-Match": etag} if etag else {}
            answer = self.client.get(self.path, name="search, again", headers=headers)
            if answer.status_code == 200:
                self.found, etag = answer.json(), _header(answer, "ETag")
        return bool(self.found["results"])

    def turn_page(self) -> None:
        if self.found["next"]:
            self.client.get(f"{self.path}?page=2", name="page")

    def filter(self) -> None:
        values = [(name, one["value"]) for name, ones in self.found["facets"].items() for one in ones]
        if values:
            self.client.get(f"{self.path}?{urlencode([self.chance.choice(values)])}", name="filter")

    def open_hotel(self) -> None:
        hotel = self.chance.choice(self.found["results"])["hotel"]["id"]
        until = time.perf_counter() + PATIENCE
        while time.perf_counter() < until:
            answer = self.client.get(f"{self.path}hotels/{hotel}/", name="hotel")
            if answer.status_code != 200 or answer.json()["status"] == "complete":
                return
            time.sleep(1.0)


def _header(answer: FastResponse, name: str) -> str:
    headers = answer.headers
    return str(headers.get(name) or "") if headers else ""
