"""The European Central Bank's daily list (`eurofxref-daily.xml`), read strictly. Pure.

    gesmes:Envelope > Cube > Cube time="2026-11-20" > Cube currency="USD" rate="1.1612" ...

Anything else is refused whole: half a list of rates is worse than yesterday's. A document type declaration is refused
where it begins, so no entity can be declared, expanded or fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from xml.parsers import expat

import msgspec

MAX_BYTES = 200_000
"""The real list has two kilobytes."""
_MOST, _FEWEST = 100, 10
_ENVELOPE = "http://www.gesmes.org/xml/2002-08-01 Envelope"
_CUBE = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"
_CODE = re.compile(r"[A-Z]{3}\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_RATE = re.compile(r"\d{1,7}(\.\d{1,8})?\Z", re.ASCII)
_NEEDED = "USD"  # pegs hang on it


class Malformed(Exception):
    """The list cannot be believed; the text says why."""


class Published(msgspec.Struct, frozen=True):
    """`rates`: units of each currency for one EUR."""

    day: date
    rates: Mapping[str, Decimal]


def parse(document: bytes) -> Published:
    """Raises Malformed."""
    if len(document) > MAX_BYTES:
        raise Malformed(f"it is over {MAX_BYTES} bytes")
    reading = _Reading()
    parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = reading.doctype
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise Malformed(f"it is not well-formed XML ({error})") from error
    return reading.published()


class _Reading:
    """What was met so far; `_path` are the elements that are open."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._day: date | None = None
        self._rates: dict[str, Decimal] = {}

    def doctype(self, *_: Any) -> None:
        raise Malformed("it declares a document type")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name != _ENVELOPE:
            raise Malformed(f"it is not the bank's list but {name[:60]}")
        self._path.append(name)
        if name != _CUBE:
            return
        match len(self._path):
            case 2:
                _only(attributes, set())
            case 3:
                self._begin_day(attributes)
            case 4:
                self._add(attributes)
            case _:
                raise Malformed("a cube is where none belongs")
        if self._path[1:] != [_CUBE] * (len(self._path) - 1):
            raise Malformed("a cube is where none belongs")

    def end(self, name: str) -> None:
        self._path.pop()

    def published(self) -> Published:
        if self._day is None:
            raise Malformed("it names no day")
        if len(self._rates) < _FEWEST or _NEEDED not in self._rates:
            raise Malformed(f"it has {len(self._rates)} rates, or none of {_NEEDED}")
        return Published(self._day, self._rates)

    def _begin_day(self, attributes: dict[str, str]) -> None:
        _only(attributes, {"time"})
        if self._day is not None:
            raise Malformed("it has more than one day")
        try:
            self._day = date.fromisoformat(attributes["time"]) if _DAY.match(attributes["time"]) else None
        except ValueError:
            self._day = None
        if self._day is None:
            raise Malformed(f"{attributes['time'][:20]!r} is not a day")

    def _add(self, attributes: dict[str, str]) -> None:
        _only(attributes, {"currency", "rate"})
        code, text = attributes["currency"], attributes["rate"]
        if not _CODE.match(code) or code == "EUR":
            raise Malformed(f"{code[:20]!r} is not a currency")
        if not _RATE.match(text) or (rate := Decimal(text)) <= 0:
            raise Malformed(f"{text[:20]!r} is not a rate")
        if code in self._rates:
            raise Malformed(f"{code} comes twice")
        self._rates[code] = rate
        if len(self._rates) > _MOST:
            raise Malformed(f"it has more than {_MOST} rates")


def _only(attributes: dict[str, str], wanted: set[str]) -> None:
    if set(attributes) != wanted:
        raise Malformed(f"a cube has {sorted(attributes)}, not {sorted(wanted)}")
