"""What a hotel or a room has -> content facilities (REFERENCE section 9; OpenAPI `ApiHotelFacility`).

A value that cannot be read costs only itself, and is told among the page's problems.
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds import content_schemas as wire
from suppliers.adapters.hotelbeds.mapping.pages import Problems
from suppliers.adapters.hotelbeds.mapping.values import Refused, day, money
from suppliers.content_types import ContentFacility, FeeUnit

UNKNOWN_UNIT = "fee_unit_unknown"
UNREADABLE_VALUE = "facility_value_unreadable"
OLDEST = 120

_UNITS = {
    "UN": FeeUnit.UNIT_NIGHT,
    "US": FeeUnit.UNIT_STAY,
    "PN": FeeUnit.PERSON_NIGHT,
    "PS": FeeUnit.PERSON_STAY,
}
"""No document says what the application types mean. Only UN was ever recorded, of car parks and pets, and the same
supplier words a car park's fee in its rate comments as "12.00 EUR Per unit/night" (OpenAPI of the Booking API), and
others as "Per unit/stay" and "Per person/night": the two initials. Any other code is shown without a unit."""


def of(listed: list[wire.Facility] | None, hotel: str, problems: Problems) -> tuple[ContentFacility, ...]:
    if not listed:
        return ()
    found = []
    for one in listed:
        facility, odd = _read(one)
        found.append(facility)
        if odd:
            problems += [(kind, f"{hotel} {example}") for kind, example in odd]
    return tuple(found)


@lru_cache(maxsize=50_000)
def _read(one: wire.Facility) -> tuple[ContentFacility, Problems]:
    """Millions on the wire, some thousands of different ones: each made once and shared.

    `indYesOrNo: false` says the hotel has it not, unless it is one that counts (total rooms: false, 260).
    """
    code = f"{one.facility_group_code}:{one.facility_code}"
    odd = _Odd(code)
    has = one.ind_yes_or_no is not False or bool(one.number) or bool(one.distance)
    amount = _amount(one, odd)
    starts_on, ends_on = _days(one, odd)
    age_from, age_to = _ages(one, odd)
    facility = ContentFacility(
        code=code,
        available=has and one.ind_logic is not False,
        fee=bool(one.ind_fee),
        number=one.number,
        distance=one.distance,
        amount=amount,
        unit=_unit(one, odd) if amount is not None else None,
        time_from=_time(one.time_from, odd),
        time_to=_time(one.time_to, odd),
        starts_on=starts_on,
        ends_on=ends_on,
        age_from=age_from,
        age_to=age_to,
    )
    return facility, odd.found


class _Odd:
    def __init__(self, code: str) -> None:
        self.found: Problems = []
        self._code = code

    def __call__(self, value: object, kind: str = UNREADABLE_VALUE) -> None:
        self.found.append((kind, f"{self._code}: {value}"))


def _amount(one: wire.Facility, odd: _Odd) -> Money | None:
    """With as many digits as it needs: 60 and 60.00 are one value, and whichever came first would stand for both."""
    if one.amount is None:
        return None
    try:
        read = money(one.amount, one.currency)
    except Refused as error:
        odd(error)
        return None
    if read.amount < 0:
        odd(read)
        return None
    return Money.of(f"{read.amount.normalize():f}", read.currency)


def _unit(one: wire.Facility, odd: _Odd) -> FeeUnit | None:
    code = (one.application_type or "").strip().upper()
    if code and code not in _UNITS:
        odd(code, UNKNOWN_UNIT)
    return _UNITS.get(code)


def _time(text: str | None, odd: _Odd) -> time | None:
    """`15:00:00`. The day's end may be written as 24."""
    if not text:
        return None
    try:
        read = time.fromisoformat("00:00" if text.startswith("24:00") else text)
    except ValueError:
        odd(repr(text))
        return None
    if read.tzinfo is not None:
        odd(repr(text))
        return None
    return read.replace(second=0, microsecond=0)


def _days(one: wire.Facility, odd: _Odd) -> tuple[date | None, date | None]:
    first, last = _day(one.date_from, odd), _day(one.date_to, odd)
    if first and last and first > last:
        odd(f"{first} to {last}")
        return None, None
    return first, last


def _day(text: str | None, odd: _Odd) -> date | None:
    if not text:
        return None
    try:
        return day(text, what="date")
    except Refused as error:
        odd(error)
        return None


def _ages(one: wire.Facility, odd: _Odd) -> tuple[int | None, int | None]:
    """Zero years limit nothing."""
    youngest, oldest = one.age_from or None, one.age_to or None
    if not 0 < (youngest or 1) <= (oldest or OLDEST) <= OLDEST:
        odd(f"ages {youngest} to {oldest}")
        return None, None
    return youngest, oldest
