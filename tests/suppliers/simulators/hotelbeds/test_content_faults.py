"""Listings that go wrong, and a catalogue that changes, over real HTTP."""

from __future__ import annotations

import http.client
import json
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from suppliers.simulators.hotelbeds.running import Control, running
from suppliers.simulators.hotelbeds.settings import Settings
from tests.suppliers.simulators.hotelbeds.caller import NOW, Caller

Json = dict[str, Any]
HOTELS = "/hotel-content-api/1.0/hotels"


@pytest.fixture(scope="module")
def _hotelbeds() -> Iterator[Caller]:
    with running(Settings(hotels=300, seed=7)) as simulator:
        yield Caller(simulator)


@pytest.fixture
def hotelbeds(_hotelbeds: Caller) -> Caller:
    _hotelbeds.hotelbeds.control.reset()
    _hotelbeds.hotelbeds.control.clock(now=NOW, frozen=True)
    return _hotelbeds


@pytest.fixture
def control(hotelbeds: Caller) -> Control:
    return hotelbeds.hotelbeds.control


def fault(kind: str, **facts: object) -> Json:
    return {"operation": "content", "kind": kind, "count": 1, **facts}


def page(hotelbeds: Caller, path: str = HOTELS, *, first: int = 1, last: int = 20, **query: object) -> Json:
    answer = hotelbeds.call("GET", f"{path}?{urlencode({'from': first, 'to': last, **query})}")
    assert answer.status == 200, answer.raw
    return answer.json


def codes(answer: Json) -> list[int]:
    return [hotel["code"] for hotel in answer["hotels"]]


def test_a_page_before_once_more(hotelbeds: Caller, control: Control) -> None:
    first, second = page(hotelbeds), page(hotelbeds, first=21, last=40)
    control.faults(fault("page_repeats"))

    again = page(hotelbeds, first=21, last=40)

    assert (again["from"], again["to"], again["total"]) == (21, 40, second["total"])
    assert again["hotels"] == first["hotels"]
    assert page(hotelbeds, first=21, last=40)["hotels"] == second["hotels"]


def test_codes_that_come_twice_and_a_total_that_shrinks(hotelbeds: Caller, control: Control) -> None:
    first, second = page(hotelbeds), page(hotelbeds, first=21, last=40)
    control.faults(fault("duplicate_codes", records=2), fault("total_shrinks", percent=50))

    odd = page(hotelbeds, first=21, last=40)

    assert codes(odd) == codes(first)[-2:] + codes(second)
    assert odd["total"] == second["total"] // 2


def test_odd_records(hotelbeds: Caller, control: Control) -> None:
    good = page(hotelbeds)["hotels"][0]
    kinds = ("no_name", "swapped_coordinates", "huge_description", "many_images", "unknown_facility")
    control.faults(*(fault(kind) for kind in kinds))

    odd, *others = page(hotelbeds)["hotels"]

    assert "name" not in odd
    assert odd["coordinates"]["latitude"] == good["coordinates"]["longitude"]
    assert len(odd["description"]["content"].encode()) >= 200_000
    assert len({image["path"] for image in odd["images"]}) == 3000
    assert odd["facilities"][-1]["facilityCode"] == 998
    assert all("name" in other for other in others)
    assert page(hotelbeds)["hotels"][0] == good


def test_odd_records_by_share_are_the_same_in_every_language(hotelbeds: Caller, control: Control) -> None:
    control.faults(
        {"operation": "content", "kind": "no_name", "probability": 1, "share": 0.3},
        {"operation": "content", "kind": "zero_coordinates", "probability": 1, "share": 0.3},
    )
    nameless = [
        {hotel["code"] for hotel in page(hotelbeds, language=language)["hotels"] if "name" not in hotel}
        for language in ("ENG", "CAS")
    ]
    nowhere = [hotel for hotel in page(hotelbeds)["hotels"] if not hotel["coordinates"]["latitude"]]

    assert nameless[0] == nameless[1]
    assert 1 <= len(nameless[0]) <= 12
    assert 1 <= len(nowhere) <= 12


