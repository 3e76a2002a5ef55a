"""When guests may come and must go, of what a hotel tells as two facilities with hours.

Hotels fill the hours in as they like (samples of 2020 and 2024): a check-out until eleven comes as (None, 11:00),
(11:00, None), (00:00, 11:00), (11:00, 00:00) and (11:00, 11:00). Of a check-in the first hour counts, of a check-out
the last; midnight is an hour only as the end of a day of arrivals.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Protocol

import msgspec

from hotels.models import Hotel, HotelFacility, Term

CHECK_IN, CHECK_OUT, MINIMUM_AGE = "70:260", "70:390", "85:564"
"""Facilities by `<group>:<code>` (samples/content/facilities_2020)."""
CODES = frozenset({CHECK_IN, CHECK_OUT, MINIMUM_AGE})
MIDNIGHT = time(0)

Hours = tuple[time | None, time | None]


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """On the hotel's clock; None where it is not told. Check-in until 00:00 is until the end of the day."""

    check_in_from: time | None = None
    check_in_until: time | None = None
    check_out_from: time | None = None
    check_out_until: time | None = None
    minimum_age: int | None = None
    """Of the one who checks in."""


class Told(Protocol):
    """A facility of a hotel, as a row or as its page has it."""

    @property
    def number(self) -> int | None: ...
    @property
    def age_from(self) -> int | None: ...
    @property
    def time_from(self) -> time | None: ...
    @property
    def time_to(self) -> time | None: ...


def read(hotel: Hotel) -> Arrival:
    """In one query."""
    rows = HotelFacility.objects.filter(
        hotel=hotel, available=True, facility__kind=Term.Kind.FACILITY, facility__code__in=CODES
    )
    return of({row.facility.code: row for row in rows.select_related("facility")})


def of(facilities: Mapping[str, Told]) -> Arrival:
    """Of a hotel's facilities by their codes."""
    check_in, check_out = _hours(facilities.get(CHECK_IN)), _hours(facilities.get(CHECK_OUT))
    arrives, departs = _check_in(*check_in), _check_out(*check_out)
    minimum = facilities.get(MINIMUM_AGE)
    return Arrival(
        check_in_from=arrives[0],
        check_in_until=arrives[1],
        check_out_from=departs[0],
        check_out_until=departs[1],
        minimum_age=(minimum.number or minimum.age_from or None) if minimum else None,
    )


def _hours(told: Told | None) -> Hours:
    return (told.time_from, told.time_to) if told else (None, None)


def _check_in(first: time | None, last: time | None) -> Hours:
    if first is None or first == MIDNIGHT:
        return None, None if last == MIDNIGHT else last
    return first, None if last == first else last


def _check_out(first: time | None, last: time | None) -> Hours:
    first, last = (None if hour == MIDNIGHT else hour for hour in (first, last))
    if last is None:
        return None, first
    return first if first is not None and first < last else None, last
