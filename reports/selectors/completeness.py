"""How complete the catalogue is: by country, and by destination of a country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, IntegerField, Max, Min, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from hotels import conf
from hotels.models import ContentEdit, Country, Hotel, SyncRun
from hotels.models.names import ENGLISH
from reports.models import Completeness

NUMBERS = (
    *("live", "without_photo", "without_coordinates", "without_stars", "without_rooms"),
    *("quality_sum", "retired", "edits"),
)

ORDERS = (
    *("name", "quality", "live", "without_photo", "without_description", "without_coordinates"),
    *("without_stars", "without_rooms", "retired", "edits"),
)
"""Columns that a list may be ordered by."""


@dataclass(frozen=True, slots=True)
class Line:
    """Of a country (`key`: its ISO code), of a destination (its public id), or of all of them ('').

    All but `retired` and `edits` are of live hotels. `described`: hotels with a description, by language.
    """

    key: str
    country: str
    name: str
    live: int
    without_photo: int
    without_coordinates: int
    without_stars: int
    without_rooms: int
    quality_sum: int
    retired: int
    edits: int
    described: dict[str, int]

    @property
    def without_description(self) -> int:
        """In English, which every other language falls back to."""
        return self.live - self.described.get(ENGLISH, 0)

    @property
    def quality(self) -> Decimal | None:
        return (Decimal(self.quality_sum) / self.live).quantize(Decimal("0.1")) if self.live else None

    @property
    def coverage(self) -> list[Decimal | None]:
        """Percent of the hotels with a description, by language as the report lists them."""
        return [share(hotels, self.live) for hotels in self.described.values()]


def languages() -> tuple[str, ...]:
    return tuple(dict.fromkeys((ENGLISH, *conf.languages())))


def by_country() -> list[Line]:
    """The most hotels first."""
    rows = Completeness.objects.values("country").annotate(hotels=Sum("live"), **_sums())
    named = {country.pk: str(country) for country in Country.objects.all()}
    return [_line(row["country"], named[row["country"]], row) for row in rows.order_by("-hotels", "country")]


def by_destination(country: Country | None = None) -> Iterator[Line]:
    """Of one country, or of all: read as it is asked for."""
    rows = Completeness.objects.filter(country=country) if country else Completeness.objects.all()
    told = rows.values("country", "destination__public_id", "destination__name").annotate(
        hotels=Sum("live"), **_sums()
    )
    for row in told.order_by("-hotels", "destination__name", "destination__public_id").iterator():
        yield _line(row["destination__public_id"], row["destination__name"], row)


def total(lines: Iterable[Line]) -> Line:
    sums: dict[str, Any] = dict.fromkeys(NUMBERS, 0)
    described = dict.fromkeys(languages(), 0)
    for line in lines:
        for name in NUMBERS:
            sums[name] += getattr(line, name)
        for language, hotels in line.described.items():
            described[language] += hotels
    return Line(key="", country="", name="", described=described, **sums)


def ordered(lines: Sequence[Line], column: str) -> list[Line]:
    """Worst first; a column nobody knows leaves the order as it is."""
    match column:
        case "name":
            return sorted(lines, key=lambda line: line.name)
        case "quality":
            return sorted(lines, key=lambda line: (line.quality is None, line.quality or 0))
        case _ if column in ORDERS:
            return sorted(lines, key=lambda line: -int(getattr(line, column)))
    return list(lines)


def share(part: int, whole: int) -> Decimal | None:
    """Percent, rounded down: only what is complete is 100.0."""
    return (Decimal(part * 1000 // whole) / 10).quantize(Decimal("0.1")) if whole else None


def counted_at() -> datetime | None:
    moment: datetime | None = Completeness.objects.aggregate(moment=Min("counted_at"))["moment"]
    return moment


def changed_at() -> datetime | None:
    """When the catalogue last changed, None while it is empty."""
    hotel = Hotel.objects.order_by(F("updated_at").desc()).values_list("updated_at", flat=True).first()
    if hotel is None:
        return None
    run = SyncRun.objects.aggregate(moment=Max("finished_at"))["moment"]
    edit = ContentEdit.objects.aggregate(moment=Max("updated_at"))["moment"]
    return max(moment for moment in (hotel, run, edit) if moment)


def _sums() -> dict[str, Sum | Coalesce]:
    texts = {
        f"text_{number}": Coalesce(Sum(Cast(KeyTextTransform(language, "described"), IntegerField())), 0)
        for number, language in enumerate(languages())
    }
    return {**{f"sum_{name}": Sum(name) for name in NUMBERS}, **texts}


def _line(key: str, name: str, row: Mapping[str, Any]) -> Line:
    numbers = {number: row[f"sum_{number}"] for number in NUMBERS}
    described = {language: row[f"text_{place}"] for place, language in enumerate(languages())}
    return Line(key=key, country=row["country"], name=name, described=described, **numbers)
