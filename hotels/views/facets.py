"""Filters as the template draws them: every value with its true count, and the budget's slider."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

import msgspec
from babel.numbers import format_currency
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hotels.services.filtering import Filters
from hotels.services.listing import FacetValue, SearchPage

SHOWN_OPTIONS = 6
MOST_OPTIONS = 24
FACETS = {
    "stars": gettext_lazy("Property rating"),
    "free_cancellation": gettext_lazy("Cancellation"),
    "board": gettext_lazy("Meals"),
    "accommodation": gettext_lazy("Kind of property"),
    "zone": gettext_lazy("Area"),
    "facilities": gettext_lazy("Facilities"),
    "free_facilities": gettext_lazy("Facilities at no extra charge"),
    "score": gettext_lazy("Guest score"),
    "chain": gettext_lazy("Chain"),
}


class Option(msgspec.Struct, frozen=True, kw_only=True):
    value: str
    label: str
    count: int
    checked: bool


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    options: tuple[Option, ...]
    more: tuple[Option, ...]

    @property
    def more_checked(self) -> bool:
        return any(option.checked for option in self.more)


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    low: int
    high: int
    step: int
    chosen: int
    low_text: str
    chosen_text: str


def of(found: SearchPage, data: QueryDict) -> Iterable[Facet]:
    for name, title in FACETS.items():
        chosen = _chosen(name, data)
        options = [
            Option(value=one.value, label=_label(name, one), count=one.count, checked=one.value in chosen)
            for one in _ordered(name, found.facets.get(name, ()))
        ]
        # A choice that no hotel is left for stays to be seen and taken back.
        known = {option.value for option in options}
        options += [
            Option(value=value, label=_label(name, FacetValue(value, value, 0)), count=0, checked=True)
            for value in sorted(chosen - known)
        ]
        shown = SHOWN_OPTIONS if len(options) > SHOWN_OPTIONS + 1 else len(options)
        yield Facet(
            name=name,
            title=str(title),
            options=tuple(options[:shown]),
            more=tuple(options[shown:MOST_OPTIONS]),
        )


_WRITTEN = {"stars": ".1f", "score": ".0f"}


def _chosen(name: str, data: QueryDict) -> set[str]:
    """As the facets write their values: `stars=5` is the box of 5.0; what is no number chose nothing."""
    given = data.getlist(name)
    if name not in _WRITTEN:
        return set(given)
    return {format(number, _WRITTEN[name]) for number in map(decimal, given) if number is not None}


def _ordered(name: str, values: Sequence[FacetValue]) -> Sequence[FacetValue]:
    if name == "stars":
        return sorted(values, key=lambda one: Decimal(one.value), reverse=True)
    if name == "score":
        return list(_at_least(values))
    return values


def _at_least(values: Sequence[FacetValue]) -> Iterable[FacetValue]:
    """ "8 or more" counts the nines too."""
    counted = 0
    for one in sorted(values, key=lambda one: Decimal(one.value), reverse=True):
        counted += one.count
        yield FacetValue(one.value, one.label, counted)


def _label(name: str, one: FacetValue) -> str:
    if name == "stars":
        number = Decimal(one.value).normalize()
        return ngettext("%(n)s star", "%(n)s stars", math.ceil(number)) % {"n": f"{number:f}"}
    if name == "score":
        return _("%(n)s or more") % {"n": one.value}
    if name == "free_cancellation":
        return _("Free cancellation")
    return one.label


def budget(found: SearchPage, filters: Filters, currency: str) -> Budget | None:
    """None where all hotels cost about the same: a slider would do nothing."""
    if not found.histogram:
        return None
    low = math.floor(found.histogram[0].low.amount)
    high = math.ceil(found.histogram[-1].high.amount)
    step = max(1, 10 ** (len(str(max(1, high - low))) - 2))
    high = low + -(-(high - low) // step) * step
    if high - low < 2 * step:
        return None
    limit = filters.price_max
    chosen = high if limit is None else max(low, min(high, int(limit)))
    return Budget(
        low=low,
        high=high,
        step=step,
        chosen=chosen,
        low_text=_whole(low, currency),
        chosen_text=_whole(chosen, currency) + ("+" if chosen == high else ""),
    )


def _whole(amount: int, currency: str) -> str:
    return format_currency(amount, currency, format="¤#,##0", currency_digits=False, locale=locale())


def locale() -> str:
    return (get_language() or "en").replace("-", "_")


def decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < 10**12 else None
