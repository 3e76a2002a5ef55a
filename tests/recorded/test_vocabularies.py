from __future__ import annotations

from datetime import date

import pytest

from suppliers.adapters.hotelbeds.mapping import content, languages, pages
from suppliers.content_types import (
    ContentCountry,
    ContentDestination,
    ContentRateComment,
    ContentRegion,
    ContentType,
    ContentZone,
    TypeKind,
)
from tests.recorded.samples import read, sample


def words(kind: TypeKind, body: bytes) -> tuple[int, list[ContentType]]:
    page = pages.page(body, content.TYPES[kind])
    found = list(content.types(kind, {"en": page}))
    assert page.problems == []
    return page.total, found


SMALL = {
    "accommodations_2024": (TypeKind.ACCOMMODATION, 24, {"G": "Guest house", "Q": "Boutique"}),
    "boards_2024": (TypeKind.BOARD, 32, {"AB": "AMERICAN BREAKFAST", "AI": "ALL INCLUSIVE"}),
    "boardgroups_path_returned_boards_2024": (
        TypeKind.BOARD_GROUP,
        32,
        {"AB": "AMERICAN BREAKFAST", "AI": "ALL INCLUSIVE"},
    ),
    "chains_2024": (TypeKind.CHAIN, 3054, {"007": "ROOM007", "13CO": "13 COINS HOTELS"}),
    "classifications_2024": (
        TypeKind.RATE_CLASS,
        20,
        {"AUS": "Special discount excluded", "BAL": "Balearic Islands Resident"},
    ),
    "currencies_2024": (TypeKind.CURRENCY, 169, {"AED": "Utd. Arab Emir. Dirham", "AFA": "AFGHANI"}),
    "groupcategories_2024": (
        TypeKind.CATEGORY_GROUP,
        7,
        {
            "GRUPO1": "Includes 1-star hotels",
            "GRUPO2": "Includes 2-star hotels, standard,  mini hotels, re",
        },
    ),
    "imagetypes_2024": (TypeKind.IMAGE, 10, {"BAR": "Bar", "COM": "Lobby"}),
    "issues_2024_one": (
        TypeKind.ISSUE,
        136,
        {
            "ALCOHOLPROHIB:PROHIBITED": "Alcohol is prohibited to be served both day and night in any outlets "
            "within the hotel or in room service."
        },
    ),
    "promotions_2024_one": (TypeKind.PROMOTION, 151, {"013": "Board upgrade applied"}),
    "rooms_2024": (TypeKind.ROOM, 13633, {"APT.0E": "APARTMENT basement", "APT.1B": "APARTMENT ONE BED"}),
    "segments_2024": (TypeKind.SEGMENT, 15, {"100": "Hotels with charm", "102": "Sustainable Hotel"}),
    "terminals_2024_one": (TypeKind.TERMINAL, 1290, {"AAE": "Annaba, Rabah Bitat Int. Airport"}),
}


