"""Whether what a traveller asks can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from faredown.lib import clock
from faredown.lib.errors import FieldError, InvalidInput
from hotels.criteria import Criteria
from hotels.selectors import reference, targets
from hotels.services import pricing

MAX_NIGHTS = 30
MAX_DAYS_AHEAD = 500
MAX_ROOMS = 9
MAX_ADULTS = 9
MAX_CHILDREN = 6
MAX_CHILD_AGE = 17
MAX_HOTEL_IDS = 200
MAX_RADIUS_KM = 200

_EARLIEST_CLOCK = "Etc/GMT+12"
"""Where the day begins last: a date that is past there is past everywhere."""


def validate(criteria: Criteria) -> Criteria:
    """The same, with codes in upper case. Raises InvalidInput with every refused field; a place that exists but
    cannot be searched (a country) is Unprocessable `destination_not_searchable`."""
    asked = msgspec.structs.replace(
        criteria, currency=criteria.currency.upper(), residency=criteria.residency.upper()
    )
    errors = [*_dates(asked), *_rooms(asked), *_codes(asked), *_place(asked)]
    if errors:
        raise InvalidInput(detail=errors[0].message, errors=errors)
    target = targets.find(asked)
    if asked.check_in < clock.today(target.timezone):
        raise InvalidInput(detail=_PAST.message, errors=[_PAST])
    return asked


_PAST = FieldError("check_in", "in_the_past", "Check-in is before today at the place.")


def _dates(asked: Criteria) -> Iterator[FieldError]:
    today = clock.today(_EARLIEST_CLOCK)
    if asked.check_in < today:
        yield _PAST
    if asked.check_in > today + timedelta(days=MAX_DAYS_AHEAD):
        yield FieldError("check_in", "too_far_ahead", f"Check-in is at most {MAX_DAYS_AHEAD} days ahead.")
    if asked.nights < 1:
        yield FieldError("check_out", "not_after_check_in", "Check-out is after check-in.")
    if asked.nights > MAX_NIGHTS:
        yield FieldError("check_out", "too_long", f"A stay is at most {MAX_NIGHTS} nights.")


def _rooms(asked: Criteria) -> Iterator[FieldError]:
    if not 1 <= len(asked.rooms) <= MAX_ROOMS:
        yield FieldError("rooms", "number_of_rooms", f"From 1 to {MAX_ROOMS} rooms.")
    for index, room in enumerate(asked.rooms):
        if not 1 <= room.adults <= MAX_ADULTS:
            yield FieldError(
                f"rooms.{index}.adults", "out_of_range", f"From 1 to {MAX_ADULTS} adults in a room."
            )
        ages = f"rooms.{index}.children_ages"
        if len(room.child_ages) > MAX_CHILDREN:
            yield FieldError(ages, "too_many", f"At most {MAX_CHILDREN} children in a room.")
        if any(not 0 <= age <= MAX_CHILD_AGE for age in room.child_ages):
            yield FieldError(ages, "out_of_range", f"A child's age is from 0 to {MAX_CHILD_AGE} at check-in.")


def _codes(asked: Criteria) -> Iterator[FieldError]:
    if not pricing.current_policy().rates.knows(asked.currency):
        yield FieldError("currency", "unknown_currency", "We do not sell in this currency.")
    if asked.residency and asked.residency not in reference.country_codes():
        yield FieldError("residency", "not_a_country", "A country as two letters (ISO 3166).")


def _place(asked: Criteria) -> Iterator[FieldError]:
    circle = (asked.latitude, asked.longitude, asked.radius_km)
    given = [bool(asked.destination_id), bool(asked.hotel_ids), any(value is not None for value in circle)]
    if sum(given) != 1:
        yield FieldError(
            "destination_id",
            "one_place",
            "Give one of destination_id, hotel_ids, or latitude, longitude, radius_km.",
        )
        return
    if len(asked.hotel_ids) > MAX_HOTEL_IDS:
        yield FieldError("hotel_ids", "too_many", f"At most {MAX_HOTEL_IDS} hotels.")
    if given[2]:
        yield from _circle(asked)


def _circle(asked: Criteria) -> Iterator[FieldError]:
    limits = {
        "latitude": (-90.0, 90.0),
        "longitude": (-180.0, 180.0),
        "radius_km": (0.1, float(MAX_RADIUS_KM)),
    }
    for name, (least, most) in limits.items():
        value = getattr(asked, name)
        if value is None:
            yield FieldError(name, "required", "A circle needs latitude, longitude and radius_km.")
        elif not least <= value <= most:
            yield FieldError(name, "out_of_range", f"From {least:g} to {most:g}.")
