"""Hotelbeds' own language codes (REFERENCE section 9) and BCP 47 tags."""

from __future__ import annotations

from collections.abc import Iterable

ENGLISH = "en"

CODES = {
    "ar": "ARA",
    "bg": "BUL",
    "ca": "CAT",
    "cs": "CHE",
    "da": "DAN",
    "de": "ALE",
    "el": "GRE",
    "en": "ENG",
    "es": "CAS",
    "fi": "FIN",
    "fr": "FRA",
    "he": "HEB",
    "hu": "HUN",
    "id": "IND",
    "it": "ITA",
    "ja": "JPN",
    "ko": "KOR",
    "lt": "LIT",
    "lv": "LAV",
    "ms": "MAL",
    "nb": "NOR",
    "nl": "HOL",
    "pl": "POL",
    "pt": "POR",
    "ro": "RUM",
    "ru": "RUS",
    "sv": "SUE",
    "th": "TAI",
    "tr": "TUR",
    "zh": "CHI",
}
_TAGS = {code: tag for tag, code in CODES.items()}
_SAME = {"no": "nb", "nn": "nb", "iw": "he", "in": "id"}


def code(tag: str) -> str:
    """`pt-BR` -> `POR`; a language they do not have is asked for in English."""
    return known(tag) or CODES[ENGLISH]


def known(tag: str) -> str | None:
    primary = tag.replace("_", "-").split("-")[0].lower()
    return CODES.get(_SAME.get(primary, primary))


def tag(hotelbeds_code: str) -> str | None:
    return _TAGS.get(hotelbeds_code.upper())


def asked(tags: Iterable[str]) -> dict[str, str]:
    """tag -> their code, English first; languages they do not have are left out."""
    wanted = {one: known(one) for one in (ENGLISH, *tags)}
    return {one: their for one, their in wanted.items() if their}
