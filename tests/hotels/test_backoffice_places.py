"""Places in the backoffice: the tree with its numbers, how few questions it asks, and what staff may change."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from faredown.accounts.models import User
from faredown.accounts.services.roles import RoleName
from hotels.models import ContentEdit, Country, Destination, DestinationCode, Hotel, Landmark, Region, Zone
from hotels.selectors import place_tree
from hotels.selectors.place_tree import Branch, Leaf
from hotels.services.content import edits
from tests.hotels.test_backoffice_hotel import desk, said, told

pytestmark = pytest.mark.django_db

TREE = "/admin/hotels/destination/tree/"


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief@example.com", "correct horse battery"))
    return client


@pytest.fixture
def spain() -> Country:
    """Two regions, three destinations (one of them in both, one without a hotel), and a hotel that is retired."""
    country = Country.objects.create(iso_code="ES", code="ES", names={"en": "Spain"}, hotel_count=4)
    north, south = (
        Region.objects.create(country=country, code=name, name=name) for name in ("North", "South")
    )
    bilbao, border, _ = (
        Destination.objects.create(country=country, name=name, names={"en": name})
        for name in ("Bilbao", "Border", "Empty")
    )
    for code in ("A", "B"):
        Zone.objects.create(destination=bilbao, code=code, name=f"Quarter {code}", hotel_count=1)
    for place, region, status in (
        *((bilbao, north, "live"), (bilbao, north, "live"), (bilbao, north, "retired")),
        *((border, north, "live"), (border, south, "live"), (border, south, "live")),
    ):
        Hotel.objects.create(name="Inn", country=country, destination=place, region=region, status=status)
    Hotel.objects.create(name="Lost", country=country, destination=border)
    return country


def test_the_tree_of_a_country_counts_live_hotels_under_each_region(spain: Country) -> None:
    keys = dict(Destination.objects.values_list("name", "pk"))
    regions = dict(Region.objects.values_list("name", "pk"))
    assert place_tree.of_country(spain) == [
        Branch(
            regions["North"],
            "North",
            3,
            [Leaf(keys["Bilbao"], "Bilbao", 2, 2), Leaf(keys["Border"], "Border", 1, 0)],
        ),
        Branch(regions["South"], "South", 2, [Leaf(keys["Border"], "Border", 2, 0)]),
        Branch(None, "", 1, [Leaf(keys["Border"], "Border", 1, 0), Leaf(keys["Empty"], "Empty", 0, 0)]),
    ]


def test_the_pages_of_the_tree_lead_to_the_hotels(chief: Client, spain: Country) -> None:
    first = chief.get(TREE).content.decode()
    row = re.search(r"<tr>\s*<th scope=\"row\">.*?</tr>", first, re.DOTALL)
    assert row is not None
    assert re.findall(r">(\d+|Spain|ES)<", row[0]) == ["Spain", "ES", "2", "3", "4"]
    page = chief.get(f"{TREE}es/").content.decode()
    links = set(re.findall(r'href="(/admin/hotels/hotel/\?[^"]+)"', page.replace("&amp;", "&")))
    assert len(links) == 7
    found = {link: chief.get(link).context["cl"].result_count for link in links}
    north, border = Region.objects.get(name="North").pk, Destination.objects.get(name="Border").pk
    assert next(count for link, count in found.items() if f"?region__id__exact={north}&" in link) == 3
    of_both = f"?destination__id__exact={border}&region__id__exact={north}&status__exact=live"
    assert found[f"/admin/hotels/hotel/{of_both}"] == 1
    zones = chief.get(reverse("admin:hotels_place_zones", args=(Destination.objects.get(name="Bilbao").pk,)))
    assert re.findall(r">(Quarter .)<", zones.content.decode()) == ["Quarter A", "Quarter B"]
    assert chief.get(f"{TREE}xx/").status_code == 404


def test_the_tree_asks_the_same_number_of_questions_however_wide_it_is(chief: Client, spain: Country) -> None:
    def asked(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert chief.get(url).status_code == 200
        return len(queries)

    lists = ("zone", "landmark", "region", "destination", "country")
    urls = [TREE, f"{TREE}ES/", *(f"/admin/hotels/{name}/" for name in lists)]
    Landmark.objects.create(supplier="hotelbeds", kind="airport", code="BIO", name="Bilbao", country=spain)
    for url in urls:
        asked(url)
    few = [asked(url) for url in urls]
    france = Country.objects.create(iso_code="FR", names={"en": "France"})
    for number in range(8):
        region = Region.objects.create(country=spain, code=str(number), name=f"Region {number}")
        place = Destination.objects.create(country=spain, name=f"Town {number}")
        Zone.objects.create(destination=place, code="1", name="Centre")
        Hotel.objects.create(name="Inn", country=spain, destination=place, region=region)
        Landmark.objects.create(
            supplier="hotelbeds",
            kind="port",
            code=str(number),
            name="Port",
            country=france,
            destination=place,
        )
    assert [asked(url) for url in urls] == few
    assert few[:2] == [3, 6]


def test_who_may_not_see_destinations_sees_no_tree(spain: Country) -> None:
    client = Client()
    client.force_login(User.objects.create_user("night@example.com", "correct horse", is_staff=True))
    zones = reverse("admin:hotels_place_zones", args=(Destination.objects.get(name="Bilbao").pk,))
    assert [client.get(url).status_code for url in (TREE, f"{TREE}ES/", zones)] == [403, 403, 403]


def test_staff_set_popularity_and_picture_and_nothing_of_the_suppliers(chief: Client, spain: Country) -> None:
    place = Destination.objects.get(name="Bilbao")
    page = reverse("admin:hotels_destination_change", args=(place.pk,))
    inlines = {
        f"{prefix}-{field}": "0"
        for prefix in ("zones", "landmarks", "codes")
        for field in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    form = {
        "popularity": "7",
        "is_featured": "on",
        "image": "es/bilbao.jpg",
        "name": "Mine",
        "hotel_count": "99",
    }
    assert chief.post(page, form | inlines).status_code == 302
    place.refresh_from_db()
    assert (place.popularity, place.is_featured, place.image) == (7, True, "es/bilbao.jpg")
    assert (place.name, place.hotel_count) == ("Bilbao", 0)
    assert chief.post(page, form | inlines | {"popularity": "-1"}).status_code == 200
    assert chief.post(reverse("admin:hotels_destination_delete", args=(place.pk,))).status_code == 403


def test_a_destination_leads_to_a_form_filled_in_for_its_sync(chief: Client, spain: Country) -> None:
    place = Destination.objects.get(name="Bilbao")
    DestinationCode.objects.create(supplier="hotelbeds", code="BIO", destination=place)
    answer = chief.get(reverse("admin:hotels_destination_sync", args=(place.pk,)), follow=True)
    form = answer.content.decode()
    assert 'name="destination" value="BIO"' in form
    assert re.search(r'<option value="full" selected', form)


def page_of(place: Destination | Zone | Region | Country, verb: str = "change") -> str:
    return reverse(f"admin:hotels_{place._meta.model_name}_{verb}", args=(place.pk,))


def rows(page: str) -> dict[str, str]:
    """The lines of what we show against what the supplier sent, by their anchor."""
    return {
        anchor: re.sub(
            r"\s+", " ", re.sub(r"<details.*?</details>|<[^>]+>", " ", row, flags=re.DOTALL)
        ).strip()
        for anchor, row in re.findall(r'<tr id="(line-[^"]+)"[^>]*>(.*?)</tr>', page, re.DOTALL)
    }


def test_names_and_position_are_corrected_and_given_back_on_the_page(chief: Client, spain: Country) -> None:
    Destination.objects.filter(name="Bilbao").update(
        names={"en": "Bilbao", "ja": "ビルバオ"}, latitude=43.26, longitude=-2.93
    )
    place = Destination.objects.get(name="Bilbao")
    answer = chief.post(page_of(place, "edit"), said("name", language="eu", value="Bilbo"))
    assert told(answer) == ["Name: not corrected. The catalogue has no texts in this language."]
    for given in (
        said("name", language="de", value=" Bilbao  am Meer"),
        said("coordinates", latitude="43.2630", longitude="-2.9350"),
    ):
        answer = chief.post(page_of(place, "edit"), given)
        assert answer.status_code == 302, told(answer)
    assert answer["Location"] == f"{page_of(place)}#line-coordinates"
    place.refresh_from_db()
    assert place.names == {"en": "Bilbao", "de": "Bilbao am Meer", "ja": "ビルバオ"}
    assert (place.latitude, place.longitude) == (43.263, -2.935)
    lines = rows(chief.get(page_of(place)).content.decode())
    assert lines["line-name-en"] == "Name en Bilbao the same"
    assert lines["line-name-ja"] == "Name ja ビルバオ the same"
    german, position = lines["line-name-de"], lines["line-coordinates"]
    assert german.startswith("Name de Bilbao am Meer - chief@example.com, ")
    assert position.startswith("Position 43.263, -2.935 43.26, -2.93 chief@example.com, ")
    for line in (german, position):
        assert line.endswith("UTC The hotel wrote to us. Give back")
    for edit in ContentEdit.objects.all():
        chief.post(page_of(place, "give_back"), {"edit": edit.pk, "seen": edits.version(edit)})
    place.refresh_from_db()
    assert (place.names, place.latitude) == ({"en": "Bilbao", "ja": "ビルバオ"}, 43.26)


def test_zones_regions_and_countries_are_corrected_on_theirs(chief: Client, spain: Country) -> None:
    zone, region = Zone.objects.get(code="A"), Region.objects.get(name="North")
    for place, language in ((zone, ""), (region, ""), (spain, "en")):
        answer = chief.post(page_of(place, "edit"), said("name", language=language, value="Corrected"))
        assert answer.status_code == 302, told(answer)
        place.refresh_from_db()
        assert str(place) == "Corrected"
        assert (
            "Give back"
            in rows(chief.get(page_of(place)).content.decode())[f"line-name-{language}".rstrip("-")]
        )


def test_a_stale_form_is_refused_and_shown_again_with_what_was_typed(chief: Client, spain: Country) -> None:
    place = Destination.objects.get(name="Bilbao")
    chief.post(page_of(place, "edit"), said("name", language="en", value="Bilbo"))
    answer = chief.post(page_of(place, "edit"), said("name", language="en", value="Bilbao!"))
    assert (answer.status_code, ContentEdit.objects.get().value) == (409, "Bilbo")
    assert 'value="Bilbao!"' in answer.content.decode()
    edit = ContentEdit.objects.get()
    answer = chief.post(page_of(place, "give_back"), {"edit": edit.pk, "seen": "1@yesterday"})
    assert told(answer) == ["Somebody else edited this meanwhile. Look at it again."]


@pytest.mark.parametrize("role", list(RoleName))
def test_who_may_correct_a_place(role: RoleName, spain: Country) -> None:
    may_edit = role in {RoleName.ADMINISTRATOR, RoleName.CONTENT}
    client, place = desk(role), Destination.objects.get(name="Bilbao")
    page = client.get(page_of(place))
    assert page.status_code == 200
    assert (page_of(place, "edit") in page.content.decode()) == may_edit
    answer = client.post(page_of(place, "edit"), said("name", language="en", value="Bilbo"))
    assert answer.status_code == (302 if may_edit else 403)
    edit = ContentEdit.objects.first()
    given = {"edit": edit.pk if edit else 0, "seen": edits.version(edit)}
    assert client.post(page_of(place, "give_back"), given).status_code == (302 if may_edit else 403)
    assert Destination.objects.get(pk=place.pk).name == "Bilbao"


def test_the_history_tells_who_corrected_and_who_gave_back(chief: Client, spain: Country) -> None:
    place = Destination.objects.get(name="Bilbao")
    chief.post(page_of(place, "edit"), said("name", language="en", value="Bilbo"))
    edit = ContentEdit.objects.get()
    chief.post(page_of(place, "give_back"), {"edit": edit.pk, "seen": edits.version(edit)})
    changes = chief.get(page_of(place, "history")).context["recorded"]()
    assert [(change.what, change.who) for change in changes] == [
        ("Given back: Name (en)", "chief@example.com"),
        ("Corrected: Name (en)", "chief@example.com"),
    ]
    assert [(one.name, one.new) for one in changes[1].fields] == [
        ("value", "Bilbo"),
        ("supplied", "Bilbao"),
        ("reason", "The hotel wrote to us."),
    ]
