"""The simulator in a background thread, over real HTTP: `with running(Settings(hotels=200)) as hotelbeds:`."""

import asyncio
import http.client
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from suppliers.simulators.hotelbeds.server import serve
from suppliers.simulators.hotelbeds.settings import Settings

_STARTING_SECONDS = 20.0
_CONTROL_SECONDS = 10.0


class Control:
    """The JSON control of a simulator at `url` (without `/_control`)."""

    def __init__(self, url: str) -> None:
        self._url = url

    def state(self) -> dict[str, Any]:
        return self._call("state")

    def questions(self) -> dict[str, Any]:
        """`rates`: by API the most calls in a second and those refused for being too many, where there is a limit.
        `questions`: of every different availability request its day of check-in and how often it was taken."""
        return self._call("questions")

    def faults(self, *faults: Mapping[str, object]) -> list[dict[str, Any]]:
        """Replaces the faults in force; without arguments ends them."""
        listed: list[dict[str, Any]] = self._call("faults", list(faults))["faults"]
        return listed

    def reset(self) -> None:
        self._call("reset", {})

    def clock(
        self, *, now: str | None = None, advance_seconds: float | None = None, frozen: bool | None = None
    ) -> dict[str, Any]:
        order = {"now": now, "advance_seconds": advance_seconds, "frozen": frozen}
        return self._call("clock", {name: value for name, value in order.items() if value is not None})

    def latency(self, milliseconds: Mapping[str, tuple[float, float]]) -> None:
        """Operation (or `*`) -> (median, 95th percentile)."""
        self._call("latency", dict(milliseconds))

    def changes(
        self, *, changed: float = 0.0, removed: float = 0.0, added: float = 0.0, seed: int = 0
    ) -> None:
        """One more round: shares of the hotels that change, go and come, dated the simulator's present day."""
        self._call("changes", {"changed": changed, "removed": removed, "added": added, "seed": seed})

    def bookings(self, client_reference: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.state()["bookings"].get(client_reference.upper(), [])
        return found

    def _call(self, path: str, body: object = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection(self._url.removeprefix("http://"), timeout=_CONTROL_SECONDS)
        try:
            data = None if body is None else json.dumps(body)
            connection.request("GET" if data is None else "POST", f"/_control/{path}", data)
            answer = connection.getresponse()
            decoded: dict[str, Any] = json.load(answer)
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise ValueError(decoded["error"])
        return decoded


@dataclass(frozen=True)
class Running:
    """`url` is the host part; the APIs are under /hotel-api/1.0 and /hotel-content-api/1.0."""

    url: str
    settings: Settings
    control: Control


@contextmanager
def running(settings: Settings | None = None) -> Iterator[Running]:
    """Starts on a free port unless the settings name one; stops and joins the thread on leaving."""
    settings = settings or Settings(hotels=200)
    server = _Server(settings)
    server.start()
    try:
        url = server.wait_until_ready()
        yield Running(url, settings, Control(url))
    finally:
        server.stop()


class _Server(threading.Thread):
    def __init__(self, settings: Settings) -> None:
        super().__init__(name="hotelbeds-simulator", daemon=True)
        self._settings = settings
        self._answering = threading.Event()
        self._url = ""
        self._failure: Exception | None = None
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()

    def run(self) -> None:
        try:
            self._loop.run_until_complete(serve(self._settings, ready=self._ready, stop=self._stopping))
        except (OSError, ValueError, sqlite3.Error) as error:  # handed to the thread that waits for the start
            self._failure = error
        finally:
            self._answering.set()
            self._loop.close()

    def wait_until_ready(self) -> str:
        if not self._answering.wait(_STARTING_SECONDS):
            raise TimeoutError("the simulator did not start")
        if self._failure is not None:
            raise self._failure
        return self._url

    def stop(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self.join()

    def _ready(self, url: str) -> None:
        self._url = url
        self._answering.set()
