"""The lists beside the hotels: what is in each, in which order, and how a record of it reads in a language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from suppliers.simulators.hotelbeds import chance, wire
from suppliers.simulators.hotelbeds.content.asking import Asked

Record = dict[str, Any]
_NEWEST = date(2026, 10, 1)
_SPAN_DAYS = 3600


@dataclass(frozen=True, slots=True)
class Entry:
    """`keys` are what a `codes` or `countryCodes` filter may name it by."""

    code: str
    write: Callable[[Asked], Record]
    country: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One list endpoint: its path, the key its records come under, and its entries in order."""

    path: str
    key: str
    entries: Callable[[], Sequence[Entry]]

    def render(self, asked: Asked, countries: frozenset[str] | None) -> bytes:
        found = [entry for entry in self.entries() if self._wanted(entry, asked, countries)]
        records = [asked.trim(entry.write(asked)) for entry in asked.cut(found)]
        return wire.encode({"from": asked.first, "to": asked.last, "total": len(found), self.key: records})

    def _wanted(self, entry: Entry, asked: Asked, countries: frozenset[str] | None) -> bool:
        if asked.codes is not None and entry.code not in asked.codes:
            return False
        if countries is not None and entry.country not in countries:
            return False
        return asked.since is None or changed(self.key, entry.code) >= asked.since


def changed(kind: str, code: str) -> date:
    """The day a type was last touched: never told, but lastUpdateTime goes by it."""
    return _NEWEST - timedelta(days=int(chance.unit("changed", kind, code) * _SPAN_DAYS))
