from __future__ import annotations

from datetime import date, timedelta

from faredown.lib import clock
from suppliers import registry
from suppliers.models import Call, Supplier
from suppliers.port import Supplier as Port
from suppliers.types import TypeKind

LANGUAGES = ["en", "es", "ar"]


def test_hotels_come_in_pages_with_every_asked_language(hotelbeds: Port) -> None:
    Supplier.objects.filter(code="hotelbeds").update(settings={"content_page": 50})
    registry.forget()
    supplier = registry.get("hotelbeds")

    first = supplier.hotels(first=1, languages=LANGUAGES)
    second = supplier.hotels(first=51, languages=LANGUAGES)

    assert (len(first.items), supplier.page_size) == (50, 50)
    assert first.total == second.total > 100
    assert not {hotel.code for hotel in first.items} & {hotel.code for hotel in second.items}
    assert all("en" in hotel.names for hotel in first.items)
    assert {language for hotel in first.items for language in hotel.descriptions} == set(LANGUAGES)
    pictured = next(hotel for hotel in first.items if len(hotel.images) > 2)
    assert [image.position for image in pictured.images] == list(range(len(pictured.images)))


def test_only_what_changed_since(hotelbeds: Port) -> None:
    every = hotelbeds.hotels(first=1, languages=["en"])
    days = sorted(hotel.updated_on for hotel in every.items if hotel.updated_on)
    since = days[len(days) // 2]

    changed = hotelbeds.hotels(first=1, languages=["en"], changed_since=since)

    assert 0 < changed.total < every.total
    assert all(hotel.updated_on is not None and hotel.updated_on >= since for hotel in changed.items)
    nothing = hotelbeds.hotels(first=1, languages=["en"], changed_since=clock.today() + timedelta(days=9))
    assert (nothing.items, nothing.total) == ((), 0)


def test_single_hotels_by_code(hotelbeds: Port) -> None:
    listed = {hotel.code: hotel for hotel in hotelbeds.hotels(first=1, languages=LANGUAGES).items}
    codes = list(listed)[:3]

    found = hotelbeds.hotels_by_code([*codes, "99999999"], languages=LANGUAGES)

    assert [hotel.code for hotel in found] == codes
    for hotel in found:
        known = listed[hotel.code]
        assert (hotel.names, hotel.destination_code, hotel.category_code, hotel.images) == (
            known.names,
            known.destination_code,
            known.category_code,
            known.images,
        )
    assert [hotel.code for hotel in hotelbeds.hotels_by_code(codes[:1], languages=["en"])] == codes[:1]
    assert hotelbeds.hotels_by_code(["99999999"], languages=["en"]) == []


def test_every_vocabulary_is_read(hotelbeds: Port) -> None:
    for kind in TypeKind:
        found = list(hotelbeds.types(kind, first=1, languages=["en", "es"]).items)
        assert found, kind
        assert len({word.code for word in found}) == len(found), kind
    boards = {
        board.code: board.names
        for board in hotelbeds.types(TypeKind.BOARD, first=1, languages=["en", "es"]).items
    }
    assert boards["RO"]["en"] == "ROOM ONLY"
    assert {word.stars for word in hotelbeds.types(TypeKind.CATEGORY, first=1, languages=["en"]).items} >= {
        "3",
        "3.5",
        "5",
        "",
    }


def test_places_and_comments(hotelbeds: Port) -> None:
    countries = {
        country.code: country for country in hotelbeds.countries(first=1, languages=["en", "es"]).items
    }
    destinations = {one.code: one for one in hotelbeds.destinations(first=1, languages=["en"]).items}

    assert countries["UK"].iso_code == "GB"
    assert destinations["DXB"].names == {"en": "Dubai"}
    assert destinations["DXB"].zones
    comment = hotelbeds.rate_comments(first=1).items[0]
    assert comment.text
    assert comment.starts_on <= date(2026, 11, 22) <= comment.ends_on
    assert set(Call.objects.values_list("operation", "outcome")) == {("content", "ok")}
