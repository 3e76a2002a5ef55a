"""Speaks to a running simulator as any client would: signed, over real HTTP, with nothing of our adapter."""

from __future__ import annotations

import gzip
import http.client
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from suppliers.simulators.hotelbeds.running import Running

NOW = "2026-07-01T10:00:00Z"
STAY = {"checkIn": "2026-09-14", "checkOut": "2026-09-18"}
COUPLE = {"rooms": 1, "adults": 2, "children": 0}

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Json:
        decoded: Json = json.loads(self.raw)
        return decoded

    @property
    def error(self) -> tuple[str, str]:
        """(category, message) of an application's error."""
        code: str = self.json["error"]["code"]
        return code.split("-", maxsplit=1)[0], self.json["error"]["message"]


class Caller:
    def __init__(self, hotelbeds: Running) -> None:
        self.hotelbeds = hotelbeds

    def headers(self, *, at: float | None = None) -> dict[str, str]:
        settings = self.hotelbeds.settings
        seconds = int(time.time() if at is None else at)
        return {
            "Api-key": settings.api_key,
            "X-Signature": sha256(f"{settings.api_key}{settings.secret}{seconds}".encode()).hexdigest(),
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
        }

    def call(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str | None] | None = None
    ) -> Answer:
        """`path` after /hotel-api/1.0 unless it names an API itself; a header of None is left out."""
        path = path if path.startswith("/hotel-") else f"/hotel-api/1.0{path}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = (
            self.headers()
            | ({} if data is None else {"Content-Type": "application/json"})
            | dict(headers or {})
        )
        connection = http.client.HTTPConnection(self.hotelbeds.url.removeprefix("http://"), timeout=20)
        try:
            connection.request(
                method, path, data, {name: text for name, text in sent.items() if text is not None}
            )
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        if answer.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        return Answer(answer.status, dict(answer.headers), raw)

    def search(self, **fields: object) -> Json:
        found = self.call("POST", "/hotels", search_request(**fields))
        assert found.status == 200, found.raw
        answered: Json = found.json
        return answered

    def check(self, *keys: str, **fields: object) -> Answer:
        return self.call("POST", "/checkrates", {"rooms": [{"rateKey": key} for key in keys], **fields})

    def book(self, rate: Json, *, reference: str = "FD-1", **fields: object) -> Answer:
        return self.call("POST", "/bookings", booking_request(rate, reference=reference, **fields))

    def booked(self, rate: Json, *, reference: str = "FD-1", **fields: object) -> Json:
        answer = self.book(rate, reference=reference, **fields)
        assert answer.status == 200, answer.raw
        booking: Json = answer.json["booking"]
        return booking

    def listed(self, **filters: object) -> Json:
        query = {"start": "2026-06-01", "end": "2026-07-31", "from": 1, "to": 25, **filters}
        answer = self.call("GET", f"/bookings?{urlencode(query)}")
        assert answer.status == 200, answer.raw
        found: Json = answer.json["bookings"]
        return found


def search_request(**fields: object) -> Json:
    return {"stay": STAY, "occupancies": [COUPLE], "destination": {"code": "DXB"}, **fields}


def rates_of(answer: Json) -> Iterator[tuple[Json, Json, Json]]:
    """(hotel, room, rate) of a search."""
    for hotel in answer["hotels"].get("hotels", []):
        for room in hotel["rooms"]:
            for rate in room["rates"]:
                yield hotel, room, rate


def pick(answer: Json, *, rate_type: str = "BOOKABLE", **wanted: object) -> Json:
    """The first rate with these facts."""
    wanted = {"rateClass": "NOR", **wanted}
    return next(
        rate
        for _, _, rate in rates_of(answer)
        if rate.get("rateType") == rate_type
        and all(rate.get(name) == value for name, value in wanted.items())
    )


def booking_request(rate: Json, *, reference: str = "FD-1", **fields: object) -> Json:
    """Everybody the rate is for, the first adult of each room named."""
    return {
        "holder": {"name": "Ada", "surname": "Byron"},
        "clientReference": reference,
        "rooms": [{"rateKey": rate["rateKey"], "paxes": paxes_of(rate)}],
        **fields,
    }


def paxes_of(rate: Json) -> list[Json]:
    ages = [int(age) for age in rate.get("childrenAges", "").split(",") if age]
    paxes: list[Json] = []
    for room in range(1, rate["rooms"] + 1):
        paxes.append({"roomId": room, "type": "AD", "name": "Ada", "surname": "Byron"})
        paxes += [{"roomId": room, "type": "AD"}] * (rate["adults"] - 1)
        paxes += [{"roomId": room, "type": "CH", "age": age} for age in ages]
    return paxes