def test_what_cannot_be_read(hotelbeds: Caller, control: Control) -> None:
    control.faults(fault("unreadable_field"), fault("unreadable_record"))
    first = page(hotelbeds)["hotels"][0]

    assert "code" not in first
    assert first["facilities"][-1]["number"] == "many"
    control.faults(fault("truncated_gzip", path="/hotels"))
    page(hotelbeds, "/hotel-content-api/1.0/types/boards")
    with pytest.raises((EOFError, zlib.error)):
        page(hotelbeds)


def test_odd_values_of_a_facility(hotelbeds: Caller, control: Control) -> None:
    for kind, name, value in (
        ("unknown_fee_unit", "applicationType", "ZZ"),
        ("odd_hours", "timeFrom", "25:61:00"),
    ):
        control.faults(fault(kind))
        facilities = page(hotelbeds)["hotels"][0]["facilities"]
        parks = [one for one in facilities if (one["facilityCode"], one["facilityGroupCode"]) == (320, 70)]
        assert [one[name] for one in parks] == [value]


def test_a_language_they_refuse(hotelbeds: Caller, control: Control) -> None:
    control.faults(fault("language_missing", language="ARA", count=2))

    assert len(codes(page(hotelbeds))) == 20
    assert len(codes(page(hotelbeds, language="CAS"))) == 20
    answer = hotelbeds.call("GET", f"{HOTELS}?language=ARA")
    assert (answer.status, answer.error[0]) == (400, "INVALID_DATA")


def test_too_many_calls_say_when_to_come_again(hotelbeds: Caller, control: Control) -> None:
    control.faults(fault("throttle_429", retry_after=7), fault("quota_403", retry_after=3600))
    answers = [hotelbeds.call("GET", HOTELS) for _ in range(2)]

    assert [(answer.status, answer.headers["Retry-After"]) for answer in answers] == [
        (429, "7"),
        (403, "3600"),
    ]


def test_changes_show_in_the_listing_and_are_kept_from_old_pages(hotelbeds: Caller, control: Control) -> None:
    before = page(hotelbeds, last=300)
    control.changes(changed=0.1, removed=0.05, added=0.02)
    after = page(hotelbeds, last=300)
    since = page(hotelbeds, last=300, lastUpdateTime="2026-07-01")

    gone, come = set(codes(before)) - set(codes(after)), set(codes(after)) - set(codes(before))
    old = {hotel["code"]: hotel for hotel in before["hotels"]}
    differing = {hotel["code"] for hotel in after["hotels"] if old.get(hotel["code"]) != hotel}
    assert 5 <= len(gone) <= 30
    assert 1 <= len(come) <= 11
    assert after["total"] == before["total"] - len(gone) + len(come)
    touched = {hotel["code"] for hotel in after["hotels"] if hotel["lastUpdate"] == "2026-07-01"}
    assert come < differing == touched
    assert touched <= set(codes(since))
    path = f"/hotel-content-api/1.0/hotels/{min(gone)}/details"
    assert "hotel" not in hotelbeds.call("GET", path).json
    control.reset()
    assert page(hotelbeds, last=300)["hotels"] == before["hotels"]


def test_a_removed_hotel_is_not_sold(hotelbeds: Caller, control: Control) -> None:
    sold = {hotel["code"] for hotel in hotelbeds.search()["hotels"]["hotels"]}
    control.changes(removed=1.0)

    assert sold
    assert hotelbeds.search()["hotels"]["total"] == 0


def test_an_order_of_changes_is_checked(hotelbeds: Caller) -> None:
    url = hotelbeds.hotelbeds.url.removeprefix("http://")
    for body in ({"changed": 2}, {"moved": 0.1}):
        connection = http.client.HTTPConnection(url, timeout=10)
        connection.request("POST", "/_control/changes", json.dumps(body))
        answer = connection.getresponse()
        assert (answer.status, b"error" in answer.read()) == (400, True)
        connection.close()
