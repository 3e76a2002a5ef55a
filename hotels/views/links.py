"""Addresses of a list of results."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import QueryDict
from django.urls import reverse

from hotels.forms import StayForm
from hotels.views.facets import FACETS

CHOICES = ("sort", "view", "at", "price_min", "price_max", "name", *FACETS)
"""Parameters of the list itself, beside those of the search."""


class Links:
    """Addresses of this list with one thing changed; the page starts again at 1."""

    def __init__(self, form: StayForm, search_id: str, data: QueryDict) -> None:
        self._stay = QueryDict(form.query(search=search_id))
        self._choices = QueryDict(mutable=True)
        for name in CHOICES:
            if values := [value for value in data.getlist(name) if value]:
                self._choices.setlist(name, values)

    def here(self, *, name: str = "hotels:results", **changed: str) -> str:
        query = self._choices.copy()
        for key, value in changed.items():
            query[key] = value
        return self._address(name, query)

    def without(self, names: Iterable[str], *more: str) -> str:
        query = self._choices.copy()
        for name in (*names, *more):
            query.pop(name, None)
        return self._address("hotels:results", query)

    def _address(self, name: str, choices: QueryDict) -> str:
        parts = [part for part in (self._stay.urlencode(), choices.urlencode()) if part]
        return f"{reverse(name)}?{'&'.join(parts)}"
