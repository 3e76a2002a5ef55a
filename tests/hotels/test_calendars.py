"""Calendars from what searches were told, priced for who asks; and days a supplier is asked about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError as RedisAway

from faredown.lib import clock, redis
from faredown.lib.errors import InvalidInput, NotFound, Unprocessable
from faredown.lib.money import Money
from hotels.criteria import Criteria
from hotels.models import Country, Destination, Hotel, HotelCode, MarkupRule
from hotels.services import calendars, day_prices, search
from hotels.services.answers import Sketched
from hotels.services.calendars import Status, Wish
from hotels.services.day_prices import Kind
from suppliers.simulators.hotelbeds.running import Running
from suppliers.types import Occupancy, Sketch
from tests.hotels.conftest import SUPPLIER

NOW = datetime(2031, 5, 10, 12, tzinfo=UTC)
MAY = date(2031, 5, 1)
COUPLE = Occupancy(2)
WISH = Wish(nights=3, currency="EUR")
KIND = WISH.kind


def sketch(net: str, **changes: Any) -> Sketch:
    facts: dict[str, Any] = {
        "net": Decimal(net),
        "board_code": "RO",
        "occupancy": COUPLE,
        "rooms": 1,
        "allotment": None,
        "free_until": None,
        "mandated": None,
        "at_property": (),
        "for_sale": True,
    }
    return Sketch(**(facts | changes))


@pytest.fixture
def may(place: Destination) -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def code(place: Destination) -> HotelCode:
    return HotelCode.objects.filter(supplier=SUPPLIER, hotel__destination=place).order_by("pk")[0]


def note(code: HotelCode, *sketches: Sketch, day: int = 20, kind: Kind = KIND) -> None:
    told = Sketched("EUR", sketches) if sketches else None
    on = date(2031, 5, day)
    day_prices.note_days(kind, {on: told}, supplier=SUPPLIER, code=code.code, asked_at=clock.now(), exact=on)


def total(code: HotelCode, *, day: int = 20, wish: Wish = WISH) -> Decimal | None:
    found = calendars.of_hotel(code.hotel.public_id, MAY, wish)
    (told,) = (one for one in found.days if one.check_in.day == day)
    return told.total.amount if told.total else None


@pytest.mark.usefixtures("may")
def test_a_month_from_today_with_what_is_known(code: HotelCode) -> None:
    note(code, sketch("300"), sketch("200"), sketch("100", for_sale=False), day=20)
    note(code, day=21)
    with clock.frozen(NOW + timedelta(minutes=90)):
        found = calendars.of_hotel(code.hotel.public_id, MAY, WISH)
    assert [day.check_in.day for day in found.days] == list(range(10, 32))
    known = {day.check_in.day: day for day in found.days if day.status is not Status.UNKNOWN}
    assert [(day, one.status) for day, one in known.items()] == [(20, Status.KNOWN), (21, Status.NONE)]
    # 10 % of the house on the net
    assert known[20].total == Money.of("220.00", "EUR")
    assert (known[20].asked_at, known[20].exact, known[20].hotel_id) == (NOW, True, code.hotel.public_id)
    assert (known[21].total, known[21].asked_at) == (None, NOW)


@pytest.mark.usefixtures("may")
def test_prices_are_of_whoever_reads(code: HotelCode) -> None:
    due = (Money.of("12.50", "USD"),)
    note(code, sketch("200", at_property=due))
    # 220 online; 12.50 USD / 1.25 at the property
    assert total(code) == Decimal("230.00")
    # 200 * 1.25 * 1.01 * 1.1 + 12.50
    assert total(code, wish=msgspec.structs.replace(WISH, currency="USD")) == Decimal("290.25")
    MarkupRule.objects.create(name="Members", percent=Decimal(5), user_types=["member"], priority=1)
    assert total(code, wish=msgspec.structs.replace(WISH, user_type="member")) == Decimal("220.00")
    assert total(code) == Decimal("230.00")
    for other in ({"nights": 2}, {"residency": "FR"}, {"rooms": (Occupancy(3),)}):
        assert total(code, wish=msgspec.structs.replace(WISH, **other)) is None


@pytest.mark.usefixtures("may")
def test_a_mandated_price_and_our_own_are_both_looked_at(code: HotelCode) -> None:
    note(code, sketch("180", mandated=Decimal(215)), sketch("200"), day=20)
    note(code, sketch("180", mandated=Decimal(230)), sketch("200"), day=21)
    assert [total(code, day=20), total(code, day=21)] == [Decimal("215.00"), Decimal("220.00")]


FAMILY = Occupancy(2, (4, 9))
THREE = msgspec.structs.replace(WISH, rooms=(COUPLE, FAMILY, COUPLE))


@pytest.mark.usefixtures("may")
@pytest.mark.parametrize(
    ("sketches", "expected"),
    [
        # two rooms at 100 each and the family's 150
        ((sketch("100"), sketch("150", occupancy=FAMILY)), "385.00"),
        # one room left at 100, the other at 120
        ((sketch("100", allotment=1), sketch("120"), sketch("150", occupancy=FAMILY)), "407.00"),
        # both couples' rooms as one rate
        ((sketch("100"), sketch("190", rooms=2), sketch("150", occupancy=FAMILY)), "374.00"),
        ((sketch("190", rooms=2, allotment=1), sketch("150", occupancy=FAMILY)), None),
        ((sketch("100", allotment=1), sketch("150", occupancy=FAMILY)), None),
        ((sketch("100"),), None),
    ],
)
def test_a_stay_has_every_room(code: HotelCode, sketches: tuple[Sketch, ...], expected: str | None) -> None:
    note(code, *sketches, kind=THREE.kind)
    assert total(code, wish=THREE) == (Decimal(expected) if expected else None)


@pytest.mark.usefixtures("may")
def test_a_price_too_old_is_not_told_and_redis_away_tells_nothing(
    code: HotelCode, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CALENDAR_LIFE_SECONDS = 3600
    note(code, sketch("200"))
    with clock.frozen(NOW + timedelta(minutes=61)):
        assert total(code) is None
    assert total(code) == Decimal("220.00")

    def away() -> Any:
        raise RedisAway

    monkeypatch.setattr(redis, "cache", away)
    note(code, sketch("100"))
    monkeypatch.undo()
    assert total(code) == Decimal("220.00")


def test_a_search_leaves_its_days_in_the_calendars(criteria: Criteria, place: Destination) -> None:
    found = search.start(criteria)
    cards = search.page(found, sort="price").results
    wish = Wish(nights=3, currency="USD")
    month = criteria.check_in.replace(day=1)
    with CaptureQueriesContext(connection) as queries:
        whole = calendars.of_place(place.public_id, month, wish)
    (day,) = (one for one in whole.days if one.check_in == criteria.check_in)
    assert (day.total, day.hotel_id) == (cards[0].cheapest.total, cards[0].hotel.id)
    assert len(queries) <= 6
    for card in cards:
        own = calendars.of_hotel(card.hotel.id, month, wish)
        assert [one.total for one in own.days if one.check_in == criteria.check_in] == [card.cheapest.total]
    free = {card.hotel.id for card in cards}
    taken = Hotel.objects.filter(destination=place, status="live").exclude(public_id__in=free).first()
    if taken is not None:
        own = calendars.of_hotel(taken.public_id, month, wish)
        assert [one.status for one in own.days if one.check_in == criteria.check_in] == [Status.NONE]


def test_hints_tell_the_days_around_and_ask_nobody(criteria: Criteria, catalogue: Running) -> None:
    later = msgspec.structs.replace(
        criteria,
        check_in=criteria.check_in + timedelta(days=2),
        check_out=criteria.check_out + timedelta(days=2),
    )
    found = [search.page(search.start(one), sort="price").results[0] for one in (criteria, later)]
    catalogue.control.faults({"operation": "availability", "kind": "system_error", "probability": 1.0})
    days = calendars.around(criteria, channel="web", user_type="guest")
    assert [(day.check_in, day.total) for day in days] == [
        (criteria.check_in, found[0].cheapest.total),
        (later.check_in, found[1].cheapest.total),
    ]
    assert (
        calendars.around(
            msgspec.structs.replace(criteria, destination_id="", hotel_ids=("htl_1",)),
            channel="web",
            user_type="guest",
        )
        == []
    )
    hotel = Hotel.objects.select_related("destination", "chain").get(public_id=found[0].hotel.id)
    own = calendars.around(criteria, channel="web", user_type="guest", hotel=hotel)
    assert own[0].total == found[0].cheapest.total


def test_a_refresh_asks_once_about_the_whole_month(
    criteria: Criteria, code: HotelCode, django_capture_on_commit_callbacks: Any
) -> None:
    first = (criteria.check_in.replace(day=1) + timedelta(days=32)).replace(day=1)
    wish = Wish(nights=3, currency="USD")
    hotel_id = code.hotel.public_id
    with django_capture_on_commit_callbacks() as questions:
        assert calendars.of_hotel(hotel_id, first, wish, refresh=True).refreshing
        assert calendars.of_hotel(hotel_id, first, wish, refresh=True).refreshing
    assert len(questions) == 3
    for question in questions:
        question()
    after = calendars.of_hotel(hotel_id, first, wish, refresh=True)
    assert not after.refreshing
    assert {day.status for day in after.days} <= {Status.KNOWN, Status.NONE}
    known = [day for day in after.days if day.status is Status.KNOWN]
    assert known
    assert {True, False} == {day.exact for day in after.days if day.asked_at and day.status is Status.KNOWN}
    # a search for one of the days told exactly comes to the same
    exact = next(day for day in known if day.exact)
    stay = msgspec.structs.replace(
        criteria,
        destination_id=hotel_id,
        check_in=exact.check_in,
        check_out=exact.check_in + timedelta(days=3),
    )
    (card,) = search.page(search.start(stay)).results
    assert card.cheapest.total == exact.total


def test_a_supplier_in_trouble_leaves_the_calendar_as_it_was(
    criteria: Criteria, code: HotelCode, catalogue: Running, django_capture_on_commit_callbacks: Any
) -> None:
    catalogue.control.faults({"operation": "availability", "kind": "throttle_429", "probability": 1.0})
    month = criteria.check_in.replace(day=1)
    wish = Wish(nights=3, currency="USD")
    with django_capture_on_commit_callbacks(execute=True):
        assert calendars.of_hotel(code.hotel.public_id, month, wish, refresh=True).refreshing
    after = calendars.of_hotel(code.hotel.public_id, month, wish)
    assert {day.status for day in after.days} == {Status.UNKNOWN}


@pytest.mark.usefixtures("may")
@pytest.mark.parametrize(
    ("changes", "month", "field"),
    [
        ({}, "2031-04", "month"),
        ({}, "2032-11", "month"),
        ({}, "9999-12", "month"),
        ({"nights": 0}, "2031-05", "nights"),
        ({"nights": 31}, "2031-05", "nights"),
        ({"rooms": (Occupancy(0),)}, "2031-05", "adults"),
        ({"rooms": (Occupancy(2, (18,)),)}, "2031-05", "children_ages"),
        ({"currency": "XXX"}, "2031-05", "currency"),
        ({"residency": "FRA"}, "2031-05", "residency"),
    ],
)
def test_bad_input_names_the_field(
    place: Destination, changes: dict[str, Any], month: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendars.of_place(place.public_id, calendars.month(month), msgspec.structs.replace(WISH, **changes))
    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize(
    "text", ["", "2031", "2031-5", "2031-13", "0000-01", "2031-05-01", "mayo", "٢٠٣١-٠٥"]
)
def test_a_month_is_written_one_way(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        calendars.month(text)
    assert [error.field for error in refused.value.errors] == ["month"]


@pytest.mark.usefixtures("may")
def test_places_that_have_no_calendar(place: Destination) -> None:
    for place_id, code in (("dst_nowhere", "destination_not_found"), ("htl_nowhere", "hotel_not_found")):
        with pytest.raises(NotFound) as missing:
            calendars.of_place(place_id, MAY, WISH)
        assert missing.value.code == code
    with pytest.raises(Unprocessable, match="destination_not_searchable"):
        calendars.of_place(Country.objects.filter(hotel_count__gt=0)[0].pk, MAY, WISH)


@pytest.mark.usefixtures("may")
def test_the_api(code: HotelCode, place: Destination, client: Client) -> None:
    note(code, sketch("200"))
    path = f"/api/v1/hotels/{code.hotel.public_id}/calendar/"
    with clock.frozen(NOW + timedelta(minutes=2)):
        answer = client.get(path, {"month": "2031-05", "nights": "3", "currency": "eur"})
    body = answer.json()
    assert (answer.status_code, body["month"], body["nights"], body["currency"]) == (200, "2031-05", 3, "EUR")
    assert (body["refreshing"], len(body["days"])) == (False, 22)
    assert body["days"][10] == {
        "check_in": "2031-05-20",
        "status": "known",
        "total": {"amount": "220.00", "currency": "EUR"},
        "exact": True,
        "asked_at": "2031-05-10T12:00:00Z",
        "age_seconds": 120,
        "hotel_id": code.hotel.public_id,
    }
    assert body["days"][0]["status"] == "unknown"
    assert "net" not in json.dumps(body)
    asked = {"month": "2031-05", "nights": "3", "refresh": "true"}
    refreshed = client.get(path, asked)
    assert (refreshed.json()["refreshing"], refreshed["Retry-After"]) == (True, "2")
    destination = f"/api/v1/destinations/{place.public_id}/calendar"
    assert client.get(destination, {"month": "2031-05"}).status_code == 200
    for given in (
        {},
        {"month": "x"},
        {"month": "2031-05", "nights": "a"},
        {"month": "2031-05", "children_ages": "4,b"},
        {"month": "2031-05", "nights": "999999999"},
    ):
        assert client.get(destination, given).status_code == 400, given
    assert client.get(path, {"month": "2031-05", "refresh": "maybe"}).status_code == 400
    assert client.get("/api/v1/hotels/htl_nowhere/calendar/", {"month": "2031-05"}).status_code == 404
