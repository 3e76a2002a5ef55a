"""Texts in the asked language: absent, not null, where there is none and English is not wanted either."""

from collections.abc import Callable
from typing import Any

from suppliers.simulators.hotelbeds.catalogue import texts
from suppliers.simulators.hotelbeds.content.asking import Asked

Wording = Callable[[str], str | None]


def found(wording: Wording, asked: Asked) -> tuple[str, str] | None:
    """(language, text): in the asked language, or with useSecondaryLanguage in English."""
    text = wording(asked.language)
    if text is not None:
        return asked.language, text
    if asked.secondary and (text := wording(texts.ENGLISH)) is not None:
        return texts.ENGLISH, text
    return None


def typed(key: str, wording: Wording, asked: Asked) -> dict[str, Any]:
    """Types carry the language of the text."""
    text = found(wording, asked)
    return {} if text is None else {key: {"languageCode": text[0], "content": text[1]}}


def plain(key: str, wording: Wording, asked: Asked) -> dict[str, Any]:
    """A hotel's own texts do not."""
    text = found(wording, asked)
    return {} if text is None else {key: {"content": text[1]}}


def content(text: str) -> dict[str, str]:
    return {"content": text}
