"""The catalogue and searches over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from faredown.lib import clock
from hotels.models import Destination, Hotel

pytestmark = pytest.mark.usefixtures("place")
API = "/api/v1/"


def body(place: Destination, **changes: Any) -> dict[str, Any]:
    check_in = clock.today() + timedelta(days=45)
    return {
        "destination_id": place.public_id,
        "check_in": check_in.isoformat(),
        "check_out": (check_in + timedelta(days=2)).isoformat(),
        "rooms": [{"adults": 2, "children_ages": [7]}, {"adults": 1, "children_ages": []}],
        "currency": "USD",
    } | changes


def start(client: Client, place: Destination, **changes: Any) -> dict[str, Any]:
    answer = client.post(f"{API}searches/", body(place, **changes), content_type="application/json")
    assert answer.status_code == 200, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_a_search_from_place_to_rates(client: Client) -> None:
    places = client.get(f"{API}destinations/").json()["results"]
    assert {"id", "kind", "name", "subtitle", "country_code", "hotel_count", "location", "searchable"} == set(
        places[0]
    )
    place = Destination.objects.get(public_id=places[0]["id"])
    found = start(client, place)
    assert (found["status"], found["count"]) == ("complete", found["total_hotels"])
    card = found["results"][0]
    assert set(card) == {"hotel", "distance_km", "supplier", "cheapest", "offers_count", "deals"}
    cheapest = card["cheapest"]
    at_property = [Decimal(tax["estimate"]["amount"]) for tax in cheapest["pay_at_property"]]
    assert Decimal(cheapest["total"]["amount"]) == Decimal(cheapest["price"]["amount"]) + sum(at_property)
    rates = client.get(f"{API}searches/{found['id']}/hotels/{card['hotel']['id']}/").json()
    offer = rates["rooms"][0]["offers"][0]
    assert sum(Decimal(line["amount"]["amount"]) for line in offer["breakdown"]) == Decimal(
        offer["total"]["amount"]
    )
    assert rates["combinations"][0]["total"] == cheapest["total"]
    assert rates["combinations"][0]["offer_ids"] == cheapest["offer_ids"]


def test_no_net_and_no_markup_leaves_the_house(client: Client, place: Destination) -> None:
    found = start(client, place)
    hotel = found["results"][0]["hotel"]["id"]
    rates = client.get(f"{API}searches/{found['id']}/hotels/{hotel}/").content.decode()
    for text in (json.dumps(found), rates):
        assert '"net' not in text
        assert "markup" not in text
        assert "rate_key" not in text


def test_polling_costs_nothing_while_nothing_changes(client: Client, place: Destination) -> None:
    path = f"{API}searches/{start(client, place)['id']}/"
    answer = client.get(path)
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    other = client.get(path, {"sort": "-price"}, headers={"If-None-Match": answer["ETag"]})
    assert other.status_code == 200


def test_pages_and_filters(client: Client, place: Destination) -> None:
    path = f"{API}searches/{start(client, place)['id']}/"
    first = client.get(path, {"page_size": "1", "sort": "price"}).json()
    assert len(first["results"]) == 1
    assert first["next"].startswith("http://testserver")
    second = client.get(first["next"]).json()
    assert second["results"][0]["hotel"]["id"] != first["results"][0]["hotel"]["id"]
    assert second["previous"] is not None
    boards = first["facets"]["board"]
    only = client.get(path, {"board": boards[0]["value"]}).json()
    assert only["count"] == boards[0]["count"]
    assert {card["cheapest"]["board_code"] for card in only["results"]} == {boards[0]["value"]}


def test_texts_come_in_the_asked_language(client: Client, place: Destination) -> None:
    hotel = Hotel.objects.filter(texts__language="es").exclude(texts__description="")[0]
    answer = client.get(f"{API}hotels/{hotel.public_id}/", headers={"Accept-Language": "es"})
    assert answer["Content-Language"] == "es"
    assert answer.json()["description_language"] in {"es", "en"}
    arabic = client.get(
        f"{API}destinations/", {"q": place.name_in("ar")}, headers={"Accept-Language": "ar"}
    ).json()
    assert place.public_id in [one["id"] for one in arabic["results"]]


def test_the_slash_at_the_end_is_optional(client: Client) -> None:
    assert client.get(f"{API}currencies").json() == client.get(f"{API}currencies/").json()


def test_reference_data(client: Client) -> None:
    codes = {one["code"]: one for one in client.get(f"{API}currencies/").json()["results"]}
    assert {"EUR", "USD", "AED"} <= codes.keys()
    assert "THB" not in codes
    rates = client.get(f"{API}exchange-rates/", {"base": "EUR"}).json()
    assert (rates["rates"]["USD"], rates["rates"]["AED"]) == ("1.25", "4.590625")
    languages = client.get(f"{API}languages/").json()["results"]
    assert [(one["code"], one["right_to_left"]) for one in languages] == [
        ("en", False),
        ("es", False),
        ("ar", True),
    ]
    countries = client.get(f"{API}countries/", headers={"Accept-Language": "es"}).json()["results"]
    assert {"code": "DE", "name": "Alemania"}.items() <= next(
        one for one in countries if one["code"] == "DE"
    ).items()
    assert len(countries) > 240


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"check_in": "2020-01-01"}, "check_in"),
        ({"check_in": "tomorrow"}, "check_in"),
        ({"check_out": None}, "check_out"),
        ({"rooms": []}, "rooms"),
        ({"rooms": "two"}, "rooms"),
        ({"rooms": [{"adults": 1}] * 10}, "rooms"),
        ({"rooms": [{"adults": "many"}]}, "rooms.0.adults"),
        ({"rooms": [{"adults": 2, "children": 1}]}, "rooms.0.children_ages"),
        ({"rooms": [{"adults": 2, "children_ages": [None]}]}, "rooms.0.children_ages.0"),
        ({"rooms": [{"adults": 2, "children_ages": [18]}]}, "rooms.0.children_ages"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "US\x00"}, "currency"),
        ({"destination_id": "dst_nowhere"}, "destination_id"),
        ({"destination_id": "\ud800"}, "destination_id"),
        ({"latitude": "north"}, "latitude"),
    ],
)
def test_bad_searches(client: Client, place: Destination, changes: dict[str, Any], field: str) -> None:
    answer = client.post(f"{API}searches/", body(place, **changes), content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert field in [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page=9999", "page"),
        ("page_size=1000", "page_size"),
        ("sort=cheapest", "sort"),
        ("price_min=-1", "price_min"),
        ("price_min=NaN", "price_min"),
        ("price_max=1e999", "price_max"),
        ("price_min=5&price_max=4", "price_max"),
        ("stars=many", "stars"),
        ("free_cancellation=maybe", "free_cancellation"),
        ("score=high", "score"),
        ("board=" + ",".join(map(str, range(60))), "board"),
    ],
)
def test_bad_pages(client: Client, place: Destination, query: str, field: str) -> None:
    answer = client.get(f"{API}searches/{start(client, place)['id']}/?{query}")
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_country_is_422(client: Client, place: Destination) -> None:
    answer = client.post(
        f"{API}searches/", body(place, destination_id=place.country_id), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "destination_not_searchable")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("searches/srch_nothing/", "search_not_found"),
        ("searches/srch_nothing/hotels/htl_nothing/", "search_not_found"),
        ("hotels/htl_nothing/", "hotel_not_found"),
    ],
)
def test_nothing_there(client: Client, path: str, code: str) -> None:
    answer = client.get(API + path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_a_hotel_of_another_place(client: Client, place: Destination) -> None:
    other = Hotel.objects.exclude(destination=place)[0]
    answer = client.get(f"{API}searches/{start(client, place)['id']}/hotels/{other.public_id}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "hotel_not_in_search")


@pytest.mark.parametrize("query", ["limit=0", "limit=21", "limit=x"])
def test_bad_limits(client: Client, query: str) -> None:
    answer = client.get(f"{API}destinations/?q=a&{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "limit"


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "%25%25", "a" * 5000, "\u202e", "؟"])
def test_odd_questions_are_answered(client: Client, q: str) -> None:
    assert client.get(f"{API}destinations/", {"q": q}).status_code == 200
