"""Filters as they stand in an address (`?stars=4,5&board=BB`), for the API and the pages alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from faredown.lib.errors import InvalidInput, invalid
from hotels.services.filtering import Filters

LONGEST_LIST = 50
_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?\Z")
_TRUE, _FALSE = frozenset({"true", "1", "on"}), frozenset({"", "false", "0", "off"})

Values = Mapping[str, Sequence[str]]
"""Name -> every value given, as `dict(request.GET.lists())`. A value may hold several, comma separated."""


def parse(values: Values) -> Filters:
    """Raises InvalidInput naming the filter. Names that are no filter are left alone."""
    return Filters(
        price_min=_amount(values, "price_min"),
        price_max=_amount(values, "price_max"),
        stars=tuple(_decimal("stars", one) for one in _listed(values, "stars")),
        board=_listed(values, "board"),
        free_cancellation=flag(values, "free_cancellation"),
        facilities=_listed(values, "facilities"),
        free_facilities=_listed(values, "free_facilities"),
        zone=_listed(values, "zone"),
        accommodation=_listed(values, "accommodation"),
        chain=_listed(values, "chain"),
        score=_amount(values, "score"),
        name=_last(values, "name")[:100],
        supplier=_listed(values, "supplier"),
    )


def number(values: Values, name: str, default: int) -> int:
    """A whole number; whether it is in range is judged by who uses it."""
    text = _last(values, name)
    if not text:
        return default
    if not (text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= 9):
        raise invalid(name, "not_a_number", "A whole number.")
    return int(text)


def text(values: Values, name: str, default: str) -> str:
    return _last(values, name) or default


def _last(values: Values, name: str) -> str:
    given = values.get(name) or [""]
    return given[-1].strip()


def _listed(values: Values, name: str) -> tuple[str, ...]:
    given = (part.strip() for value in values.get(name, ()) for part in value.split(","))
    found = tuple(dict.fromkeys(part for part in given if part))
    if len(found) > LONGEST_LIST:
        raise invalid(name, "too_many", f"At most {LONGEST_LIST} values.")
    return found


def _amount(values: Values, name: str) -> Decimal | None:
    text = _last(values, name)
    return _decimal(name, text) if text else None


def _decimal(name: str, text: str) -> Decimal:
    if not _DECIMAL.match(text):
        raise _not_a_number(name)
    return Decimal(text)


def _not_a_number(name: str) -> InvalidInput:
    return invalid(name, "not_a_number", "A number of zero or more.")


def flag(values: Values, name: str) -> bool:
    text = _last(values, name).lower()
    if text not in _TRUE | _FALSE:
        raise invalid(name, "not_a_flag", "true or false.")
    return text in _TRUE
