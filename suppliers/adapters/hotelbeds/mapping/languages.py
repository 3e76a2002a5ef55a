"""Hotelbeds' own language codes (REFERENCE section 9) and BCP 47 tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

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
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CODE = re.compile(r"[A-Z0-9]{2,4}")


class Languages:
    """The languages of one account: those above, and those its staff added to the supplier's settings.

    Of the 38 that Hotelbeds listed in 2024 (`samples/content`, and the first two of that list with its total) the 30 of
    2016 are recorded with their codes; no public source names the other eight, so none is guessed here.
    """

    def __init__(self, added: Mapping[str, str] = MappingProxyType({})) -> None:
        """Raises ValueError for what is no BCP 47 tag or no code of theirs, and for another English."""
        for tag, theirs in added.items():
            if not _TAG.fullmatch(tag):
                raise ValueError(f"{tag!r} is not a BCP 47 language tag such as 'uk' or 'zh-Hant'")
            if not _CODE.fullmatch(theirs):
                raise ValueError(f"{theirs!r} (for {tag!r}) is not a Hotelbeds language code such as 'ENG'")
            if tag.split("-")[0] == ENGLISH:
                raise ValueError("English is always 'ENG': every other language falls back on it")
        self._codes = CODES | {tag.lower(): theirs for tag, theirs in added.items()}

    def code(self, tag: str) -> str:
        """`pt-BR` -> `POR`; a language they do not have is asked for in English."""
        return self.known(tag) or CODES[ENGLISH]

    def known(self, tag: str) -> str | None:
        """The tag itself, else its language alone; the Chinese they have is no stand-in for traditional writing."""
        whole = tag.replace("_", "-").lower()
        if found := self._codes.get(whole):
            return found
        primary, *rest = whole.split("-")
        if primary == "zh" and "hans" not in rest and not _TRADITIONAL.isdisjoint(rest):
            return None
        return self._codes.get(_SAME.get(primary, primary))

    def asked(self, tags: Iterable[str]) -> dict[str, str]:
        """tag -> their code, English first; languages they do not have are left out."""
        wanted = {one: self.known(one) for one in (ENGLISH, *tags)}
        return {one: their for one, their in wanted.items() if their}


STANDARD = Languages()


def tag(hotelbeds_code: str) -> str | None:
    return _TAGS.get(hotelbeds_code.upper())