@sample(*(f"content/{name}.response.json" for name in SMALL))
def test_a_vocabulary(body: bytes, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.id.removeprefix("content/").removesuffix(".response.json")
    kind, total, names = SMALL[name]

    claimed, found = words(kind, body)

    assert claimed == total
    assert {word.code: word.names["en"] for word in found} == names


@sample("content/terminals_2024_one.response.json")
def test_a_terminal_says_its_kind_and_country(body: bytes) -> None:
    _, found = words(TypeKind.TERMINAL, body)

    assert found == [
        ContentType(
            kind=TypeKind.TERMINAL,
            code="AAE",
            names={"en": "Annaba, Rabah Bitat Int. Airport"},
            group="A",
            country_code="DZ",
        )
    ]


@sample("content/categories_2024.response.json")
def test_stars_are_counted_and_keys_are_not(body: bytes) -> None:
    total, found = words(TypeKind.CATEGORY, body)

    assert total == 64
    assert found == [
        ContentType(kind=TypeKind.CATEGORY, code="1EST", names={"en": "1 STAR"}, group="GRUPO1", stars="1"),
        ContentType(kind=TypeKind.CATEGORY, code="1LL", names={"en": "1 KEY"}, group="GRUPO7", stars=""),
    ]


@sample("content/facilities_2020_full.response.json")
def test_a_facility_is_a_group_and_a_code(body: bytes) -> None:
    total, found = words(TypeKind.FACILITY, body)

    assert total == 459
    assert len({facility.code for facility in found}) == 459
    by_code = {facility.code: facility for facility in found}
    assert by_code["70:10"].names == {"en": "Air conditioning in public areas"}
    assert by_code["30:10"].names == {"en": "American Express"}
    assert (by_code["70:10"].group, by_code["30:10"].group) == ("70", "30")
    assert by_code["76:715"].names == {}


@sample("content/facility_groups_2016_full.response.json")
def test_facility_groups(body: bytes) -> None:
    total, found = words(TypeKind.FACILITY_GROUP, body)

    assert (total, len(found)) == (21, 21)
    names = {group.code: group.names["en"] for group in found}
    assert (names["10"], names["85"], names["100"]) == (
        "Location",
        "Things to keep in mind",
        "Points of interest",
    )


@sample("content/facility_typologies_2016_full.response.json")
def test_facility_typologies_have_flags_and_no_texts(body: bytes) -> None:
    total, found = words(TypeKind.FACILITY_TYPOLOGY, body)

    assert (total, len(found)) == (25, 25)
    assert [typology.code for typology in found][:3] == ["2", "3", "5"]
    assert all(typology.names == {} for typology in found)


@sample("content/languages_2016_full.response.json")
def test_every_language_they_list_has_a_tag(body: bytes) -> None:
    _, found = words(TypeKind.LANGUAGE, body)

    tags = {language.code: languages.tag(language.code) for language in found}
    assert len(tags) == 30
    assert None not in tags.values()
    assert {code: tags[code] for code in ("ALE", "CAS", "CHE", "HOL", "IND", "MAL", "SUE", "TAI")} == {
        "ALE": "de", "CAS": "es", "CHE": "cs", "HOL": "nl", "IND": "id", "MAL": "ms", "SUE": "sv", "TAI": "th",
    }  # fmt: skip
    assert {language.code: language.names["en"] for language in found}["TAI"] == "Thai"


@sample("content/countries.response.json")
def test_countries_with_codes_of_their_own(body: bytes) -> None:
    page = pages.page(body, content.COUNTRIES)
    found = list(content.countries({"en": page}))

    assert (page.total, len(found)) == (207, 60)
    assert [country for country in found if country.code != country.iso_code] == [
        ContentCountry(
            code="BK",
            iso_code="BQ",
            names={"en": "Caribbean Netherlands"},
            regions=(ContentRegion("KR", "KRANLENDIJK"),),
        ),
        ContentCountry(
            code="C0", iso_code="CW", names={"en": "Curaçao"}, regions=(ContentRegion("C0", "CURAÇAO"),)
        ),
    ]
    emirates = next(country for country in found if country.code == "AE")
    assert ContentRegion("AZ", "Abu Dhabi") in emirates.regions
    assert not [one for country in found for one in country.regions if one.code == "XX"]


@sample("content/destinations_2024.response.json")
def test_destinations(body: bytes) -> None:
    page = pages.page(body, content.DESTINATIONS)

    assert page.total == 6818
    assert list(content.destinations({"en": page})) == [
        ContentDestination(
            code="01H",
            country_code="AO",
            iso_country_code="AO",
            names={"en": "Zaire"},
            zones=(ContentZone(code="2", name="M'Banza Congo"),),
        ),
        ContentDestination(
            code="01N",
            country_code="AL",
            iso_country_code="AL",
            names={"en": "Delvinës"},
            zones=(ContentZone(code="3", name="Mesopotam"),),
        ),
    ]


@sample("content/destinations_2016.response.json")
def test_a_destination_with_many_zones(body: bytes) -> None:
    found = {one.code: one for one in content.destinations({"en": pages.page(body, content.DESTINATIONS)})}

    assert len(found) == 40
    assert found["ACA"].zones == (
        ContentZone(code="4", name="Barra Vieja"),
        ContentZone(code="10", name="Zona Diamante"),
        ContentZone(code="20", name="Bahia"),
        ContentZone(code="30", name="Zona Dorada"),
    )
    assert len(found["BCN"].zones) == 58


@sample("content/ratecomments_2024.response.json")
def test_rate_comments(body: bytes) -> None:
    page = pages.page(body, content.RATE_COMMENTS)
    first, second = content.rate_comments(page)

    assert page.total == 53864
    assert first == ContentRateComment(
        incoming="1",
        hotel_code="694",
        code="100403",
        rate_codes=("96", "0", "3"),
        starts_on=date(2017, 8, 10),
        ends_on=date(2025, 12, 31),
        text="no refundable rate. no changes, modification are allowed.",
    )
    assert (second.code, second.rate_codes) == ("100404", ("96", "3", "0"))


def test_a_second_language_joins_by_code_and_a_stand_in_is_no_translation() -> None:
    categories = content.TYPES[TypeKind.CATEGORY]
    english = pages.page(read("content/categories_2024.response.json"), categories)
    spanish = pages.page(
        b'{"from":1,"to":2,"total":64,"categories":[{"code":"1EST","description":'
        b'{"languageCode":"CAS","content":"1 ESTRELLA"}},{"code":"1LL","description":'
        b'{"languageCode":"ENG","content":"1 KEY"}}]}',
        categories,
        language="CAS",
    )

    first, second = content.types(TypeKind.CATEGORY, {"en": english, "es": spanish})

    assert first.names == {"en": "1 STAR", "es": "1 ESTRELLA"}
    assert second.names == {"en": "1 KEY"}
