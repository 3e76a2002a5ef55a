"""The search card, the list and the hotel page, as HTML a browser without JavaScript gets."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client

from faredown.lib import clock
from hotels.criteria import Criteria
from hotels.forms import StayForm
from hotels.models import Destination
from hotels.services import search
from hotels.services.search import Filters
from suppliers.types import Occupancy


def address(place: Destination, **changes: object) -> str:
    check_in = clock.today() + timedelta(days=45)
    pairs = {
        "q": place.name,
        "known": place.name,
        "destination": place.public_id,
        "check_in": check_in,
        "check_out": check_in + timedelta(days=3),
        "rooms": 1,
        "adults": 2,
        "children": 0,
        **changes,
    }
    return f"/hotels/results/?{urlencode(pairs, doseq=True)}"


def totals(page: str) -> list[str]:
    return re.findall(r'class="hotel-total nums">\u2068(.*?)\u2069<', unescape(page))


def test_the_list_shows_every_total_and_filters_with_true_counts(
    client: Client, place: Destination, criteria: Criteria
) -> None:
    page = client.get(address(place, sort="price")).content.decode()
    found = search.start(criteria)
    cards = search.page(found, sort="price").results
    assert totals(page) == [f"${card.cheapest.total.amount:,.2f}" for card in cards]
    value, count = re.search(r'name="board" value="(\w+)".*?count nums">(\d+)<', page).groups()  # type: ignore[union-attr]
    narrowed = client.get(address(place, board=value)).content.decode()
    assert len(totals(narrowed)) == int(count)
    assert int(count) == search.page(found, filters=Filters(board=(value,))).total


def test_a_star_filter_written_short_ticks_its_own_box(client: Client, place: Destination) -> None:
    boxes = r'name="stars" value="([^"]*)"( checked)?'
    page = client.get(address(place)).content.decode()
    values = [value for value, _ in re.findall(boxes, page)]
    whole = next(value for value in values if value.endswith(".0"))
    narrowed = client.get(address(place, stars=[whole.removesuffix(".0"), "many"])).content.decode()
    assert [value for value, checked in re.findall(boxes, narrowed) if checked] == [whole]
    assert sorted(value for value, _ in re.findall(boxes, narrowed)) == sorted(values)


def test_the_fragment_answers_304_until_something_moves(client: Client, place: Destination) -> None:
    page = client.get(address(place)).content.decode()
    url = unescape(re.search(r'data-url="([^"]+)"', page)[1])  # type: ignore[index]
    first = client.get(url)
    assert first.status_code == 200
    assert first["X-Listing"] == "complete"
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_typed_town_redirects_to_the_address_that_names_it(client: Client, place: Destination) -> None:
    answer = client.get(address(place, known="", destination="", sort="price"))
    assert answer.status_code == 302
    sent_to = QueryDict(answer["Location"].partition("?")[2])
    assert (sent_to["destination"], sent_to["sort"]) == (place.public_id, "price")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"check_in": "2020-01-01", "check_out": "2020-01-03"}, "Check-in is in the past."),
        ({"check_in": "2099-01-01", "check_out": "2099-01-03"}, "Check-in is too far ahead."),
        ({"check_in": "2020-13-01"}, "Give the day of check-in."),
        ({"children": 1}, "Tell us the age of each child at check-in."),
        ({"children": 1, "ages": 18}, "A child's age is from 0 to 17 at check-in."),
        ({"children": 99}, "There are too many children in one room."),
        ({"rooms": 10}, "Choose from 1 to 9 rooms."),
        ({"rooms": "-1"}, "Choose from 1 to 9 rooms."),
        ({"adults": 0}, "From 1 to 9 adults in a room."),
        ({"destination": "AE", "known": ""}, "Choose a city, an area or a hotel, not a whole country."),
        ({"destination": "dst_none", "known": ""}, "There is no such place."),
    ],
)
def test_a_search_that_makes_no_sense_says_why(
    client: Client, place: Destination, changes: dict[str, object], reason: str
) -> None:
    answer = client.get(address(place, **changes))
    assert answer.status_code == 400
    page = unescape(answer.content.decode())
    assert reason in page
    assert "data-cards" not in page


def test_rooms_children_and_ages_are_read_in_the_order_of_the_rooms() -> None:
    data = QueryDict(
        "rooms=3&adults=2&children=2&ages=7&ages=0&adults=1&children=0&adults=3&children=1&ages=12"
    )
    form = StayForm.read(data)
    form.destination = "dst_x"
    asked = form.criteria(currency="EUR", language="en")
    assert asked is not None
    assert asked.rooms == (Occupancy(2, (7, 0)), Occupancy(1), Occupancy(3, (12,)))
    assert form.guests_text == "6 adults, 3 children, 3 rooms"
    assert StayForm.read(QueryDict(form.query())).rooms == form.rooms


def test_more_rooms_are_asked_for_without_a_search(client: Client, place: Destination) -> None:
    page = client.get(address(place, rooms=2, children=[1, 0], adults=[2, 1], update=1)).content.decode()
    assert page.count('<fieldset class="guests-room"') == 2
    assert page.count('name="ages"') == 1
    assert "data-cards" not in page


def test_the_hotel_page_tells_every_rate(client: Client, place: Destination, criteria: Criteria) -> None:
    found = search.start(criteria)
    card = search.page(found, sort="price").results[0]
    query = address(place).partition("?")[2]
    page = client.get(f"/hotels/{card.hotel.id}/?{query}&search={found.id}").content.decode()
    rates = search.hotel_rates(found, card.hotel.id)
    offers = sorted(detail.offer.price.grand_total.amount for room in rates.rooms for detail in room.offers)
    assert sorted(totals(page), key=_amount) == [f"${amount:,.2f}" for amount in offers]
    assert card.cheapest.offer_ids[0] in page
    assert page.count('name="offer"') == len(offers) + 1


def test_rooms_of_different_guests_are_chosen_group_by_group(client: Client, place: Destination) -> None:
    wish = {"rooms": 3, "adults": [2, 1, 1], "children": [1, 0, 0], "ages": 7}
    listed = client.get(address(place, **wish)).content.decode()
    url = unescape(re.search(r'href="(/hotels/htl_[^"]+)"', listed)[1])  # type: ignore[index]
    page = unescape(client.get(url).content.decode())
    assert "Room 1: 2 adults, 1 child (7)" in page
    assert "Rooms 2, 3: 1 adult each" in page
    chosen = re.findall(r'name="(room\d)" value="([^"]+)"[^>]* checked', page)
    assert [name for name, _ in chosen] == ["room0", "room1"]


def test_a_hotel_without_dates_shows_its_content_and_asks_for_them(
    client: Client, place: Destination
) -> None:
    hotel = place.hotels.filter(status="live").order_by("pk")[0]
    page = client.get(f"/hotels/{hotel.public_id}/").content.decode()
    assert "See rooms and prices" in page
    assert "Reserve Room" not in page
    assert client.get("/hotels/htl_none/").status_code == 404


def _amount(text: str) -> float:
    return float(text.strip("$").replace(",", ""))
