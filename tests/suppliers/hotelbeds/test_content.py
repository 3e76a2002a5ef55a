from __future__ import annotations

from datetime import date, timedelta

import pytest

from faredown.lib import clock
from suppliers import registry
from suppliers.content_types import TypeKind
from suppliers.errors import NotConfigured
from suppliers.models import Call, Supplier
from suppliers.port import Supplier as Port
from suppliers.simulators.hotelbeds.running import Running

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


def test_regions_notices_points_and_terminals(hotelbeds: Port) -> None:
    hotels = hotelbeds.hotels(first=1, languages=["en"]).items
    regions = {
        (country.code, region.code)
        for country in hotelbeds.countries(first=1, languages=["en"]).items
        for region in country.regions
    }
    terminals = {one.code: one for one in hotelbeds.types(TypeKind.TERMINAL, first=1, languages=["en"]).items}
    issues = {one.code for one in hotelbeds.types(TypeKind.ISSUE, first=1, languages=["en"]).items}

    assert (terminals["DXB"].group, terminals["DXB"].country_code) == ("A", "AE")
    assert {hotel.region_code for hotel in hotels} > {""}
    assert all((hotel.country_code, hotel.region_code) in regions for hotel in hotels if hotel.region_code)
    assert {notice.code for hotel in hotels for notice in hotel.notices} <= issues
    near = [one for hotel in hotels for one in hotel.terminals]
    assert {one.code for one in near} <= terminals.keys()
    assert {(one.metres or 0) % 1000 for one in near} == {0}
    assert all(100 <= (point.metres or 0) <= 4500 for hotel in hotels for point in hotel.points)
    assert any(room.facilities for hotel in hotels for room in hotel.rooms)


def test_keys_only_and_one_destination_only(hotelbeds: Port) -> None:
    hotels = hotelbeds.hotels(first=1, languages=["en"])
    keys = hotelbeds.hotel_codes(first=1)
    there = hotelbeds.hotels(first=1, languages=["en"], destination_code="DXB")

    assert keys.items == tuple(hotel.code for hotel in hotels.items)
    assert keys.total == hotels.total
    assert {hotel.destination_code for hotel in there.items} == {"DXB"}
    assert there.total == len(there.items) > 1


def test_a_language_that_is_refused_costs_only_itself(hotelbeds: Port, simulator: Running) -> None:
    refused = {"operation": "content", "kind": "language_missing", "language": "ARA", "count": 2}
    simulator.control.faults(refused)

    page = hotelbeds.hotels(first=1, languages=["en", "es", "ar", "uk"])
    countries = hotelbeds.countries(first=1, languages=["en", "ar"])

    assert page.problems == (("language_missing", "uk"), ("language_missing", "ar"))
    assert {tag for hotel in page.items for tag in hotel.descriptions} == {"en", "es"}
    assert countries.problems == (("language_missing", "ar"),)
    assert "ar" in hotelbeds.countries(first=1, languages=["en", "ar"]).items[0].names


def test_staff_add_a_language_in_the_settings(hotelbeds: Port) -> None:
    Supplier.objects.filter(code="hotelbeds").update(settings={"languages": {"uk": "UKR"}})
    registry.forget()
    countries = registry.get("hotelbeds").countries(first=1, languages=["en", "uk"])

    assert {one.code: one.names for one in countries.items}["ES"] == {"en": "Spain", "uk": "Іспанія"}
    assert countries.problems == ()
    Supplier.objects.filter(code="hotelbeds").update(settings={"languages": {"uk": "?"}})
    registry.forget()
    with pytest.raises(NotConfigured, match="for 'uk'\\) is not a Hotelbeds language code"):
        registry.get("hotelbeds")


def test_one_bad_record_costs_only_itself(hotelbeds: Port, simulator: Running) -> None:
    whole = hotelbeds.hotels(first=1, languages=["en"])
    simulator.control.faults(
        {"operation": "content", "kind": "unreadable_field", "records": 2, "count": 1},
        {"operation": "content", "kind": "unreadable_record", "count": 1},
    )

    page = hotelbeds.hotels(first=1, languages=["en"])

    lost, mended = whole.items[0].code, whole.items[1]
    assert [hotel.code for hotel in page.items] == [one.code for one in whole.items if one.code != lost]
    assert page.items[0] == mended
    assert [kind for kind, _ in page.problems] == ["record_unreadable", "field_unreadable"]
    assert page.problems[1][1].startswith(f"Hotel {mended.code} facilities: Expected `int | null`")


def test_what_is_odd_but_readable_is_left_to_the_catalogue(hotelbeds: Port, simulator: Running) -> None:
    codes = hotelbeds.hotel_codes(first=1).items
    Supplier.objects.filter(code="hotelbeds").update(settings={"content_page": 10})
    registry.forget()
    simulator.control.faults(
        {"operation": "content", "kind": "duplicate_codes", "records": 2, "count": 1},
        {"operation": "content", "kind": "zero_coordinates", "records": 1, "count": 1},
    )

    page = registry.get("hotelbeds").hotels(first=11, languages=["en"])

    assert tuple(hotel.code for hotel in page.items) == codes[8:20]
    assert (page.items[0].latitude, page.items[0].longitude) == (0, 0)
    assert page.problems == ()


def test_what_cannot_be_read_of_a_translation_costs_the_translation(
    hotelbeds: Port, simulator: Running
) -> None:
    simulator.control.faults(
        {"operation": "content", "kind": "unreadable_record", "language": "CAS", "count": 1}
    )

    page = hotelbeds.hotels(first=1, languages=["en", "es"])

    assert page.total == len(page.items)
    assert [kind for kind, _ in page.problems] == ["translation_unreadable"]
    assert [set(hotel.names) for hotel in page.items[:2]] == [{"en"}, {"en", "es"}]
