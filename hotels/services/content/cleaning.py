"""Suppliers' texts made fit to show: never trusted HTML, decent capitals. Pure."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from zoneinfo import available_timezones

import nh3
from tzfpy import get_tz

LONGEST_DESCRIPTION = 20_000
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "b", "i"}
_SPACE = re.compile(r"\s+")
_ANY_TAG = re.compile(r"<\s*/?\s*[a-zA-Z!]")
_SMALL = frozenset(
    (
        *("a", "al", "an", "and", "at", "by", "da", "das", "de", "del", "della", "der", "des", "di", "do", "dos"),
        *("du", "e", "el", "en", "et", "in", "la", "las", "le", "les", "los", "of", "on", "the", "to", "und", "y"),
    )
)
_KEPT = frozenset(
    (
        *("AC", "B&B", "BB", "BH", "HG", "II", "III", "IV", "IX", "MGM", "NH", "SA", "SPA", "UK", "USA"),
        *("VI", "VII", "VIII", "VIP", "XI", "YMCA", "YWCA"),
    )
)


def plain(text: str) -> str:
    """A name or an address: no tags, no entities, single spaces."""
    if "<" in text:
        text = nh3.clean(text, tags=set())
    if "&" in text:
        text = html.unescape(text)
    return _SPACE.sub(" ", text.replace("\x00", "")).strip()


def description(text: str) -> str:
    """HTML of a few harmless tags without attributes; plain text becomes paragraphs."""
    text = text.replace("\x00", "")[:LONGEST_DESCRIPTION].strip()
    if not text:
        return ""
    if not _ANY_TAG.search(text):
        parts = [
            html.escape(_SPACE.sub(" ", html.unescape(part)).strip(), quote=False)
            for part in text.split("\n")
        ]
        return "".join(f"<p>{part}</p>" for part in parts if part)
    return nh3.clean(text, tags=_TAGS, attributes={})


def decent_case(name: str) -> str:
    """'HOTEL PALACIO DEL MAR' -> 'Hotel Palacio del Mar'; a name not wholly in capitals stays as it is."""
    if len(name) < 4 or not name.isupper():
        return name
    words = name.split(" ")
    return " ".join(_word(word, first=position == 0) for position, word in enumerate(words))


def name(text: str) -> str:
    return decent_case(plain(text))


@lru_cache(maxsize=20_000)
def timezone(latitude: float, longitude: float) -> str:
    """IANA zone of a place; 'UTC' where none is known (nowhere on land)."""
    found = get_tz(longitude, latitude)
    return found if found in _zones() else "UTC"


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _word(word: str, *, first: bool) -> str:
    if (
        word in _KEPT
        or (len(word) <= 2 and not set(word) & set("AEIOUYÁÉÍÓÚ"))
        or any(one.isdigit() for one in word)
    ):
        return word
    lowered = word.lower()
    if lowered in _SMALL and not first:
        return lowered
    return "-".join("'".join(_capital(piece) for piece in part.split("'")) for part in lowered.split("-"))


def _capital(piece: str) -> str:
    """The first letter, also behind a bracket; a lone letter after an apostrophe (…'s) stays small."""
    for position, character in enumerate(piece):
        if character.isalpha():
            return piece if len(piece) == 1 else piece[:position] + character.upper() + piece[position + 1 :]
    return piece
