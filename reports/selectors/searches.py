"""What was searched and what came of it, over some days: from the days' figures, never from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Model, Sum

from faredown.lib import clock
from hotels.models import Destination, Hotel, Landmark, Region, Zone
from reports.models import SearchDay, SearchFigure, SupplierAnswers
from reports.selectors.completeness import share

Dimension = SearchFigure.Dimension

SPANS = (7, 30, 90, 365)
TOP = 20
LEAD_BANDS = {"0": "0", "1": "1-2", "3": "3-6", "7": "7-13", "14": "14-29", "30": "30-59", "60": "60-89"} | {
    "90": "90-179",
    "180": "180+",
}
_FAILED = ("failed", "late", "over_budget")
_SHARES = (Decimal("0.5"), Decimal("0.95"))


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many searches went how far. Steps may be left out: who books from the list opened no hotel."""

    searches: int = 0
    without_result: int = 0
    opened: int = 0
    quoted: int = 0
    booked: int = 0

    def percent(self, part: int) -> Decimal | None:
        return share(part, self.searches)

    @property
    def empty_percent(self) -> Decimal | None:
        return self.percent(self.without_result)

    @property
    def opened_percent(self) -> Decimal | None:
        return self.percent(self.opened)

    @property
    def quoted_percent(self) -> Decimal | None:
        return self.percent(self.quoted)

    @property
    def booked_percent(self) -> Decimal | None:
        return self.percent(self.booked)


NUMBERS = tuple(field.name for field in fields(Funnel))


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    name: str
    funnel: Funnel


@dataclass(frozen=True, slots=True)
class Answers:
    """`searches` this supplier had a part in, by how that ended. The times are of those it was asked for: half of
    them, 95 in 100 of them, took at most so long; None where nothing was asked or it took longer than is told apart."""

    supplier: str
    searches: int
    asked: int
    cached: int
    stale: int
    failed: int
    unfinished: int
    median_ms: int | None
    slow_ms: int | None


def span(days: int) -> tuple[date, date]:
    """Today and the days before it, `days` in all."""
    last = clock.today()
    return last - timedelta(days=days - 1), last


def by_day(first: date, last: date) -> list[Line]:
    """Every day, also those without a search; the newest first."""
    rows = SearchDay.objects.filter(day__range=(first, last)).values("day", *NUMBERS)
    found = {row.pop("day"): Funnel(**row) for row in rows}
    days = [last - timedelta(days=back) for back in range((last - first).days + 1)]
    return [Line(day.isoformat(), day.isoformat(), found.get(day, Funnel())) for day in days]


def total(lines: Iterable[Line]) -> Funnel:
    sums = Counter(dict.fromkeys(NUMBERS, 0))
    for line in lines:
        sums.update({name: getattr(line.funnel, name) for name in NUMBERS})
    return Funnel(**sums)


def places(first: date, last: date, *, limit: int | None = TOP) -> list[Line]:
    """The most searched first."""
    rows = list(_figures(first, last, Dimension.PLACE, limit))
    named = _names([key for key, _ in rows])
    return [Line(key, named.get(key, key), funnel) for key, funnel in rows]


def leads(first: date, last: date) -> list[Line]:
    """Days from the search to check-in."""
    found = dict(_figures(first, last, Dimension.LEAD))
    return [Line(key, name, found.get(key, Funnel())) for key, name in LEAD_BANDS.items()]


def nights(first: date, last: date) -> list[Line]:
    found = dict(_figures(first, last, Dimension.NIGHTS))
    return [Line(key, key, found[key]) for key in sorted(found, key=int)]


def kinds(first: date, last: date, dimension: SearchFigure.Dimension) -> list[Line]:
    return [Line(key, key or "-", funnel) for key, funnel in _figures(first, last, dimension)]


def suppliers(first: date, last: date) -> list[Answers]:
    rows = (
        SupplierAnswers.objects.filter(day__range=(first, last))
        .values_list("supplier", "state", "within_ms")
        .annotate(count=Sum("searches"))
        .order_by("supplier")
    )
    states: dict[str, Counter[str]] = {}
    times: dict[str, Counter[int]] = {}
    for supplier, state, within_ms, count in rows:
        states.setdefault(supplier, Counter())[state] += count
        if state == "ok":
            times.setdefault(supplier, Counter())[within_ms] += count
    return [_answers(supplier, found, times.get(supplier, Counter())) for supplier, found in states.items()]


def peak(lines: Iterable[Line]) -> int:
    """At least 1: what bars are measured by."""
    return max((line.funnel.searches for line in lines), default=0) or 1


def _answers(supplier: str, states: Counter[str], times: Counter[int]) -> Answers:
    median, slow = (_within(times, part) for part in _SHARES)
    return Answers(
        supplier=supplier,
        searches=states.total(),
        asked=states["ok"],
        cached=states["cached"],
        stale=states["stale"],
        failed=sum(states[state] for state in _FAILED),
        unfinished=states["waiting"],
        median_ms=median,
        slow_ms=slow,
    )


def _within(times: Counter[int], part: Decimal) -> int | None:
    wanted, seen = times.total() * part, 0
    for limit in sorted(limit for limit in times if limit):
        seen += times[limit]
        if seen >= wanted:
            return limit
    return None


def _figures(
    first: date, last: date, dimension: SearchFigure.Dimension, limit: int | None = None
) -> Iterator[tuple[str, Funnel]]:
    rows = (
        SearchFigure.objects.filter(dimension=dimension, day__range=(first, last))
        .values("key")
        .annotate(
            sum_searches=Sum("searches"),
            sum_without_result=Sum("without_result"),
            sum_opened=Sum("opened"),
            sum_quoted=Sum("quoted"),
            sum_booked=Sum("booked"),
        )
        .order_by("-sum_searches", "key")
    )
    sums = rows.values_list("key", *(f"sum_{name}" for name in NUMBERS))
    for key, *numbers in sums[:limit]:
        yield key, Funnel(*numbers)


_NAMED: dict[str, type[Model]] = {
    "dst": Destination,
    "reg": Region,
    "zon": Zone,
    "lmk": Landmark,
    "htl": Hotel,
}
_WITHOUT_PLACE = {"circle": "Around a point", "hotels": "Several hotels"}


def _names(keys: Iterable[str]) -> dict[str, str]:
    """One statement for each kind of place."""
    named = dict(_WITHOUT_PLACE)
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        by_kind.setdefault(key.partition("_")[0], []).append(key)
    for kind, ids in by_kind.items():
        if kind in _NAMED:
            rows = _NAMED[kind]._default_manager.filter(public_id__in=ids)
            named |= dict(rows.values_list("public_id", "name"))
    return named
