"""What lies around a hotel and what goes on in it: points of interest, terminals, notices; distances in metres.

Two units on the wire. Points of interest: text, in metres (OpenAPI `ApiHotelPointOfInterest`; samples: Salou to
Barcelona "100000", the Savoy to the National Gallery "643"). Terminals: an integer, in kilometres (`ApiHotelTerminal`;
samples: Salou to Barcelona's airport 110, to Reus 15).
"""

from __future__ import annotations

from datetime import date

from suppliers.adapters.hotelbeds import content_schemas as wire
from suppliers.adapters.hotelbeds.mapping.pages import Problems
from suppliers.adapters.hotelbeds.mapping.values import Refused, day, words
from suppliers.content_types import ContentNotice, ContentPoint, ContentTerminal

UNREADABLE_DISTANCE = "distance_unreadable"
FARTHEST_METRES = 20_040_000
"""Half around the globe."""


def notices(record: wire.Hotel) -> tuple[ContentNotice, ...]:
    """In their order. One without a code says nothing a reader could be shown."""
    found: dict[tuple[str, date | None], ContentNotice] = {}
    for issue in sorted(record.issues or (), key=lambda one: one.order or 0):
        code = ":".join(str(part) for part in (issue.issue_type, issue.issue_code) if part)
        if code:
            starts_on = _day(issue.date_from)
            notice = ContentNotice(
                code=code,
                starts_on=starts_on,
                ends_on=_day(issue.date_to),
                alternative=bool(issue.alternative),
            )
            found.setdefault((code, starts_on), notice)
    return tuple(found.values())


def points(code: str, record: wire.Hotel, problems: Problems) -> tuple[ContentPoint, ...]:
    found: dict[str, ContentPoint] = {}
    for point in sorted(record.interest_points or (), key=lambda one: one.order or 0):
        name = words(point.poi_name)
        if name and name.casefold() not in found:
            metres = _metres(point.distance, 1, f"{code} {name}", problems)
            found[name.casefold()] = ContentPoint(name, metres)
    return tuple(found.values())


def terminals(code: str, record: wire.Hotel, problems: Problems) -> tuple[ContentTerminal, ...]:
    """Whole kilometres: 0 tells nothing, and stays unknown."""
    found: dict[str, ContentTerminal] = {}
    for terminal in record.terminals or ():
        name = (terminal.terminal_code or "").strip().upper()
        if name and name not in found:
            metres = _metres(terminal.distance, 1000, f"{code} {name}", problems)
            found[name] = ContentTerminal(name, metres or None)
    return tuple(found.values())


def _metres(distance: str | int | None, unit: int, what: str, problems: Problems) -> int | None:
    if distance is None or distance == "":
        return None
    try:
        metres = round(float(distance) * unit)
    except (ValueError, OverflowError):
        metres = -1
    if 0 <= metres <= FARTHEST_METRES:
        return metres
    problems.append((UNREADABLE_DISTANCE, f"{what}: {distance!r}"))
    return None


def _day(text: str | None) -> date | None:
    try:
        return day(text, what="date")
    except Refused:
        return None
