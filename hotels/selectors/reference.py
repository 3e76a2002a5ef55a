"""Currencies, languages and countries a caller may choose from."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import msgspec
from babel import Locale
from django.conf import settings

from faredown.lib import money
from hotels import conf
from hotels.models import Country, ExchangeRate

_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


class Currency(msgspec.Struct, frozen=True):
    code: str
    name: str
    symbol: str
    digits: int


class Language(msgspec.Struct, frozen=True):
    code: str
    name: str
    right_to_left: bool


class CountryChoice(msgspec.Struct, frozen=True):
    code: str
    name: str
    hotel_count: int


def currencies(*, language: str) -> list[Currency]:
    locale = _locale(language)
    return [
        Currency(
            code,
            locale.currencies.get(code, code),
            locale.currency_symbols.get(code, code),
            money.exponent(code),
        )
        for code in settings.DISPLAY_CURRENCIES
    ]


def languages() -> list[Language]:
    """Those the catalogue's texts are kept in, each named in itself."""
    found = [(code, Locale.parse(code, sep="-")) for code in conf.languages()]
    return [
        Language(code, (locale.display_name or code).capitalize(), locale.character_order == "right-to-left")
        for code, locale in found
    ]


def countries(*, language: str) -> list[CountryChoice]:
    """Every country of ISO 3166, by name in the language; with the hotels we have there."""
    counts = dict(Country.objects.values_list("pk", "hotel_count"))
    territories = {str(code): str(name) for code, name in _locale(language).territories.items()}
    choices = [
        CountryChoice(code, territories[code], counts.get(code, 0))
        for code in country_codes()
        if code in territories
    ]
    return sorted(choices, key=lambda choice: (choice.name.casefold(), choice.code))


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2."""
    codes = {str(code) for code in Locale.parse("en").territories}
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES


def rates_as_of() -> datetime | None:
    """When the newest exchange rate was published."""
    return ExchangeRate.objects.order_by("-as_of").values_list("as_of", flat=True).first()


def _locale(language: str) -> Locale:
    """Django's `zh-hans` is Babel's `zh_Hans`; an unknown language reads as English."""
    return Locale.negotiate([language.replace("-", "_")], list(_NAMES), sep="_") or Locale.parse("en")


_NAMES = tuple(code.replace("-", "_") for code, _ in settings.LANGUAGES)
