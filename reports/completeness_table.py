"""The completeness report as a table whose numbers lead to the hotels they count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from faredown.lib.backoffice import NOTHING
from hotels.models import Country, Hotel
from reports.selectors import completeness
from reports.selectors.completeness import Line

LIVE = {"status__exact": "live"}
_NUMBERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("live", "Live", LIVE),
    ("without_photo", "No photo", {**LIVE, "photos": "none"}),
    ("without_description", "No English text", {**LIVE, "description": "not-english"}),
    ("without_coordinates", "No coordinates", {**LIVE, "coordinates": "none"}),
    ("without_stars", "No stars", {**LIVE, "stars": "none"}),
    ("without_rooms", "No rooms", {**LIVE, "rooms": "none"}),
    ("retired", "Retired", {"status__exact": "retired"}),
    ("edits", "Edited fields", {"edited": "yes"}),
)
"""Of `Line`, what it is called, and the filters of the hotels' list (hotels.admin.hotel_filters) that find them."""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    order: str = ""
    """The column to order by; '' where it cannot be ordered."""


@dataclass(frozen=True, slots=True)
class Table:
    headings: list[Heading]
    rows: list[list[Cell]]
    total: list[Cell]


def table(lines: Iterable[Line], *, total: Line, country: Country | None, request: HttpRequest) -> Table:
    links = _Links(request)
    of_all = {"country": country.pk} if country else {}
    return Table(
        headings=[
            Heading("Destination" if country else "Country", "name"),
            Heading("Quality", "quality"),
            *(Heading(label, name) for name, label, _ in _NUMBERS),
            *(Heading(f"{language} %") for language in completeness.languages()),
        ],
        rows=[_row(line, links, {"destination" if country else "country": line.key}) for line in lines],
        total=_row(total, links, of_all),
    )


class _Links:
    def __init__(self, request: HttpRequest) -> None:
        self._list = reverse("admin:hotels_hotel_changelist")
        self._worst_first = {"o": str(_place_of_quality(request))}

    def to(self, filters: dict[str, str]) -> str:
        return f"{self._list}?{urlencode({**filters, **self._worst_first})}"


def _row(line: Line, links: _Links, scope: dict[str, str]) -> list[Cell]:
    """The first cell of a country leads to its destinations, of a destination to its own page's list."""
    if "country" in scope and line.key:
        name = Cell(line.name, reverse("admin:reports_completeness_of", args=(line.key,)))
    else:
        name = Cell(line.name or "Altogether", links.to({**scope, **LIVE}) if line.key else "")
    numbers = [
        Cell(f"{count:,}", links.to({**scope, **filters}) if count else "")
        for count, filters in ((int(getattr(line, field)), filters) for field, _, filters in _NUMBERS)
    ]
    quality = Cell(_decimal(line.quality), links.to({**scope, **LIVE}))
    return [name, quality, *numbers, *(Cell(_decimal(share)) for share in line.coverage)]


def _decimal(value: Decimal | None) -> str:
    return NOTHING if value is None else str(value)


def _place_of_quality(request: HttpRequest) -> int:
    """Its column in the list of hotels, as that list's `o` counts: from the box to select rows, where there is one."""
    hotels = admin.site.get_model_admin(Hotel)
    columns = [str(column) for column in hotels.get_list_display(request)]
    return columns.index("quality") + bool(hotels.get_actions(request)) if "quality" in columns else 0
