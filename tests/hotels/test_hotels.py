"""A hotel's content: texts in any language, what it has and costs extra, what lies around it, pictures, few queries."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from faredown.lib import clock
from faredown.lib.errors import NotFound
from faredown.lib.money import Money
from hotels.models import Country, Destination, Hotel, HotelFacility, HotelRoom, HotelText, Term
from hotels.selectors import arrivals, hotel_details, hotels, images
from hotels.selectors.hotel_details import Facility, HotelDetail, NearBy

pytestmark = pytest.mark.django_db

TODAY = clock.today()


@pytest.fixture
def bare() -> Hotel:
    country = Country.objects.create(iso_code="ES", names={"en": "Spain", "es": "España"})
    palma = Destination.objects.create(name="Palma", country=country)
    return Hotel.objects.create(name="Plain", country=country, destination=palma)


@pytest.fixture
def hotel(bare: Hotel) -> Hotel:
    """The fullest."""
    pool = word("facility", "70:1", {"en": "Pool", "es": "Piscina"})
    bar = word("facility", "71:1", {"en": "Bar"})
    word("facility", "60:115", {"en": "Minibar", "es": "Minibar"})
    word("facility", "60:295", {"en": "Size"})
    word("facility_group", "70", {"en": "Facilities"})
    word("board", "BB", {"es": "Desayuno"})
    word("notice", "WORKS:POOL", {"en": "The pool is closed.", "es": "La piscina está cerrada."})
    word("terminal", "PMI", {"en": "Palma Airport", "es": "Aeropuerto de Palma"})
    made = Hotel.objects.create(
        name="Sun",
        country=bare.country,
        destination=bare.destination,
        stars=Decimal("4.5"),
        category=word("category", "H4_5", {"en": "Four and a half"}),
        accommodation=word("accommodation", "H", {"en": "Hotel"}),
        chain=word("chain", "SOL", {"en": "Sol"}),
        board_codes=["BB", "XX"],
        images=[
            {"path": "00/1.jpg", "kind": "GEN", "room_code": ""},
            {"path": "00/2.jpg", "kind": "HAB", "room_code": "DBL.ST"},
        ],
        facility_codes=["60:115", "70:1"],
        paid_facility_codes=["60:115", "70:1"],
        notices=[
            notice("WORKS:POOL", TODAY + timedelta(days=10), TODAY + timedelta(days=20)),
            notice("WORKS:POOL", None, TODAY - timedelta(days=30)),
            notice("WORKS:UNKNOWN", None, None),
        ],
        points=[
            {"name": "Cathedral", "metres": 900},
            {"name": "Old Port", "metres": None},
            {"name": "Market", "metres": 150},
        ],
        terminals=[{"code": "XYZ", "metres": 90_000}, {"code": "PMI", "metres": 8_000}],
        centre_metres=1234,
        phones=["+34971000000"],
    )
    HotelText.objects.create(hotel=made, language="en", name="Sun", description="<p>Near the sea</p>")
    HotelText.objects.create(hotel=made, language="es", name="Sol")
    HotelText.objects.create(hotel=made, language="de", name="Sonne", description="<p>Am Meer</p>")
    room_has = [
        {"code": "60:115", "fee": True, "number": None},
        {"code": "60:295", "fee": False, "number": 24},
    ]
    HotelRoom.objects.create(
        hotel=made, code="DBL.ST", names={"en": "Double"}, max_pax=3, facilities=room_has
    )
    HotelRoom.objects.create(hotel=made, code="SGL.ST", names={"en": "Single"})
    HotelFacility.objects.create(hotel=made, facility=pool, fee=True, amount=5, currency="EUR")
    HotelFacility.objects.create(hotel=made, facility=bar, available=False)
    return made


def word(kind: str, code: str, texts: dict[str, str]) -> Term:
    return Term.objects.create(supplier="s", kind=kind, code=code, names=texts)


def notice(code: str, first: date | None, last: date | None) -> dict[str, Any]:
    days = {"from": first and first.isoformat(), "until": last and last.isoformat()}
    return {"code": code, "alternative": False, **days}


def read(hotel: Hotel, language: str = "es") -> HotelDetail:
    return hotel_details.read(hotel.public_id, language=language)


def test_texts_fall_back_one_by_one(hotel: Hotel) -> None:
    page = read(hotel)
    assert (page.summary.name, page.country) == ("Sol", "España")
    assert (page.description, page.description_language) == ("<p>Near the sea</p>", "en")
    assert page.boards == ("Desayuno", "XX")
    [group] = page.facilities
    assert (group.name, [(one.name, one.fee, one.amount) for one in group.facilities]) == (
        "Facilities",
        [("Piscina", True, Money.of(5, "EUR"))],
    )
    room, _ = page.rooms
    assert (room.name, room.max_pax, len(room.images)) == ("Double", 3, 1)


@pytest.mark.parametrize(
    ("asked", "kept", "told"),
    [
        ("de", ["en", "es", "de"], "de"),
        ("de-at", ["en", "es", "de"], "de"),
        ("ar", ["en", "es", "de"], "en"),
        ("ar", ["es", "de"], "de"),
        ("ar", ["es"], ""),
    ],
)
def test_the_description_that_is_told(hotel: Hotel, asked: str, kept: list[str], told: str) -> None:
    hotel.texts.exclude(language__in=kept).delete()
    assert read(hotel, asked).description_language == told


def test_what_costs_extra_is_marked_for_hotel_and_room(hotel: Hotel) -> None:
    double, single = read(hotel).rooms
    minibar = Facility(code="60:115", name="Minibar", fee=True)
    assert double.facilities == (minibar, Facility(code="60:295", name="Size", fee=False, number=24))
    assert single.facilities == ()
    labels = {"60:115": "Minibar"}
    for row in (None, HotelRoom.objects.get(code="SGL.ST")):
        assert hotel_details.room_facilities(row, hotel, labels=labels) == (minibar,)


def test_places_near_by_come_nearest_first(hotel: Hotel) -> None:
    page = read(hotel)
    assert page.points == (
        NearBy(name="Market", metres=150),
        NearBy(name="Cathedral", metres=900),
        NearBy(name="Old Port", metres=None),
    )
    assert page.terminals == (
        NearBy(code="PMI", name="Aeropuerto de Palma", metres=8_000),
        NearBy(code="XYZ", name="XYZ", metres=90_000),
    )
    assert page.centre_metres == 1234


@pytest.mark.parametrize(
    ("first", "last", "count"), [(0, 3, 0), (7, 10, 1), (12, 14, 1), (20, 22, 1), (21, 23, 0)]
)
def test_notices_of_the_stay(hotel: Hotel, first: int, last: int, count: int) -> None:
    page = read(hotel)
    assert [one.text for one in page.notices] == ["La piscina está cerrada."]
    days = TODAY + timedelta(days=first), TODAY + timedelta(days=last)
    assert len(hotel_details.stay_notices(page, *days)) == count
    assert hotel_details.stay_notices(page) == ()


@pytest.fixture
def ruled(hotel: Hotel) -> Hotel:
    """It tells hours, seasons, ages and fees."""
    told: dict[str, dict[str, Any]] = {
        "70:260": {"time_from": time(15), "time_to": time(0)},
        "70:390": {"time_from": time(0), "time_to": time(11)},
        "85:564": {"number": 21},
        "85:561": {"amount": 50, "currency": "USD", "unit": "unit_stay"},
        "70:320": {"fee": True, "amount": 15, "currency": "EUR", "unit": "unit_night"},
        "73:363": {"number": 1, "starts_on": date(2027, 5, 1), "ends_on": date(2027, 9, 30)},
        "73:405": {"age_from": 4, "age_to": 12, "time_from": time(10), "time_to": time(18)},
        "91:6": {"ends_on": date(2021, 12, 31)},
    }
    for code, facts in told.items():
        name = word("facility", code, {"en": f"What {code} is"})
        HotelFacility.objects.create(hotel=hotel, facility=name, **facts)
    return hotel


def test_house_rules_and_what_facilities_cost(client: Client, ruled: Hotel) -> None:
    page = client.get(f"/hotels/{ruled.public_id}/", headers={"Accept-Language": "en"}).content.decode()
    plain = " ".join(page.split()).translate(dict.fromkeys(map(ord, "\u2068\u2069")))
    rules = plain[plain.index('id="house-rules"') : plain.index('id="location"')]
    for text in (
        "<dt>Check-in</dt><dd>from 15:00 until midnight</dd>",
        "<dt>Check-out</dt><dd>until 11:00</dd>",
        "<dt>Minimum age to check in</dt><dd>21</dd>",
        'What 85:561 is <span class="muted small">($50.00 per stay)</span>',
    ):
        assert text in rules
    assert '<a href="#house-rules">House rules</a>' in plain
    listed = plain[plain.index('id="amenities"') : plain.index('id="house-rules"')]
    for text in ("(€15.00 per night)", "(1, 1 May – 30 Sep 2027)", "(10:00–18:00, ages 4 to 12)"):
        assert text in listed
    for code in ("70:260", "70:390", "85:561", "91:6"):
        assert code not in listed
    bare = client.get(f"/hotels/{Hotel.objects.get(name='Plain').public_id}/").content.decode()
    assert "house-rules" not in bare


def test_the_api_tells_hours_seasons_ages_and_units(client: Client, ruled: Hotel) -> None:
    told = client.get(f"/api/v1/hotels/{ruled.public_id}/", headers={"Accept-Language": "en"}).json()
    assert told["arrival"] == {
        "check_in_from": "15:00",
        "check_in_until": "00:00",
        "check_out_from": None,
        "check_out_until": "11:00",
        "minimum_age": 21,
    }
    row = arrivals.read(ruled)
    assert (row.check_in_from, row.check_in_until, row.check_out_until) == (time(15), time(0), time(11))
    assert arrivals.read(Hotel.objects.get(name="Plain")) == arrivals.Arrival()
    found = {one["code"]: one for group in told["facilities"] for one in group["facilities"]}
    unsaid = dict.fromkeys(
        ("number", "distance", "amount", "unit", "time_from", "time_to", "starts_on", "ends_on")
    )
    unsaid |= {"fee": False, "age_from": None, "age_to": None}
    facts: dict[str, dict[str, Any]] = {
        "70:260": {"time_from": "15:00", "time_to": "00:00"},
        "70:320": {"fee": True, "amount": {"amount": "15.00", "currency": "EUR"}, "unit": "unit_night"},
        "73:363": {"number": 1, "starts_on": "2027-05-01", "ends_on": "2027-09-30"},
        "73:405": {"age_from": 4, "age_to": 12, "time_from": "10:00", "time_to": "18:00"},
    }
    for code, values in facts.items():
        assert found[code] == {"code": code, "name": f"What {code} is", **unsaid, **values}
    assert "91:6" not in found
    assert set(told["rooms"][0]["facilities"][0]) == {"code", "name", "fee", "number", "distance", "amount"}


@pytest.mark.parametrize(
    ("first", "last", "shown"), [(None, 0, True), (None, -1, True), (None, -2, False), (-90, -30, True)]
)
def test_what_had_an_end_is_gone_and_a_season_comes_again(
    hotel: Hotel, first: int | None, last: int, shown: bool
) -> None:
    days = {
        "starts_on": None if first is None else TODAY + timedelta(days=first),
        "ends_on": TODAY + timedelta(days=last),
    }
    HotelFacility.objects.filter(available=True).update(**days)
    assert bool(read(hotel).facilities) is shown


@pytest.mark.parametrize("which", ["hotel", "bare", "ruled"])
def test_six_queries_at_most(request: pytest.FixtureRequest, client: Client, which: str) -> None:
    public_id = request.getfixturevalue(which).public_id
    for address in (f"/hotels/{public_id}/", f"/api/v1/hotels/{public_id}/"):
        cache.clear()
        for own in (5, 4):  # the words of the language are kept from then on
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, headers={"Accept-Language": "ar"}).status_code == 200
            assert len([one for one in queries if '"hotels_' in one["sql"]]) == own
            assert len(queries) <= own + 2  # of the site's menus


def test_a_retired_hotel_is_still_told(hotel: Hotel) -> None:
    Hotel.objects.update(status="retired")
    assert not read(hotel, "en").is_live
    assert hotels.get(hotel.public_id) == hotel


def test_no_such_hotel() -> None:
    for ask in (hotels.get, lambda public_id: hotel_details.read(public_id, language="en")):
        with pytest.raises(NotFound, match="hotel_not_found"):
            ask("htl_nothing")


def test_the_api_tells_all_of_it(client: Client, hotel: Hotel) -> None:
    answer = client.get(f"/api/v1/hotels/{hotel.public_id}/", headers={"Accept-Language": "es"})
    assert answer["Content-Language"] == "es, en"
    told = answer.json()
    assert (told["description_language"], told["centre_metres"]) == ("en", 1234)
    assert told["notices"] == [
        {
            "code": "WORKS:POOL",
            "text": "La piscina está cerrada.",
            "starts_on": (TODAY + timedelta(days=10)).isoformat(),
            "ends_on": (TODAY + timedelta(days=20)).isoformat(),
            "alternative": False,
        }
    ]
    assert told["points"][0] == {"name": "Market", "metres": 150}
    assert told["terminals"][0] == {"code": "PMI", "name": "Aeropuerto de Palma", "metres": 8000}
    assert [one["fee"] for one in told["rooms"][0]["facilities"]] == [True, False]
    assert told["images"][0]["large"].endswith("/xl/00/1.jpg")
    german = client.get(f"/api/v1/hotels/{hotel.public_id}/", headers={"Accept-Language": "de"})
    assert german["Content-Language"] == "de"


def test_the_page_says_it_in_the_readers_words(client: Client, hotel: Hotel) -> None:
    page = client.get(f"/hotels/{hotel.public_id}/", headers={"Accept-Language": "es"}).content.decode()
    assert "Descripción en inglés" in page
    assert '<div class="prose" lang="en" dir="auto"><p>Near the sea</p></div>' in page
    for text in (
        "Aeropuerto de Palma",
        "(8 km)",
        "(150 m)",
        "1,2 km",
        "Cerca",
        "(de pago, \u20685,00\u00a0€\u2069)",
    ):
        assert text in page
    assert "La piscina está cerrada." not in page
    Hotel.objects.update(notices=[notice("WORKS:POOL", None, TODAY)])
    arabic = client.get(f"/hotels/{hotel.public_id}/", headers={"Accept-Language": "ar"}).content.decode()
    assert 'dir="rtl"' in arabic
    assert "The pool is closed." in arabic


def test_addresses_of_pictures(settings: Any) -> None:
    settings.HOTELBEDS_IMAGES_URL = "https://pictures.example/giata/"
    assert images.url("00/1.jpg") == "https://pictures.example/giata/bigger/00/1.jpg"
    assert images.url("00/1.jpg", "") == "https://pictures.example/giata/00/1.jpg"
    assert images.url("https://other.example/1.jpg", images.Size.XL) == "https://other.example/1.jpg"
    assert images.url("") == images.image({"path": "https://other.example/1.jpg"}).srcset == ""
    assert images.image({"path": "1 a.jpg"}).srcset == (
        "https://pictures.example/giata/1%20a.jpg 320w, "
        "https://pictures.example/giata/bigger/1%20a.jpg 800w, "
        "https://pictures.example/giata/xl/1%20a.jpg 1024w"
    )
    settings.PICTURES_FROM, settings.PICTURES_CDN_URL = "cdn", "https://cdn.example/hotels"
    assert images.url("00/1.jpg", "xl") == "https://cdn.example/hotels/xl/00/1.jpg"
    settings.PICTURES_FROM, settings.SITE_URL = "proxy", "https://site.example"
    settings.SECRET_KEY = "a key"
    assert (
        images.url("00/1.jpg", "") == "https://site.example/pictures/tK35QYn_vXuVB8QU4b6smA/standard/00/1.jpg"
    )
