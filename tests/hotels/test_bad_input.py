"""What a search is asked wrongly, and exactly what is told: status, code and field."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from faredown.lib import clock
from hotels.models import ExchangeRate
from hotels.services import pricing
from tests.problems import V1, sent, told

pytestmark = pytest.mark.django_db

TODAY = clock.today()
STAY = {
    "destination_id": "dst_none",
    "check_in": (TODAY + timedelta(days=60)).isoformat(),
    "check_out": (TODAY + timedelta(days=63)).isoformat(),
    "rooms": [{"adults": 2, "children_ages": [7]}],
}
PLACELESS = {name: value for name, value in STAY.items() if name != "destination_id"}
CIRCLE = {**PLACELESS, "latitude": 25.2, "longitude": 55.3, "radius_km": 5}


@pytest.fixture
def rates(db: None) -> None:
    """Dollars are sold, so that a search is judged and not the shop."""
    ExchangeRate.objects.create(base="EUR", quote="USD", rate=Decimal("1.25"), as_of=clock.now())
    pricing.forget_policy()


def ahead(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def room(**given: Any) -> dict[str, Any]:
    return {**STAY, "rooms": [{"adults": 2, **given}]}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({**STAY, "check_in": ahead(-2), "check_out": ahead(1)}, "check_in", "in_the_past"),
        ({**STAY, "check_in": ahead(502), "check_out": ahead(503)}, "check_in", "too_far_ahead"),
        ({**STAY, "check_out": ahead(60)}, "check_out", "not_after_check_in"),
        ({**STAY, "check_out": ahead(50)}, "check_out", "not_after_check_in"),
        ({**STAY, "check_out": ahead(91)}, "check_out", "too_long"),
        ({**STAY, "check_in": "2027-02-30"}, "check_in", "invalid"),
        ({**STAY, "check_in": "99999-01-01"}, "check_in", "invalid"),
        ({**STAY, "check_in": "20270101"}, "check_in", "invalid"),
        ({**STAY, "check_in": "2027-W01-1"}, "check_in", "invalid"),
        ({**STAY, "check_in": "٢٠٢٧-٠١-٠١"}, "check_in", "invalid"),
        ({**STAY, "check_in": "2027-01-01T00:00:00Z"}, "check_in", "invalid"),
        ({**STAY, "check_in": 20270101}, "check_in", "invalid"),
        ({**STAY, "check_in": None}, "check_in", "null"),
        ({**STAY, "rooms": []}, "rooms", "number_of_rooms"),
        ({**STAY, "rooms": [{"adults": 1}] * 10}, "rooms", "number_of_rooms"),
        ({**STAY, "rooms": {"adults": 1}}, "rooms", "not_a_list"),
        ({**STAY, "rooms": [[]]}, "rooms.0", "invalid"),
        ({**STAY, "rooms": [{}]}, "rooms.0.adults", "required"),
        (room(adults=0), "rooms.0.adults", "out_of_range"),
        (room(adults=10), "rooms.0.adults", "out_of_range"),
        (room(adults=10**40), "rooms.0.adults", "out_of_range"),
        (room(adults="2"), "rooms.0.adults", "invalid"),
        (room(adults=True), "rooms.0.adults", "invalid"),
        (room(adults=1.5), "rooms.0.adults", "invalid"),
        (room(children=1), "rooms.0.children_ages", "age_of_every_child"),
        (room(children=1, children_ages=[4, 5]), "rooms.0.children_ages", "age_of_every_child"),
        (room(children_ages=[18]), "rooms.0.children_ages", "out_of_range"),
        (room(children_ages=[-1]), "rooms.0.children_ages", "out_of_range"),
        (room(children_ages=[10**30]), "rooms.0.children_ages", "out_of_range"),
        (room(children_ages=[7, 7.5]), "rooms.0.children_ages.1", "invalid"),
        (room(children_ages=["7"]), "rooms.0.children_ages.0", "invalid"),
        (room(children_ages=[False]), "rooms.0.children_ages.0", "invalid"),
        (room(children_ages=[None]), "rooms.0.children_ages.0", "null"),
        (room(children_ages={"0": 7}), "rooms.0.children_ages", "not_a_list"),
        (room(children_ages=[7] * 7), "rooms.0.children_ages", "too_many"),
        (room(childrenAges=[7]), "rooms.0.childrenAges", "unknown_field"),
        ({**STAY, "promotion": "X"}, "promotion", "unknown_field"),
        ({**STAY, "currency": "XXX"}, "currency", "unknown_currency"),
        ({**STAY, "currency": "E\0R"}, "currency", "unusable_characters"),
        ({**STAY, "residency": "ZZ"}, "residency", "not_a_country"),
        ({**STAY, "residency": "XX"}, "residency", "not_a_country"),
        ({**STAY, "residency": "FRANCE"}, "residency", "not_a_country"),
        (PLACELESS, "destination_id", "one_place"),
        ({**STAY, "hotel_ids": ["htl_x"]}, "destination_id", "one_place"),
        ({**STAY, "destination_id": "\ud800"}, "destination_id", "unusable_characters"),
        ({**STAY, "destination_id": ["dst_x"]}, "destination_id", "invalid"),
        ({**PLACELESS, "hotel_ids": ["htl_\0"]}, "hotel_ids.0", "unusable_characters"),
        ({**CIRCLE, "radius_km": None}, "radius_km", "required"),
        ({**CIRCLE, "latitude": 90.5}, "latitude", "out_of_range"),
        ({**CIRCLE, "latitude": True}, "latitude", "invalid"),
        ({**CIRCLE, "latitude": "25.2"}, "latitude", "invalid"),
        ({**CIRCLE, "radius_km": 0}, "radius_km", "out_of_range"),
        ({"a\0b": 1}, "a?b", "unusable_characters"),
        ([], "", "invalid"),
        (None, "", "null"),
        ("text", "", "invalid"),
    ],
)
def test_a_search_names_what_is_wrong(client: Client, rates: None, body: Any, field: str, code: str) -> None:
    assert told(sent(client, "searches/", body)) == (400, "invalid_input", [(field, code)])


def test_a_place_that_is_not_there(client: Client, rates: None) -> None:
    expected = (400, "invalid_input", [("destination_id", "unknown_destination")])
    assert told(sent(client, "searches/", STAY)) == expected


def test_a_small_request_gets_no_large_answer(client: Client, rates: None) -> None:
    answer = sent(client, "searches/", {**STAY, "rooms": [{}] * 100})
    assert len(answer.json()["errors"]) == 50


@pytest.mark.parametrize(
    ("address", "field", "code"),
    [
        ("destinations/?limit=0", "limit", "out_of_range"),
        ("destinations/?limit=21", "limit", "out_of_range"),
        ("destinations/?limit=x", "limit", "not_a_number"),
        ("destinations/?limit=%D9%A3", "limit", "not_a_number"),
        ("exchange-rates/?base=XXX", "base", "unknown_currency"),
        ("searches/x/?page=-1.5", "page", "not_a_number"),
        ("searches/x/?page_size=1000000000", "page_size", "not_a_number"),
        ("searches/x/?price_min=1_000", "price_min", "not_a_number"),
        ("searches/x/?price_min=NaN", "price_min", "not_a_number"),
        ("searches/x/?price_max=1e400", "price_max", "not_a_number"),
        ("searches/x/?stars=%D9%A3", "stars", "not_a_number"),
        ("searches/x/?stars=-1", "stars", "not_a_number"),
        ("searches/x/?free_cancellation=maybe", "free_cancellation", "not_a_flag"),
        ("searches/x/?zone=" + ",".join(map(str, range(51))), "zone", "too_many"),
    ],
)
def test_an_address_names_what_is_wrong(
    client: Client, rates: None, address: str, field: str, code: str
) -> None:
    assert told(client.get(f"{V1}{address}")) == (400, "invalid_input", [(field, code)])
