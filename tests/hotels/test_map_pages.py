"""The map of results as HTML: what a browser without JavaScript gets, and what the script asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client

from hotels.criteria import Criteria
from hotels.models import Destination
from hotels.services import search
from hotels.views.crowd import BESIDE, UPON, Crowd
from tests.hotels.test_pages import address

PRICE = r"\u2068(.*?)\u2069"


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def prices(page: str) -> dict[str, str]:
    """Of the hotels that stand alone on the map, by id."""
    return dict(re.findall(rf'data-hotel="(\w+)".*?>{PRICE}</a>', page))


def clusters(page: str) -> list[tuple[int, str, str]]:
    """How many, from which total, where a click leads."""
    found = re.findall(rf'bubble-many" href="([^"]+)".*?<strong>(\d+)</strong> from {PRICE}</a>', page)
    return [(int(count), price, url) for url, count, price in found]


def tools(page: str) -> dict[str, str]:
    return {name: url for url, name in re.findall(r'<a [^>]*?href="([^"]+)" data-at="(\w+)"', page)}


def every_hotel(client: Client, page: str) -> Iterator[tuple[str, str]]:
    """The hotels of a map, following its clusters down to the closest zoom."""
    yield from prices(page).items()
    for count, price, url in clusters(page):
        closer = dict(every_hotel(client, read(client, url)))
        assert len(closer) >= count
        assert price in closer.values()
        yield from closer.items()


def test_every_hotel_of_the_list_is_reached_on_the_map_with_its_total(
    client: Client, place: Destination, criteria: Criteria
) -> None:
    cards = search.page(search.start(criteria), page_size=100).results
    page = read(client, address(place, view="map"))
    assert f"{len(cards)} hotels on this part of the map." in page
    assert dict(every_hotel(client, page)) == {
        card.hotel.id: f"${card.cheapest.total.amount:,.2f}" for card in cards
    }


def test_the_list_stays_beside_the_map_with_the_same_totals(client: Client, place: Destination) -> None:
    wish = {"rooms": 2, "adults": [2, 1], "children": [1, 0], "ages": 7}
    page = read(client, address(place, view="map", **wish))
    listed = dict(re.findall(rf'id="h-(\w+)".*?class="hotel-total nums">{PRICE}<', page, re.DOTALL))
    drawn = dict(every_hotel(client, page))
    assert listed
    assert {hotel: drawn[hotel] for hotel in listed} == listed
    assert page.count(">2 rooms<") + page.count(">2 x ") == len(listed)


def test_a_filter_narrows_the_map_and_its_links_keep_it(client: Client, place: Destination) -> None:
    page = read(client, address(place, view="map"))
    value, count = re.search(r'name="board" value="(\w+)".*?count nums">(\d+)<', page).groups()  # type: ignore[union-attr]
    narrowed = read(client, address(place, view="map", board=value))
    assert f"{count} hotel" in narrowed
    for url in tools(narrowed).values():
        assert QueryDict(url.partition("?")[2])["board"] == value


def test_each_step_is_an_address_of_its_own(client: Client, place: Destination) -> None:
    first = tools(read(client, address(place, view="map", at="25.000000,55.000000,11")))
    assert set(first) == {"closer", "farther", "up", "left", "right", "down", "whole"}
    assert QueryDict(first["closer"].partition("?")[2])["at"] == "25.000000,55.000000,12"
    assert "at" not in QueryDict(first["whole"].partition("?")[2])
    # half of 540 pixels where the world is 256 x 2048 of them wide
    east = QueryDict(first["right"].partition("?")[2])["at"]
    assert east == "25.000000,55.185394,11"
    edge = tools(read(client, address(place, view="map", at="0,180,20")))
    assert "closer" not in edge
    assert "farther" not in tools(read(client, address(place, view="map", at="0,0,0")))


@pytest.mark.parametrize("at", ["", "here", "91,0,3", "0,181,3", "0,0,21", "nan,0,1", "1,2"])
def test_an_address_that_names_no_place_shows_all(client: Client, place: Destination, at: str) -> None:
    page = read(client, address(place, view="map", at=at))
    assert "beyond it" not in page
    assert "whole" not in tools(page)


def test_the_script_gets_the_map_alone_in_its_size(client: Client, place: Destination) -> None:
    page = read(client, address(place, view="map"))
    url = re.search(r'data-map data-url="([^"]+)"', page)[1]  # type: ignore[index]
    answer = client.get(f"{url}&size=320x400")
    part = answer.content.decode()
    assert 'viewBox="0 0 320 400"' in part
    assert "data-cards" not in part
    assert client.get(f"{url}&size=320x400", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(f"{url}&size=321x400", headers={"If-None-Match": answer["ETag"]}).status_code == 200
    assert 'viewBox="0 0 2000 200"' in client.get(f"{url}&size=9999x100").content.decode()
    assert client.get("/hotels/results/map/?view=map").status_code == 400


def test_the_map_keeps_to_the_strict_policy(client: Client, place: Destination) -> None:
    answer = client.get(address(place, view="map"))
    assert "style=" not in answer.content.decode()
    assert "http://" not in re.sub(r'="http://(testserver|www\.w3\.org)[^"]*"', "", answer.content.decode())


def test_labels_go_to_the_nearest_free_place() -> None:
    crowd = Crowd(300, 200, corners=[(0, 0, 300, 50)])
    size = 80, 30
    assert crowd.place(150, 100, size=size, tries=BESIDE) == (150, 78)
    assert crowd.place(150, 100, size=size, tries=BESIDE) == (150, 122)
    assert crowd.place(150, 100, size=size, tries=BESIDE) == (150, 156)  # 44 lies under what is taken above
    assert crowd.place(5, 190, size=size, tries=UPON) == (42, 183)  # inside the picture
    assert crowd.place(150, 110, size=size, tries=UPON) is None
    assert crowd.squeeze(150, 130, size=size, tries=BESIDE[:2]) == (150, 108)  # upon another
    assert crowd.squeeze(150, 60, size=size, tries=BESIDE[:2]) == (150, 82)  # 38 is a corner
