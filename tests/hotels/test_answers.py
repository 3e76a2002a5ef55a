"""What is kept of a supplier's answer says the same as the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from faredown.lib import clock
from faredown.lib.money import Money
from hotels.services import answers
from hotels.services.answers import Answer
from suppliers.types import Availability, HotelRates, Occupancy, Sketch, StaySearch, Tax
from tests.hotels import second
from tests.hotels.rates import rate

pytestmark = pytest.mark.django_db
ASKED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
STAY = StaySearch(
    hotel_codes=("1", "2", "3"),
    check_in=ASKED_AT.date(),
    check_out=ASKED_AT.date(),
    occupancies=(Occupancy(2), Occupancy(1, (4, 9))),
)
FEE = Tax(included=False, amount=Money.of("15.00", "AED"), kind="City Tax")
RATES = (
    rate("100.10"),
    rate("1E+3", board_code="BB", rooms=2, allotment=1, occupancy=Occupancy(1, (9, 4))),
    rate("0.123456789", mandated_price=Money.of("130", "EUR"), taxes=(FEE, FEE)),
    rate("90", non_refundable=True, taxes=(Tax(included=True, amount=Money.of("9", "EUR")),)),
    rate("80", terms=None, package_only=True),
)


def answer(count: int = 40) -> Answer:
    hotels = [HotelRates.of(str(number), "EUR", RATES[number % 5 :]) for number in range(count)]
    found = Availability(hotels=(*hotels, HotelRates.of("empty", "EUR", ())))
    return Answer.of(second.CODE, STAY, found, asked_at=ASKED_AT)


@pytest.mark.parametrize("count", [0, 1, 16, 40])
def test_kept_and_read_again(count: int) -> None:
    told = answer(count)
    kept = answers.unpack(answers.pack(told))
    assert kept is not None
    assert (len(kept), kept.asked_at, kept.supplier) == (count, ASKED_AT, second.CODE)
    assert kept.stay.occupancies == STAY.occupancies
    with second.selling({}):
        for code in map(str, range(count)):
            assert code in kept
            assert kept.sketched(code) == told.sketched(code)
            assert kept.rates(code) == told.rates(code) == RATES[int(code) % 5 :]
    for code in ("empty", "unknown"):
        assert code not in kept
        assert (kept.sketched(code), kept.rates(code)) == (None, ())
    assert answers.pack(kept) == answers.pack(told)


def test_what_is_not_there() -> None:
    assert answers.unpack(None) is None


def test_age() -> None:
    assert Answer.of("x", STAY, Availability(hotels=()), asked_at=clock.now()).age().total_seconds() < 60


def test_what_a_sketch_tells() -> None:
    dear = Sketch.of(RATES[2])
    assert (dear.net, dear.mandated) == (Decimal("0.123456789"), Decimal(130))
    assert dear.at_property == (Money.of("15.00", "AED"),) * 2
    assert [Sketch.of(one).for_sale for one in RATES] == [True, True, True, True, False]
    assert [Sketch.of(one).free_until is None for one in RATES] == [False, False, False, True, True]
    assert Sketch.of(RATES[1]).occupancy == Occupancy(1, (4, 9))
