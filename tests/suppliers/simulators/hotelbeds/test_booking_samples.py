"""The simulator's bodies against the recorded ones: each field that both have is of the same JSON type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from suppliers.simulators.hotelbeds.running import running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds import contract
from tests.suppliers.simulators.hotelbeds.caller import COUPLE, NOW, STAY, Caller, pick

Json = dict[str, Any]
Types = dict[str, set[str]]

CHILD = {**COUPLE, "children": 1, "paxes": [{"type": "CH", "age": 8}]}


@pytest.fixture(scope="module")
def hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=600, seed=7, unasked_packaging=True)) as simulator:
        simulator.control.clock(now=NOW, frozen=True)
        yield Caller(simulator)


def types_of(body: object, place: str = "", found: Types | None = None) -> Types:
    """Place (without positions) -> the JSON types met there; an integer counts as a number beside fractions."""
    found = {} if found is None else found
    if isinstance(body, dict):
        for name, value in body.items():
            types_of(value, f"{place}.{name}", found)
    elif isinstance(body, list):
        for value in body:
            types_of(value, f"{place}[]", found)
    found.setdefault(place, set()).add(_name(body))
    return found


def _name(value: object) -> str:
    names = {dict: "object", list: "array", str: "text", bool: "truth", int: "number", float: "number"}
    return names.get(type(value), "nothing")


def recorded(*names: str) -> Types:
    found: Types = {}
    for name in names:
        types_of(json.loads(contract.sample(f"booking/{name}.response.json").read_text()), "", found)
    return found


def compare(ours: Types, theirs: Types, *, least: int) -> None:
    shared = ours.keys() & theirs.keys()
    assert len(shared) >= least, sorted(ours.keys() ^ theirs.keys())
    assert {place: ours[place] for place in shared if not ours[place] <= theirs[place]} == {}


def test_availability(hotelbeds: Caller) -> None:
    theirs = recorded(
        "availability_recheck_dailyrates",
        "availability_geolocation_san_francisco",
        "availability_child_shiftdays",
    )
    ours = types_of(hotelbeds.search(occupancies=[CHILD], dailyRate=True, stay={**STAY, "shiftDays": 2}))
    compare(ours, theirs, least=75)


def test_checkrates(hotelbeds: Caller) -> None:
    theirs = recorded(
        "checkrates_2026_taxes_subtype_packaging",
        "checkrates_two_ratekeys_policy_changed_upselling",
        "checkrates_hotelmandatory_offers_upselling",
    )
    ours: Types = {}
    for hotel in hotelbeds.search()["hotels"]["hotels"][:20]:
        key = hotel["rooms"][0]["rates"][0]["rateKey"]
        types_of(hotelbeds.check(key, upselling=True).json, "", ours)
    compare(ours, theirs, least=75)


def test_bookings(hotelbeds: Caller) -> None:
    theirs = recorded(
        "booking_confirmation_2024_discount",
        "booking_confirmation_taxes_excluded_us",
        "booking_confirmation_external_supplier",
        "booking_confirmation_children",
    )
    confirmed = hotelbeds.book(pick(hotelbeds.search(occupancies=[CHILD])), remark="x").json
    compare(types_of(confirmed), theirs, least=60)
    reference = confirmed["booking"]["reference"]
    compare(types_of(hotelbeds.listed()), recorded_list(), least=25)
    cancelled = hotelbeds.call("DELETE", f"/bookings/{reference}").json
    compare(types_of(cancelled), recorded("booking_cancellation_free"), least=55)


def recorded_list() -> Types:
    body = json.loads(contract.sample("booking/booking_list.response.json").read_text())
    return types_of(body["bookings"])


@pytest.mark.parametrize("name", ["400_invalid_request", "404_booking_not_found", "500_system_error"])
def test_errors(hotelbeds: Caller, name: str) -> None:
    theirs = json.loads(contract.sample(f"errors/{name}.json").read_text())
    if name.startswith("400"):
        ours = hotelbeds.call("POST", "/hotels", b"a").json
    elif name.startswith("404"):
        ours = hotelbeds.call("GET", "/bookings/1-1").json
        assert ours["error"]["message"] == theirs["error"]["message"]
    else:
        hotelbeds.hotelbeds.control.faults({"operation": "status", "kind": "system_error", "count": 1})
        ours = hotelbeds.call("GET", "/status").json
        assert ours["error"]["message"] == theirs["error"]["message"]
    compare(types_of(ours), types_of(theirs), least=11)
