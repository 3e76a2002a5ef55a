"""Searches against the simulator over HTTP; the web runs the questions itself here, as it does without workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faredown.lib import clock, redis
from faredown.lib.errors import DomainError, Gone, InvalidInput, NotFound, Unprocessable
from hotels.criteria import Criteria
from hotels.models import Country, Destination, ExchangeRate, Hotel, MarkupRule
from hotels.services import offers, search
from hotels.services.filtering import Filters
from hotels.services.search import Search
from suppliers.simulators.hotelbeds.running import Running
from suppliers.types import Occupancy

TWO_ROOMS = (Occupancy(2, (7,)), Occupancy(1))


def asked(criteria: Criteria, **changes: Any) -> Criteria:
    return msgspec.structs.replace(criteria, **changes)


def first_hotel(found: Search) -> str:
    return search.page(found).results[0].hotel.id


def test_a_search_is_priced_and_complete(criteria: Criteria, place: Destination) -> None:
    found = search.start(criteria)
    assert found.is_complete
    assert [(one.code, one.status) for one in found.suppliers] == [("hotelbeds", "ok")]
    assert 0 < found.total_hotels <= place.hotel_count
    cards = search.page(found, sort="price").results
    totals = [card.cheapest.total.amount for card in cards]
    assert totals == sorted(totals)
    for card in cards:
        price = card.cheapest.price
        cost = price.net.amount * Decimal("1.25") * Decimal("1.01")
        assert card.cheapest.total == price.grand_total
        assert price.mandated or abs(price.total.amount - cost * Decimal("1.1")) <= Decimal("0.01")


def test_the_same_question_asks_the_supplier_once(criteria: Criteria, catalogue: Running) -> None:
    search.start(asked(criteria, rooms=TWO_ROOMS))
    catalogue.control.faults({"operation": "availability", "kind": "system_error", "probability": 1.0})
    again = search.start(asked(criteria, rooms=TWO_ROOMS[::-1], currency="EUR"))
    assert [one.status for one in again.suppliers] == ["cached"]
    assert again.total_hotels > 0
    assert search.page(again).results[0].cheapest.total.currency == "EUR"


@pytest.mark.parametrize(
    ("fault", "status"),
    [("system_error", "failed"), ("overload_503", "failed"), ("throttle_429", "over_budget")],
)
def test_a_supplier_in_trouble_is_a_status(
    criteria: Criteria, catalogue: Running, fault: str, status: str
) -> None:
    catalogue.control.faults({"operation": "availability", "kind": fault, "probability": 1.0})
    found = search.start(criteria)
    assert found.is_complete
    assert [one.status for one in found.suppliers] == [status]
    assert (found.total_hotels, search.page(found).results) == (0, ())


def test_a_slow_supplier_is_late(criteria: Criteria, catalogue: Running, settings: Any) -> None:
    settings.SEARCH_WAIT_SECONDS = 0.3
    catalogue.control.faults(
        {"operation": "availability", "kind": "slow", "probability": 1.0, "delay_ms": 3000}
    )
    found = search.start(criteria)
    assert [one.status for one in found.suppliers] == ["late"]


def test_hotels_without_a_rate_for_every_room_are_left_out(criteria: Criteria) -> None:
    rooms = (*TWO_ROOMS, Occupancy(1))
    found = search.start(asked(criteria, rooms=rooms))
    assert found.total_hotels > 0
    for card in search.page(found).results:
        resolved = offers.resolve(card.cheapest.offer_ids)
        assert sorted(room for offer in resolved.offers for room in offer.for_rooms) == [0, 1, 2]
        assert sum(offer.price.grand_total.amount for offer in resolved.offers) == card.cheapest.total.amount


def test_the_rates_of_a_hotel(criteria: Criteria) -> None:
    found = search.start(asked(criteria, rooms=TWO_ROOMS))
    rates = search.hotel_rates(found, first_hotel(found))
    assert rates.complete
    told = [detail.offer for room in rates.rooms for detail in room.offers]
    assert {offer.for_rooms for offer in told} == {(0,), (1,)}
    totals = [one.total.amount for one in rates.combinations]
    assert totals == sorted(totals)
    cheapest = [
        min(offer.price.grand_total.amount for offer in told if offer.for_rooms == rooms)
        for rooms in ((0,), (1,))
    ]
    assert totals[0] == sum(cheapest)
    listed = search.page(found).results[0].cheapest
    assert (listed.total, listed.offer_ids) == (rates.combinations[0].total, rates.combinations[0].offer_ids)


def test_rates_too_old_to_be_booked_are_asked_afresh(criteria: Criteria, settings: Any) -> None:
    settings.SEARCH_LIFE_SECONDS = 7200
    found = search.start(criteria)
    hotel = first_hotel(found)
    old = search.hotel_rates(found, hotel)
    with clock.travel(timedelta(minutes=26)):
        with pytest.raises(Gone, match="offer_expired"):
            offers.resolve(old.combinations[0].offer_ids)
        fresh = search.hotel_rates(search.get(found.id), hotel)
        assert old.asked_at is not None
        assert fresh.asked_at is not None
        assert fresh.asked_at >= old.asked_at + timedelta(minutes=26)
        assert offers.resolve(fresh.combinations[0].offer_ids).hotel.public_id == hotel


def test_free_only_while_it_is(criteria: Criteria) -> None:
    found = search.start(criteria)
    cards = search.page(found, filters=Filters(free_cancellation=True)).results
    assert cards
    for card in cards:
        terms = card.cheapest.cancellation
        assert terms.known
        assert not terms.non_refundable
        assert terms.free_until is not None
        assert terms.free_until > clock.now()
        assert terms.steps[-1].fee <= card.cheapest.price.total
    counts = search.page(found).facets["free_cancellation"]
    assert [one.count for one in counts] == [len(cards)]


def test_a_hotel_without_exchange_rate_is_left_out(criteria: Criteria) -> None:
    ExchangeRate.objects.all().delete()
    with pytest.raises(InvalidInput) as refused:
        search.start(criteria)
    assert [one.field for one in refused.value.errors] == ["currency"]


def test_a_rule_saved_counts_at_once(criteria: Criteria) -> None:
    before = search.page(search.start(criteria), sort="price").results
    MarkupRule.objects.update_or_create(name="House", defaults={"percent": Decimal(50)})
    after = search.page(search.start(criteria), sort="price").results
    prices = {card.hotel.id: card.cheapest.price for card in after}
    assert any(prices[card.hotel.id].total > card.cheapest.price.total for card in before)


def test_queries_do_not_grow(criteria: Criteria) -> None:
    found = search.start(criteria)
    hotel = first_hotel(found)
    with CaptureQueriesContext(connection) as page:
        search.page(search.get(found.id))
    with CaptureQueriesContext(connection) as rates:
        search.hotel_rates(search.get(found.id), hotel)
    assert len(page) <= 4
    assert len(rates) <= 6


def test_a_search_ends(criteria: Criteria, settings: Any) -> None:
    with pytest.raises(NotFound, match="search_not_found"):
        search.get("srch_0000000000000000000000abcdef")
    settings.SEARCH_LIFE_SECONDS = 1
    found = search.start(criteria)

    redis.cache().flushdb()
    with pytest.raises(Gone, match="search_expired"):
        search.get(found.id)


def test_lost_answers_are_asked_again(criteria: Criteria) -> None:

    found = search.start(criteria)
    for key in redis.cache().keys("availability:*") + redis.cache().keys("*:index"):
        redis.cache().delete(key)
    with clock.travel(timedelta(seconds=6)):
        assert search.get(found.id).status == "running"


def test_pages_are_stable_and_whole(criteria: Criteria) -> None:
    found = search.start(criteria)
    whole = [card.hotel.id for card in search.page(found).results]
    assert len(whole) > 1
    pages = [
        search.page(found, page=number + 1, page_size=1).results[0].hotel.id for number in range(len(whole))
    ]
    assert pages == whole


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"page": 0}, "page"),
        ({"page": -1}, "page"),
        ({"page": 999}, "page"),
        ({"page_size": 101}, "page_size"),
        ({"sort": "cheap"}, "sort"),
        ({"filters": Filters(price_min=Decimal(2), price_max=Decimal(1))}, "price_max"),
        ({"filters": Filters(price_min=Decimal("NaN"))}, "price_min"),
    ],
)
def test_a_page_that_cannot_be(criteria: Criteria, options: dict[str, Any], field: str) -> None:
    found = search.start(criteria)
    with pytest.raises(InvalidInput) as refused:
        search.page(found, **options)
    assert [one.field for one in refused.value.errors] == [field]


Change = Callable[[Criteria], dict[str, Any]]


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (lambda _: {"check_in": clock.today() - days(2)}, {"check_in", "check_out"}),
        (lambda c: {"check_out": c.check_in}, {"check_out"}),
        (lambda c: {"check_out": c.check_in - days(1)}, {"check_out"}),
        (lambda c: {"check_out": c.check_in + days(31)}, {"check_out"}),
        (lambda c: {"check_in": c.check_in + days(460), "check_out": c.check_in + days(461)}, {"check_in"}),
        (lambda _: {"rooms": ()}, {"rooms"}),
        (lambda _: {"rooms": (Occupancy(1),) * 10}, {"rooms"}),
        (lambda _: {"rooms": (Occupancy(1), Occupancy(0))}, {"rooms.1.adults"}),
        (lambda _: {"rooms": (Occupancy(2, (18,)),)}, {"rooms.0.children_ages"}),
        (lambda _: {"rooms": (Occupancy(2, (-1,)),)}, {"rooms.0.children_ages"}),
        (lambda _: {"rooms": (Occupancy(2, (1,) * 7),)}, {"rooms.0.children_ages"}),
        (lambda _: {"currency": "XXX"}, {"currency"}),
        (lambda _: {"currency": "\x00"}, {"currency"}),
        (lambda _: {"residency": "ESP"}, {"residency"}),
        (lambda _: {"destination_id": ""}, {"destination_id"}),
        (lambda _: {"hotel_ids": ("htl_1",)}, {"destination_id"}),
        (lambda _: {"destination_id": "", "latitude": 91.0, "longitude": 0.0}, {"latitude", "radius_km"}),
        (
            lambda _: {"destination_id": "", "latitude": float("nan"), "longitude": 0.0, "radius_km": 5.0},
            {"latitude"},
        ),
        (lambda _: {"destination_id": "dst_nowhere"}, {"destination_id"}),
        (lambda _: {"destination_id": "'; --"}, {"destination_id"}),
        (lambda _: {"destination_id": "", "hotel_ids": ("htl_nowhere",)}, {"hotel_ids"}),
    ],
)
def test_bad_input_names_the_field(criteria: Criteria, change: Change, fields: set[str]) -> None:
    wrong = asked(criteria, **change(criteria))
    with pytest.raises(InvalidInput) as refused:
        search.start(wrong)
    assert {one.field for one in refused.value.errors} == fields


def test_a_country_is_too_large(criteria: Criteria) -> None:
    country = Country.objects.filter(hotel_count__gt=0)[0]
    with pytest.raises(Unprocessable, match="destination_not_searchable"):
        search.start(asked(criteria, destination_id=country.pk))


def test_other_kinds_of_place(criteria: Criteria, place: Destination) -> None:
    hotel = Hotel.objects.filter(destination=place, zone__isnull=False, latitude__isnull=False)[0]
    assert hotel.zone is not None
    for change in (
        {"destination_id": hotel.zone.public_id},
        {"destination_id": hotel.public_id},
        {"destination_id": "", "hotel_ids": (hotel.public_id,)},
        {"destination_id": "", "latitude": hotel.latitude, "longitude": hotel.longitude, "radius_km": 0.5},
    ):
        record = search.start(asked(criteria, **change)).found.record
        assert hotel.pk in {key for batch in record.batches for key in batch.hotels}


def test_a_circle_has_no_corners(criteria: Criteria, place: Destination) -> None:
    hotel = Hotel.objects.filter(latitude__isnull=False)[0]
    assert hotel.latitude is not None
    corner = {"latitude": hotel.latitude + 0.08, "longitude": hotel.longitude, "radius_km": 8.8}
    record = search.start(asked(criteria, destination_id="", **corner)).found.record
    assert hotel.pk not in {key for batch in record.batches for key in batch.hotels}


@pytest.fixture
def two_hotels(criteria: Criteria) -> tuple[Search, tuple[str, ...], tuple[str, ...]]:
    found = search.start(asked(criteria, rooms=TWO_ROOMS))
    one, other = search.page(found).results[:2]
    return found, one.cheapest.offer_ids, other.cheapest.offer_ids


def test_offers_that_do_not_go_together(
    criteria: Criteria, two_hotels: tuple[Search, tuple[str, ...], tuple[str, ...]]
) -> None:
    _, one, other = two_hotels
    another = search.page(search.start(asked(criteria, rooms=TWO_ROOMS))).results[0].cheapest.offer_ids
    for offer_ids, error, code in (
        ((), NotFound, "offer_not_found"),
        (("off_1",), NotFound, "offer_not_found"),
        (("\x00" * 70,), NotFound, "offer_not_found"),
        ((one[0], other[1]), Unprocessable, "offers_of_different_hotels"),
        ((one[0], another[1]), Unprocessable, "offers_of_different_searches"),
        (one[:1], Unprocessable, "offers_do_not_cover_rooms"),
        ((one[0][:-1] + ("0" if one[0][-1] != "0" else "1"), one[1]), Gone, "offer_expired"),
        (("off_" + "0" * 28 + one[0][32:],), NotFound, "search_not_found"),
    ):
        kind: type[DomainError] = error
        with pytest.raises(kind) as refused:
            offers.resolve(offer_ids)
        assert refused.value.code == code
        if code != "search_not_found":
            assert [(told.field, told.code) for told in refused.value.errors] == [("offer_ids", code)]


def test_an_offer_keeps_its_price(two_hotels: tuple[Search, tuple[str, ...], tuple[str, ...]]) -> None:
    found, one, _ = two_hotels
    resolved = offers.resolve([*reversed(one), one[0]])
    assert [offer.for_rooms for offer in resolved.offers] == [(0,), (1,)]
    assert [offer.id for offer in resolved.offers] == list(one)
    assert resolved.search.id == found.id
    with CaptureQueriesContext(connection) as queries:
        offers.resolve(one)
    assert len(queries) <= 6
