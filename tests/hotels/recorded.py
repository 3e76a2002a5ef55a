"""A Hotelbeds on loopback that serves the recorded content samples, for tests of the whole way into the catalogue.

Each listing holds what the samples hold of it, counts it truly, and is paged as on the wire. What the recorded hotels
refer to and no recorded list holds is taken from the recorded details of the same hotels, or written here.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.recorded import samples

Record = dict[str, Any]

PREFIX = "/hotel-content-api/1.0"
TAHOE = {
    "code": "TVL",
    "name": {"content": "Lake Tahoe Area - CA/NV"},
    "countryCode": "US",
    "isoCode": "US",
    "zones": [{"zoneCode": 1, "name": "South Lake Tahoe"}, {"zoneCode": 2, "name": "Truckee"}],
}
COUNTRIES: tuple[tuple[str, str, str, list[tuple[str, str]]], ...] = (
    ("UK", "GB", "United Kingdom", [("07", "UNITED KINGDOM")]),
    ("US", "US", "United States of America", [("CA", "CALIFORNIA"), ("NV", "NEVADA")]),
    ("MX", "MX", "Mexico", []),
)
CATEGORIES = {
    "3EST": "3 STARS",
    "4EST": "4 STARS",
    "5EST": "5 STARS",
    "H3_5": "3 STARS AND A HALF",
    "5LUX": "5 STARS LUXURY",
}


@cache
def listings(language: str) -> dict[str, tuple[str, list[Record]]]:
    """Path -> (name of the list, records). In Spanish there are the hotels recorded in Spanish, and nothing else."""
    acapulco = _records("hotels_acapulco_spanish_2016", "hotels")
    if language == "CAS":
        return {"/hotels": ("hotels", acapulco)}
    villa, savoy = _detailed("hotel_details_single_2025"), _detailed("hotel_details_multi_2024")
    hotels = [
        record
        for name in ("hotels_page_2025", "hotels_london_2024", "hotels_lake_tahoe")
        for record in _records(name, "hotels")
    ]
    hotels += [{key: value for key, value in one.items() if key != "description"} for one in acapulco]
    return {
        "/hotels": ("hotels", hotels),
        "/locations/countries": (
            "countries",
            _records("countries", "countries") + [_country(*facts) for facts in COUNTRIES],
        ),
        "/locations/destinations": (
            "destinations",
            _records("destinations_2016", "destinations")
            + _records("destinations_2024", "destinations")
            + [_destination(villa), _destination(savoy), TAHOE],
        ),
        "/types/categories": (
            "categories",
            _records("categories_2024", "categories")
            + [{"code": code, "description": _text(name)} for code, name in CATEGORIES.items()],
        ),
        "/types/accommodations": (
            "accommodations",
            [*_records("accommodations_2024", "accommodations"), villa["accommodationType"]],
        ),
        "/types/chains": ("chains", [*_records("chains_2024", "chains"), villa["chain"], savoy["chain"]]),
        "/types/terminals": (
            "terminals",
            _records("terminals_2024_one", "terminals") + [_terminal(one) for one in villa["terminals"]],
        ),
        "/types/facilities": ("facilities", _records("facilities_2020_full", "facilities")),
        "/types/facilitygroups": (
            "facilityGroups",
            _records("facility_groups_2016_full", "facilityGroups"),
        ),
        "/types/boards": ("boards", _records("boards_2024", "boards")),
        "/types/rooms": ("rooms", _records("rooms_2024", "rooms")),
        "/types/imagetypes": ("imageTypes", _records("imagetypes_2024", "imageTypes")),
        "/types/issues": ("issues", _records("issues_2024_one", "issues")),
        "/types/ratecomments": ("rateComments", _records("ratecomments_2024", "rateComments")),
    }


@contextmanager
def serving() -> Iterator[str]:
    """The address, without a path."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        key, records = listings(query["language"]).get(parts.path.removeprefix(PREFIX), ("", []))
        first, last = int(query["from"]), int(query["to"])
        answer = {"from": first, "to": last, "total": len(records), key: records[first - 1 : last]}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    log_message: Callable[..., None] = lambda *_: None


def _records(name: str, key: str) -> list[Record]:
    found: list[Record] = json.loads(samples.read(f"content/{name}.response.json"))[key]
    return found


def _detailed(name: str) -> Record:
    answer = json.loads(samples.read(f"content/{name}.response.json"))
    found: Record = answer["hotel"] if "hotel" in answer else answer["hotels"][0]
    return found


def _destination(hotel: Record) -> Record:
    zone = {"zoneCode": hotel["zone"]["zoneCode"], "name": hotel["zone"]["name"]}
    destination: Record = hotel["destination"]
    return destination | {"isoCode": hotel["country"]["isoCode"], "zones": [zone]}


def _terminal(one: Record) -> Record:
    name = {"code": one["terminalCode"], "type": one["terminalType"], "country": "ES"}
    return name | {"name": one["name"], "description": one["description"]}


def _country(code: str, iso: str, name: str, states: list[tuple[str, str]]) -> Record:
    listed = [{"code": state, "name": text} for state, text in states]
    return {"code": code, "isoCode": iso, "description": {"content": name}, "states": listed}


def _text(content: str) -> Record:
    return {"languageCode": "ENG", "content": content}
