"""Texts kept as {BCP 47 language: text} and read with an honest fallback to English, then to any."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH = "en"


def pick(names: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in its base language, else in English, else any, else ''."""
    base = language.split("-", maxsplit=1)[0]
    for candidate in (language, base, ENGLISH):
        if text := names.get(candidate):
            return text
    return next((text for text in names.values() if text), "")
