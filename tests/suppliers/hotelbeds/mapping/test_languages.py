"""Language codes that Hotelbeds has added since our table was written."""

from __future__ import annotations

import json

import pytest

from suppliers.adapters.hotelbeds.mapping import content, pages
from suppliers.adapters.hotelbeds.mapping.languages import STANDARD, Languages
from suppliers.adapters.hotelbeds.mapping.pages import Listing, Page, Record
from suppliers.content_types import ContentCountry, ContentType, TypeKind


def page(listing: Listing[Record], *records: object, language: str = "ENG") -> Page[Record]:
    body = json.dumps({"total": len(records), listing.key: records}).encode()
    return pages.page(body, listing, language=language)


def test_a_language_they_added_is_a_word_like_any_other() -> None:
    english = page(
        content.TYPES[TypeKind.LANGUAGE],
        {"code": "ENG", "description": {"content": "English", "languageCode": "ENG"}},
        {"code": "QQQ", "description": {"content": "Quenya", "languageCode": "ENG"}},
    )
    assert list(content.types(TypeKind.LANGUAGE, {"en": english})) == [
        ContentType(kind=TypeKind.LANGUAGE, code="ENG", names={"en": "English"}),
        ContentType(kind=TypeKind.LANGUAGE, code="QQQ", names={"en": "Quenya"}),
    ]
    assert english.problems == []


def test_a_text_in_a_language_we_do_not_know_costs_only_itself() -> None:
    english = page(content.COUNTRIES, {"code": "ES", "isoCode": "ES", "description": {"content": "Spain"}})
    arabic = page(
        content.COUNTRIES,
        {"code": "ES", "isoCode": "ES", "description": {"content": "?", "languageCode": "QQQ"}},
        language="ARA",
    )
    assert list(content.countries({"en": english, "ar": arabic})) == [
        ContentCountry(code="ES", iso_code="ES", names={"en": "Spain"})
    ]
    assert english.problems == arabic.problems == []


def test_a_tag_is_asked_for_by_language_unless_it_is_written_otherwise() -> None:
    tags = ("pt-BR", "es_MX", "no", "iw", "zh-CN", "zh-Hant", "zh-TW", "uk")
    assert {tag: STANDARD.known(tag) for tag in tags} == {
        "pt-BR": "POR", "es_MX": "CAS", "no": "NOR", "iw": "HEB", "zh-CN": "CHI", "zh-Hant": None, "zh-TW": None,
        "uk": None,
    }  # fmt: skip
    assert STANDARD.asked(["ar", "uk", "en"]) == {"en": "ENG", "ar": "ARA"}
    assert STANDARD.code("uk") == "ENG"


def test_staff_may_add_languages() -> None:
    more = Languages({"uk": "UKR", "zh-Hant": "CHT"})
    assert (more.known("uk-UA"), more.known("zh-Hant"), more.known("zh")) == ("UKR", "CHT", "CHI")
    assert more.asked(["uk"]) == {"en": "ENG", "uk": "UKR"}


@pytest.mark.parametrize(
    ("added", "complaint"),
    [
        ({"Ukrainian!": "UKR"}, "not a BCP 47 language tag"),
        ({"uk": "ukrainian"}, "not a Hotelbeds language code"),
        ({"en-GB": "GBR"}, "English is always"),
    ],
)
def test_what_staff_add_is_checked(added: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Languages(added)
