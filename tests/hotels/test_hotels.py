"""A hotel's page: content in any language, pictures in every size, few queries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faredown.lib.errors import NotFound
from faredown.lib.money import Money
from hotels.models import Country, Destination, Hotel, HotelFacility, HotelRoom, HotelText, Term
from hotels.selectors import hotels, images

pytestmark = pytest.mark.django_db


@pytest.fixture
def hotel() -> Hotel:
    country = Country.objects.create(iso_code="ES", names={"en": "Spain", "es": "España"})
    palma = Destination.objects.create(name="Palma", country=country)
    pool = Term.objects.create(
        supplier="s", kind="facility", code="70:1", names={"en": "Pool", "es": "Piscina"}
    )
    bar = Term.objects.create(supplier="s", kind="facility", code="71:1", names={"en": "Bar"})
    Term.objects.create(supplier="s", kind="facility_group", code="70", names={"en": "Facilities"})
    Term.objects.create(supplier="s", kind="board", code="BB", names={"es": "Desayuno"})
    made = Hotel.objects.create(
        name="Sun",
        country=country,
        destination=palma,
        stars=Decimal("4.5"),
        board_codes=["BB", "XX"],
        images=[
            {"path": "00/1.jpg", "kind": "GEN", "room_code": ""},
            {"path": "00/2.jpg", "kind": "HAB", "room_code": "DBL.ST"},
        ],
    )
    HotelText.objects.create(hotel=made, language="en", name="Sun", description="<p>Near the sea</p>")
    HotelText.objects.create(hotel=made, language="es", name="Sol")
    HotelRoom.objects.create(hotel=made, code="DBL.ST", names={"en": "Double"}, max_pax=3)
    HotelFacility.objects.create(hotel=made, facility=pool, fee=True, amount=5, currency="EUR")
    HotelFacility.objects.create(hotel=made, facility=bar, available=False)
    return made


def test_texts_fall_back_one_by_one(hotel: Hotel) -> None:
    page = hotels.detail(hotel.public_id, language="es")
    assert (page.summary.name, page.country) == ("Sol", "España")
    assert (page.description, page.description_language) == ("<p>Near the sea</p>", "en")
    assert page.boards == ("Desayuno", "XX")
    [group] = page.facilities
    assert (group.name, [(one.name, one.fee, one.amount) for one in group.facilities]) == (
        "Facilities",
        [("Piscina", True, Money.of(5, "EUR"))],
    )
    [room] = page.rooms
    assert (room.name, room.max_pax, len(room.images)) == ("Double", 3, 1)


def test_six_queries_at_most(hotel: Hotel) -> None:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        hotels.detail(hotel.public_id, language="ar")
    assert len(queries) <= 6


def test_a_retired_hotel_is_still_told(hotel: Hotel) -> None:
    Hotel.objects.update(status="retired")
    assert not hotels.detail(hotel.public_id, language="en").is_live
    assert hotels.get(hotel.public_id) == hotel


def test_no_such_hotel() -> None:
    for read in (hotels.get, lambda public_id: hotels.detail(public_id, language="en")):
        with pytest.raises(NotFound, match="hotel_not_found"):
            read("htl_nothing")


def test_pictures(settings: Any) -> None:
    settings.HOTELBEDS_IMAGES_URL = "https://pictures.example/giata/"
    assert images.url("00/1.jpg") == "https://pictures.example/giata/bigger/00/1.jpg"
    assert images.url("00/1.jpg", "") == "https://pictures.example/giata/00/1.jpg"
    assert images.url("https://other.example/1.jpg", images.Size.XL) == "https://other.example/1.jpg"
    assert images.url("") == images.srcset("") == ""
    assert images.srcset("1.jpg") == (
        "https://pictures.example/giata/1.jpg 320w, "
        "https://pictures.example/giata/bigger/1.jpg 800w, "
        "https://pictures.example/giata/xl/1.jpg 1024w"
    )
