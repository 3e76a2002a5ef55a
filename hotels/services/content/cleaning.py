"""Suppliers' texts made fit to show: never trusted HTML, decent capitals. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import available_timezones

import nh3
from tzfpy import get_tz

from hotels.casing import decent_case

LONGEST_DESCRIPTION = 20_000
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "b", "i"}
_SPACE = re.compile(r"\s+")
_ANY_TAG = re.compile(r"</?[a-zA-Z!]")


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


def name(text: str) -> str:
    return decent_case(plain(text))


def names(texts: Mapping[str, str]) -> dict[str, str]:
    """By language; those of which nothing is left are left out."""
    cleaned = {language: name(text)[:300] for language, text in texts.items()}
    return {language: text for language, text in cleaned.items() if text}


@lru_cache(maxsize=20_000)
def timezone(latitude: float, longitude: float) -> str:
    """IANA zone of a place; 'UTC' where none is known (nowhere on land)."""
    found = get_tz(longitude, latitude)
    return found if found in _zones() else "UTC"


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
