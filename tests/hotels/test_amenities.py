"""What stands behind an amenity's name, and the hours of arrival and departure."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from faredown.lib import clock
from faredown.lib.money import Money
from hotels.models import HotelFacility
from hotels.selectors import arrivals
from hotels.selectors.hotel_details import Facility
from hotels.views import amenities, times

Unit = HotelFacility.Unit
NOW = clock.today()


def noted(language: str = "en", **facts: Any) -> str:
    with translation.override(language):
        (found,) = amenities.of([Facility(**{"code": "70:1", "name": "It", "fee": False, **facts})])
        assert found.name == "It"
        text = render_to_string("hotels/amenity_notes.html", {"one": found})
    plain = " ".join(text.split()).replace('<span class="muted small">', "").replace("</span>", "")
    return plain.translate(dict.fromkeys(map(ord, "\u2066\u2068\u2069"))).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({"code": "10:20", "number": 1949}, "(1949)"),
        ({"code": "10:30", "number": 2021}, "(2021)"),
        ({"code": "10:70", "number": 1949}, "(1,949)"),
        ({"code": "40:40", "distance": 1250, "number": 3}, "(1.2 km)"),
        ({"code": "60:130", "number": 0}, ""),
        ({"fee": True}, "(for a fee)"),
        ({"number": 2, "fee": True}, "(2, for a fee)"),
        ({"fee": True, "amount": Money.of(60, "GBP"), "unit": Unit.UNIT_NIGHT}, "(£60.00 per night)"),
        ({"amount": Money.of("12.5", "EUR"), "unit": Unit.UNIT_STAY}, "(€12.50 per stay)"),
        ({"amount": Money.of(900, "JPY"), "unit": Unit.PERSON_NIGHT}, "(¥900 per person and night)"),
        ({"amount": Money.of(5, "USD"), "unit": Unit.PERSON_STAY}, "($5.00 per person and stay)"),
        ({"fee": True, "amount": Money.of(5, "USD"), "number": 2}, "(2, for a fee, $5.00)"),
        ({"fee": True, "amount": Money.of(0, "USD"), "unit": Unit.UNIT_NIGHT}, "(for a fee)"),
        ({"amount": Money.of(0, "USD"), "unit": Unit.UNIT_NIGHT}, ""),
        ({"time_from": time(6, 30), "time_to": time(10)}, "(06:30–10:00)"),
        ({"time_from": time(20), "time_to": time(0)}, "(20:00–00:00)"),
        ({"time_from": time(7)}, "(from 07:00)"),
        ({"time_from": time(0), "time_to": time(22)}, "(until 22:00)"),
        ({"time_from": time(0), "time_to": time(0)}, ""),
        ({"time_from": time(9), "time_to": time(9)}, ""),
        ({"age_from": 3, "age_to": 12}, "(ages 3 to 12)"),
        ({"age_from": 16}, "(from age 16)"),
        ({"age_to": 12, "fee": True}, "(up to age 12, for a fee)"),
        ({"starts_on": date(2026, 5, 1), "ends_on": date(2026, 9, 30)}, "(1 May – 30 Sep 2026)"),
        ({"starts_on": date(2026, 11, 1), "ends_on": date(2027, 3, 31)}, "(1 Nov 2026 – 31 Mar 2027)"),
        ({"starts_on": date(2026, 5, 1)}, "(from 1 May 2026)"),
        ({"ends_on": date(2027, 12, 31)}, "(until 31 Dec 2027)"),
        ({"ends_on": NOW + timedelta(days=8000)}, ""),
    ],
)
def test_the_note(facts: dict[str, Any], note: str) -> None:
    assert noted(**facts) == note


def test_the_note_in_the_readers_words() -> None:
    facts = {"fee": True, "amount": Money.of("1250", "EUR"), "unit": Unit.PERSON_NIGHT, "time_from": time(9)}
    assert noted("es", **facts) == "(desde las 09:00, 1.250,00 € por persona y noche)"
    assert "للشخص لليلة" in noted("ar", **facts)


def timed(code: str, first: int | None, last: int | None) -> Facility:
    opens, closes = (None if hour is None else time(hour) for hour in (first, last))
    return Facility(code=code, name="It", fee=False, time_from=opens, time_to=closes)


# How hotels of the samples tell when guests may come and must go: hour by hour as it was sent.
@pytest.mark.parametrize(
    ("check_in", "check_out", "told"),
    [
        ((15, 23), (0, 12), ("from 15:00 until 23:00", "until 12:00")),  # 6613
        ((15, None), (11, None), ("from 15:00", "until 11:00")),  # 33301
        ((16, 0), (0, 11), ("from 16:00 until midnight", "until 11:00")),  # 97334
        ((16, 0), (11, 0), ("from 16:00 until midnight", "until 11:00")),  # 136656
        ((18, None), (None, 11), ("from 18:00", "until 11:00")),  # 153892
        ((15, 15), (11, 11), ("from 15:00", "until 11:00")),  # 442201
        ((14, 2), (7, 12), ("from 14:00 until 02:00", "from 07:00 until 12:00")),
        ((0, 0), (0, 0), ("", "")),
        ((0, 12), (12, 11), ("until 12:00", "until 11:00")),
        ((None, None), (None, None), ("", "")),
    ],
)
def test_hours_of_arrival_and_departure(
    check_in: tuple[int | None, int | None], check_out: tuple[int | None, int | None], told: tuple[str, str]
) -> None:
    hours = {"70:260": check_in, "70:390": check_out}
    arrival = arrivals.of({code: timed(code, *clock) for code, clock in hours.items()})
    with translation.override("en"):
        assert told == (
            times.span(arrival.check_in_from, arrival.check_in_until),
            times.span(arrival.check_out_from, arrival.check_out_until),
        )


def test_what_the_house_rules_say_is_no_amenity() -> None:
    rules = [Facility(name="Check-in hour", code=code, fee=False) for code in ("70:260", "70:390", "85:564")]
    assert amenities.of(rules) == ()


@pytest.mark.parametrize(
    ("facts", "age"),
    [({"number": 21}, 21), ({"number": 0, "age_from": 18}, 18), ({"number": 0}, None), ({}, None)],
)
def test_the_youngest_who_may_check_in(facts: dict[str, Any], age: int | None) -> None:
    rule = Facility(code="85:564", name="It", fee=False, **facts)
    assert arrivals.of({"85:564": rule}) == arrivals.Arrival(minimum_age=age)
