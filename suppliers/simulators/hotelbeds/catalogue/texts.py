"""Texts of types in the supplier's languages (REFERENCE section 9: its codes are not ISO's)."""

from functools import cache

import babel

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.catalogue import gazetteer, tables

ENGLISH = "ENG"
_MISSING = 0.012


@cache
def languages() -> dict[str, str]:
    """Supplier's code -> tag of the locale."""
    return {row["code"]: row["tag"] for row in tables.rows("languages")}


def board(code: str, language: str) -> str | None:
    if text := tables.by_language("boards").get(language, {}).get(code):
        return _kept(text, "board", code, language)
    return _column("other_boards", code, language)


def image_type(code: str, language: str) -> str | None:
    return _kept(tables.by_language("image_types").get(language, {}).get(code), "image", code, language)


def accommodation(code: str, language: str) -> str | None:
    return _kept(tables.by_language("accommodations").get(language, {}).get(code), "accom", code, language)


def stars(stars: float, luxury: bool, language: str) -> str | None:
    """ "4 STARS", "3 STARS AND A HALF", in the number form the language asks for."""
    row = tables.by_language("stars").get(language)
    if row is None:
        return None
    whole = int(stars)
    form = "luxury" if luxury else "half" if stars != whole else "one" if whole == 1 else _form(whole)
    return _kept(row[form].replace("{n}", str(whole)), "stars", f"{stars}{luxury}", language)


def column(table: str, code: str, language: str) -> str | None:
    """A text of a table whose columns are languages."""
    return _kept(_column(table, code, language), table, code, language)


def facility(code: int, group: int, language: str) -> str | None:
    return _kept(_facilities().get((code, group), {}).get(language), "facility", f"{code}/{group}", language)


def country(iso: str, language: str) -> str | None:
    if language == ENGLISH:
        return gazetteer.countries()[iso].name
    locale = _locale(language)
    return _kept(locale.territories.get(iso) if locale else None, "country", iso, language)


def currency(code: str, language: str) -> str | None:
    locale = _locale(language)
    return _kept(locale.currencies.get(code) if locale else None, "currency", code, language)


def language_name(code: str, language: str) -> str | None:
    if language == ENGLISH:
        return tables.by_code("languages")[code]["description"]
    locale = _locale(language)
    return locale.languages.get(languages()[code].split("_")[0]) if locale else None


def room(code: str, language: str) -> str | None:
    kind, _, characteristic = code.partition(".")
    first = _column("room_types", kind, language)
    second = _column("room_characteristics", characteristic, language)
    return f"{first} {second}" if first and second else None


def destination(code: str, english: str, language: str, iso: str = "") -> str:
    """A proper name: as written here, else (the country `iso` being told) as the gazetteer knows it; where neither has
    another spelling the English one stands in every language."""
    return (
        _column("destination_names", code, language)
        or (iso and gazetteer.local_name(english, iso, language))
        or english
    )


def _form(number: int) -> str:
    return "few" if number < 5 else "many"


def _column(table: str, code: str, language: str) -> str | None:
    return tables.by_code(table).get(code, {}).get(language) or None


def _kept(text: str | None, kind: str, code: str, language: str) -> str | None:
    """Here and there a translation was never entered."""
    if not text or (language != ENGLISH and chance.unit("untranslated", kind, code, language) < _MISSING):
        return None
    return text


@cache
def _facilities() -> dict[tuple[int, int], dict[str, str]]:
    return {(int(row["code"]), int(row["group"])): row for row in tables.rows("facilities")}


@cache
def _locale(language: str) -> babel.Locale | None:
    tag = languages().get(language)
    return babel.Locale.parse(tag) if tag else None
