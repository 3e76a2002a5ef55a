"""Prices on days nearby, as a browser without JavaScript gets them: links, and no question to a supplier."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape

import pytest
from babel.dates import format_date
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from faredown.lib import clock
from hotels.criteria import Criteria
from hotels.models import Destination
from suppliers.simulators.hotelbeds.running import Running
from tests.hotels.test_pages import address, totals

HINT = re.compile(
    r'<li><a rel="nofollow" href="([^"]+)"( class="days-least")?><span>(.*?)</span> <b[^>]*>(.*?)</b>'
)


def hints(page: str) -> list[tuple[str, bool, str, str]]:
    plain = unescape(page).replace("\u2068", "").replace("\u2069", "")
    return [(url, bool(least), day, price) for url, least, day, price in HINT.findall(plain)]


@pytest.fixture
def days() -> list[date]:
    first = clock.today() + timedelta(days=45)
    return [first + timedelta(days=offset) for offset in (0, 2, 3, 4)]


def on(place: Destination, day: date, **changes: object) -> str:
    return address(place, check_in=day, check_out=day + timedelta(days=3), sort="price", **changes)


def test_the_list_links_to_the_days_that_are_known(
    client: Client, place: Destination, days: list[date], catalogue: Running
) -> None:
    assert hints(client.get(on(place, days[0])).content.decode()) == []
    lowest = {day: totals(client.get(on(place, day)).content.decode())[0] for day in days}
    catalogue.control.faults({"operation": "availability", "kind": "system_error", "probability": 1.0})
    page = client.get(on(place, days[0], stars="4", page=1)).content.decode()
    shown = hints(page)
    assert [(day, price) for _, _, day, price in shown] == [
        (format_date(day, "EEE d MMM", locale="en"), f"from {lowest[day]}") for day in days[1:3]
    ]
    numbers = {day: float(text.strip("$").replace(",", "")) for day, text in lowest.items()}
    least = min(numbers[day] for day in days[:3])
    assert [is_least for _, is_least, _, _ in shown] == [numbers[day] == least for day in days[1:3]]
    asked = QueryDict(shown[0][0].partition("?")[2])
    assert (asked["check_in"], asked["check_out"]) == (
        days[1].isoformat(),
        (days[1] + timedelta(days=3)).isoformat(),
    )
    assert (asked.getlist("stars"), asked["sort"], asked["destination"]) == (["4"], "price", place.public_id)
    assert not {"search", "page"} & set(asked)


def test_a_hotels_own_days_stand_over_its_rooms(client: Client, place: Destination, days: list[date]) -> None:
    pages = [client.get(on(place, day)).content.decode() for day in days[:2]]
    cards = [re.findall(r'href="(/hotels/htl_\w+/)\?', page) for page in pages]
    path = next(one for one in cards[0] if one in cards[1])
    address_of_hotel = f"{path}?{on(place, days[0]).partition('?')[2]}"
    shown = hints(client.get(address_of_hotel).content.decode())
    assert [(url.partition("?")[0], day) for url, _, day, _ in shown] == [
        (path, format_date(days[1], "EEE d MMM", locale="en"))
    ]
    assert hints(client.get(path).content.decode()) == []


@pytest.mark.parametrize(("language", "text"), [("es", "desde"), ("ar", "ابتداءً من")])
def test_in_the_readers_language(
    client: Client, place: Destination, days: list[date], language: str, text: str
) -> None:
    for day in days[:2]:
        client.get(on(place, day))
    page = client.get(on(place, days[0]), headers={"Accept-Language": language}).content.decode()
    ((_, _, shown, price),) = hints(page)
    assert shown == format_date(days[1], "EEE d MMM", locale=language)
    assert price.startswith(text)


def test_a_question_that_makes_no_sense_has_no_hints(
    client: Client, criteria: Criteria, place: Destination
) -> None:
    answer = client.get(address(place, check_out=criteria.check_in))
    assert (answer.status_code, hints(answer.content.decode())) == (400, [])


def test_hints_cost_few_questions(client: Client, place: Destination, days: list[date]) -> None:
    client.get(on(place, days[0]))
    counts = []
    for day in days[1:]:
        client.get(on(place, day))
        with CaptureQueriesContext(connection) as queries:
            client.get(on(place, days[0]))
        counts.append(len(queries))
    assert len(set(counts)) == 1
