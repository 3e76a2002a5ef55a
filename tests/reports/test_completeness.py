"""The completeness report on a catalogue small enough to count by hand."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from faredown.accounts.models import User
from faredown.accounts.services import roles
from faredown.accounts.services.roles import RoleName
from faredown.lib import clock
from hotels.models import ContentEdit, Country, Destination, Hotel, HotelRoom, HotelText, SyncRun
from reports.models import Completeness
from reports.selectors import completeness as figures
from reports.selectors.completeness import Line
from reports.services import completeness
from reports.tasks import count_completeness

pytestmark = pytest.mark.django_db

PAGE = "/admin/reports/completeness/"
CSV = "/admin/reports/completeness/export/"


@pytest.fixture(autouse=True)
def three_languages(settings: Settings) -> None:
    settings.HOTELS_LANGUAGES = ["en", "es", "pt-BR"]


def hotel(
    place: Destination, name: str, *, texts: tuple[str, ...] = (), rooms: int = 0, **facts: Any
) -> Hotel:
    made = Hotel.objects.create(name=name, country=place.country, destination=place, **facts)
    for language in texts:
        HotelText.objects.create(hotel=made, language=language, description="A house by the sea.")
    for number in range(rooms):
        HotelRoom.objects.create(hotel=made, code=str(number))
    return made


@pytest.fixture
def places() -> dict[str, Destination]:
    """Spain: Palma with three live hotels and one retired, Ibiza with one. France: Nice, its one hotel retired."""
    spain, france = (
        Country.objects.create(iso_code=code, code=code, names={"en": name}, hotel_count=1)
        for code, name in (("ES", "Spain"), ("FR", "France"))
    )
    made = {
        name: Destination.objects.create(name=name, country=country)
        for name, country in (("Palma", spain), ("=Ibiza", spain), ("Nice", france))
    }
    palma, photo = made["Palma"], [{"path": "1.jpg"}]
    at_sea: dict[str, Any] = {"latitude": 39.5, "longitude": 2.6}
    hotel(palma, "Full", texts=("en", "es"), rooms=2, images=photo, stars=4, quality=90, **at_sea)
    half = hotel(palma, "Half", texts=("es", "pt-BR"), images=photo, quality=35, **at_sea)
    hotel(palma, "Bare", stars=2, quality=5)
    hotel(palma, "Gone", texts=("en",), status="retired", quality=50)
    hotel(made["=Ibiza"], "Cove", texts=("en",), rooms=1, images=photo, stars=5, quality=80, **at_sea)
    hotel(made["Nice"], "Closed", status="retired")
    HotelText.objects.create(hotel=half, language="en", name="Half", description="")
    for field in ("name", "stars"):
        ContentEdit.objects.create(hotel=half, field=field, value="Edited")
    return made


def desk(role: RoleName) -> Client:
    roles.seed()
    person = User.objects.create_user(f"{role.value.lower()}@example.com", "correct horse", is_staff=True)
    person.groups.add(Group.objects.get(name=role.value))
    client = Client()
    client.force_login(person)
    return client


def read(answer: Any) -> list[list[str]]:
    assert isinstance(answer, StreamingHttpResponse)
    return list(csv.reader(io.StringIO(answer.getvalue().decode())))


def test_every_figure_of_a_destination_and_of_its_country(places: dict[str, Destination]) -> None:
    assert completeness.count() == 3
    palma = Line(
        key=places["Palma"].public_id,
        country="ES",
        name="Palma",
        live=3,
        without_photo=1,
        without_coordinates=1,
        without_stars=1,
        without_rooms=2,
        quality_sum=130,
        retired=1,
        edits=2,
        described={"en": 1, "es": 2, "pt-BR": 1},
    )
    spain = list(figures.by_destination(Country.objects.get(pk="ES")))
    assert [line.name for line in spain] == ["Palma", "=Ibiza"]
    assert spain[0] == palma
    assert (palma.without_description, palma.quality) == (2, Decimal("43.3"))
    assert palma.coverage == [Decimal("33.3"), Decimal("66.6"), Decimal("33.3")]
    of_spain, of_france = figures.by_country()
    assert (of_spain.key, of_spain.name, of_spain.live, of_spain.quality) == (
        "ES",
        "Spain",
        4,
        Decimal("52.5"),
    )
    assert of_spain.described == {"en": 2, "es": 2, "pt-BR": 1}
    assert (of_spain.without_photo, of_spain.without_rooms, of_spain.without_description) == (1, 2, 2)
    assert (of_france.live, of_france.retired, of_france.quality, of_france.coverage[0]) == (0, 1, None, None)
    assert figures.total([of_spain, of_france]).retired == 2


def test_the_page_leads_to_the_hotels_behind_each_number(
    places: dict[str, Destination], client: Client
) -> None:
    completeness.count()
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    page = client.get(PAGE).content.decode()
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', page, re.DOTALL)
    shown = [re.sub(r"<[^>]+>", "|", row) for row in rows]
    assert [re.findall(r"[^|\s][^|]*", row) for row in shown] == [
        ["Spain", "52.5", "4", "1", "2", "1", "1", "2", "1", "2", "50.0", "50.0", "25.0"],
        ["France", "-", "0", "0", "0", "0", "0", "0", "1", "0", "-", "-", "-"],
        ["Altogether", "52.5", "4", "1", "2", "1", "1", "2", "2", "2", "50.0", "50.0", "25.0"],
    ]
    inside = client.get(f"{PAGE}es/?order=quality").content.decode()
    assert inside.index("Palma") < inside.index("=Ibiza")
    assert client.get(f"{PAGE}es/?order=nonsense").status_code == 200
    assert client.get(f"{PAGE}xx/").status_code == 404
    links = re.findall(r'href="(/admin/hotels/hotel/\?[^"]+)">([\d,]+)<', inside.replace("&amp;", "&"))
    assert len(links) == 17
    for link, number in links:
        expected = 1 if "edited=yes" in link else int(number)  # one hotel, two fields
        assert client.get(link).context["cl"].result_count == expected, link


def test_a_page_asks_the_same_number_of_questions_however_many_hotels(
    places: dict[str, Destination], client: Client
) -> None:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))

    def asked(url: str) -> int:
        completeness.count()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    asked(PAGE)
    few = [asked(PAGE), asked(f"{PAGE}ES/")]
    for number in range(6):
        place = Destination.objects.create(name=f"Town {number}", country=Country.objects.get(pk="ES"))
        hotel(place, "Inn", texts=("en",), rooms=1)
    assert [asked(PAGE), asked(f"{PAGE}ES/")] == few == [8, 8]


def test_the_export_holds_every_line_and_no_formula(places: dict[str, Destination], client: Client) -> None:
    completeness.count()
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    head, spain, france = read(client.get(CSV))
    assert head == [
        *("country", "key", "name", "live_hotels", "without_photo", "without_description_en"),
        *("without_coordinates", "without_stars", "without_rooms", "average_quality"),
        *("described_percent_en", "described_percent_es", "described_percent_pt-BR"),
        *("retired_hotels", "edited_fields"),
    ]
    assert spain == [
        "ES",
        "ES",
        "Spain",
        "4",
        "1",
        "2",
        "1",
        "1",
        "2",
        "52.5",
        "50.0",
        "50.0",
        "25.0",
        "1",
        "2",
    ]
    assert france == ["FR", "FR", "France", "0", "0", "0", "0", "0", "0", "", "", "", "", "1", "0"]
    assert [row[2] for row in read(client.get(f"{CSV}?country=es"))[1:]] == ["Palma", "'=Ibiza"]
    assert [row[2] for row in read(client.get(f"{CSV}?by=destination"))[1:]] == ["Palma", "'=Ibiza", "Nice"]
    assert client.get(f"{CSV}?country=xx").status_code == 404


@pytest.mark.parametrize("role", list(RoleName))
def test_who_may_see_the_report(places: dict[str, Destination], role: RoleName) -> None:
    client, expected = desk(role), 403 if role == RoleName.SUPPORT else 200
    assert [client.get(url).status_code for url in (PAGE, f"{PAGE}ES/", CSV)] == [expected] * 3
    menu = client.get("/admin/").content.decode()
    assert (f'href="{PAGE}"' in menu) == (expected == 200)


def test_it_is_counted_when_something_changed_and_rarely_during_a_sync(
    places: dict[str, Destination],
) -> None:
    assert completeness.count_if_due()
    assert not completeness.count_if_due()
    hotel(places["Nice"], "New")
    assert completeness.count_if_due()
    assert Completeness.objects.get(destination=places["Nice"]).live == 1

    run = SyncRun.objects.create(supplier="hotelbeds", kind="full", stage="hotels")
    hotel(places["Nice"], "Newer")
    assert not completeness.count_if_due()
    Completeness.objects.update(counted_at=clock.now() - timedelta(minutes=61))
    assert completeness.count_if_due()
    assert Completeness.objects.get(destination=places["Nice"]).live == 2
    SyncRun.objects.filter(pk=run.pk).update(status="done", finished_at=clock.now())
    assert completeness.count_if_due()


def test_the_task_counts_once_in_its_two_minutes(places: dict[str, Destination]) -> None:
    count_completeness()
    assert Completeness.objects.count() == 3
    hotel(places["Nice"], "New")
    count_completeness()
    assert Completeness.objects.get(destination=places["Nice"]).live == 0


def test_an_empty_catalogue_says_so(client: Client) -> None:
    assert not completeness.count_if_due()
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    assert "The catalogue is empty: start a sync." in client.get(PAGE).content.decode()
