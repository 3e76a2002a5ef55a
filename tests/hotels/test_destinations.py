from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotels import folding
from hotels.models import Country, Destination, Hotel, PlaceName, Zone
from hotels.selectors import destinations

SPELLINGS = {
    "Dubai": ("AE", 9, {"en": "Dubai", "es": "Dubái", "ar": "دبي"}),
    "Dublin": ("IE", 4, {"en": "Dublin", "es": "Dublín"}),
    "London": ("GB", 8, {"en": "London", "es": "Londres"}),
    "Palma de Mallorca": ("ES", 7, {"en": "Palma de Mallorca"}),
    "Munich": ("DE", 5, {"en": "Munich", "de": "München"}),
    "Empty": ("ES", 0, {"en": "Empty"}),
}


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    """Names as the sync leaves them, written by hand."""
    for iso in ("AE", "IE", "GB", "ES", "DE"):
        Country.objects.create(iso_code=iso, names={"en": f"Country {iso}"}, hotel_count=1)
    Country.objects.filter(pk="GB").update(names={"en": "United Kingdom", "es": "Reino Unido"})
    for name, (iso, count, names) in SPELLINGS.items():
        row = Destination.objects.create(name=name, country_id=iso, names=names, hotel_count=count)
        for spelling in {folding.fold(text) for text in names.values()} if count else ():
            PlaceName.objects.create(kind="city", target=row.public_id, folded=spelling, weight=count)
    dubai = Destination.objects.get(name="Dubai")
    zone = Zone.objects.create(destination=dubai, code="1", name="Dubai Marina", hotel_count=2)
    PlaceName.objects.create(kind="zone", target=zone.public_id, folded="dubai marina", weight=2)
    hotel = Hotel.objects.create(name="Dubai Palace", country_id="AE", destination=dubai)
    PlaceName.objects.create(kind="hotel", target=hotel.public_id, folded="dubai palace", weight=1)
    PlaceName.objects.create(kind="country", target="GB", folded="united kingdom", weight=8)
    PlaceName.objects.create(kind="country", target="GB", folded="reino unido", weight=8)


def names(q: str, language: str = "en") -> list[str]:
    return [place.name for place in destinations.suggest(q, language=language)]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("dubai", "Dubai"),
        ("DUB", "Dubai"),
        ("dubay", "Dubai"),
        ("dubia", "Dubai"),
        ("دبي", "Dubai"),
        ("Dubái", "Dubai"),
        ("londres", "London"),
        ("lodnon", "London"),
        ("mallorca", "Palma de Mallorca"),
        ("palma  de-mallorca", "Palma de Mallorca"),
        ("palam de mallorca", "Palma de Mallorca"),
        ("munchen", "Munich"),
        ("münchen", "Munich"),
        ("dubai marina", "Dubai Marina"),
        ("dubai pal", "Dubai Palace"),
        ("reino", "United Kingdom"),
    ],
)
def test_the_right_place_comes_first(q: str, first: str) -> None:
    assert names(q)[0] == first


def test_cities_before_their_parts_and_hotels() -> None:
    assert names("dubai")[:3] == ["Dubai", "Dubai Marina", "Dubai Palace"]


def test_names_are_told_in_the_asked_language() -> None:
    found = destinations.suggest("lond", language="es")[0]
    assert (found.name, found.subtitle) == ("Londres", "Reino Unido")


def test_nothing_typed_gives_what_is_popular() -> None:
    Destination.objects.filter(name="Munich").update(popularity=5)
    assert names("  ") == ["Munich", "Dubai", "London", "Palma de Mallorca", "Dublin"]
    assert [place.name for place in destinations.popular(language="en", limit=1)] == ["Munich"]


def test_a_country_is_not_searchable() -> None:
    found = destinations.suggest("united k", language="en")[0]
    assert (found.id, found.kind, found.searchable) == ("GB", "country", False)


@pytest.mark.parametrize("q", ["zzzzzz", "%", "%%%%", "____", "\\", "\x00"])
def test_nothing_like_it(q: str) -> None:
    assert destinations.suggest(q, language="en") == [] or not folding.fold(q)


def test_queries_do_not_grow_with_the_answer() -> None:
    with CaptureQueriesContext(connection) as queries:
        destinations.suggest("dubai", language="en")
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) <= 2 * 2 + 4  # twice the threshold and the match, then one per kind


def test_featured_places_show_a_picture() -> None:
    Destination.objects.filter(name="Dublin").update(is_featured=True)
    Destination.objects.filter(name="Dubai").update(image="own.jpg")
    Hotel.objects.filter(name="Dubai Palace").update(
        images=[{"path": "hotel.jpg", "kind": "GEN", "room_code": ""}]
    )
    first, second = destinations.featured(language="en", limit=2)
    assert (first.name, first.image) == ("Dublin", None)
    assert second.image is not None
    assert second.image.url.endswith("/bigger/own.jpg")
    Destination.objects.filter(name="Dubai").update(image="")
    again = destinations.featured(language="en", limit=2)[1]
    assert again.image is not None
    assert again.image.url.endswith("/bigger/hotel.jpg")
