"""Days around a stay in one question: what is taken from an answer, and what is left."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds.mapping import shifts
from suppliers.types import DayRates, Occupancy, StaySearch

FIRST = date(2031, 5, 20)
ASKED = StaySearch(
    hotel_codes=("1",), check_in=FIRST, check_out=date(2031, 5, 23), occupancies=(Occupancy(2),)
)


def row(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "rateKey": "k",
        "net": "100.00",
        "paymentType": "AT_WEB",
        "boardCode": "BB",
        "rooms": 1,
        "adults": 2,
        "children": 0,
        "allotment": 3,
        "shiftRates": [{"net": "90.00", "allotment": 2, "checkIn": "2031-05-21"}],
    }
    return facts | changes


def read(*rows: dict[str, Any]) -> tuple[DayRates, ...]:
    body = {
        "hotels": {
            "hotels": [{"code": 1, "currency": "EUR", "rooms": [{"code": "DBL", "rates": list(rows)}]}]
        }
    }
    return shifts.answer(msgspec.json.encode(body), ASKED)[0]


def nets(*rows: dict[str, Any]) -> dict[int, list[Decimal]]:
    return {day.check_in.day: [one.net for one in day.sketches] for day in read(*rows)}


def test_the_asked_day_and_the_days_beside_it() -> None:
    tax = {"taxes": [{"included": False, "amount": "4.50", "currency": "EUR"}]}
    asked, shifted = read(row(taxes=tax))
    assert (asked.check_in, shifted.check_in) == (FIRST, date(2031, 5, 21))
    assert [one.allotment for one in (asked.sketches[0], shifted.sketches[0])] == [3, 2]
    for day in (asked, shifted):
        assert day.sketches[0].at_property == (Money.of("4.50", "EUR"),)


def test_a_price_set_by_the_contract_is_known_for_its_own_day_only() -> None:
    (day,) = read(row(hotelMandatory=True, sellingRate="130.00"))
    assert (day.check_in, day.sketches[0].mandated) == (FIRST, Decimal("130.00"))


@pytest.mark.parametrize(
    "odd",
    [
        row(packaging=True),
        row(paymentType="AT_HOTEL"),
        row(adults=3),
        row(net="0", shiftRates=[]),
        row(net=None, rateKey=None, shiftRates=[{"net": "-1", "checkIn": "2031-05-21"}]),
        row(net=None, rateKey=None, shiftRates=[{"net": "90", "checkIn": "soon"}]),
        row(net=None, rateKey=None, shiftRates=None),
        row(hotelMandatory=True, shiftRates=[]),
    ],
)
def test_what_is_no_price_costs_only_itself(odd: dict[str, Any]) -> None:
    assert nets(odd) == {}
    assert nets(odd, row()) == {20: [Decimal("100.00")], 21: [Decimal("90.00")]}


def test_the_question_names_the_days() -> None:
    asked = b'{"stay":{"checkIn":"2031-05-20","checkOut":"2031-05-23"},"language":"ENG"}'
    assert msgspec.json.decode(shifts.question(asked, 5)) == {
        "stay": {"checkIn": "2031-05-20", "checkOut": "2031-05-23", "shiftDays": 5},
        "language": "ENG",
    }
