"""A facility's values, and what cannot be read of them: only that is lost, and told."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import msgspec
import pytest

from faredown.lib.money import Money
from suppliers.adapters.hotelbeds.mapping import hotels, pages
from suppliers.content_types import ContentFacility, FeeUnit


def read(**facts: Any) -> tuple[ContentFacility, pages.Problems]:
    hotel = {"code": 7, "facilities": [{"facilityCode": 320, "facilityGroupCode": 70, **facts}]}
    page = pages.page(msgspec.json.encode({"total": 1, "hotels": [hotel]}), hotels.HOTELS)
    (found,) = hotels.hotels({"en": page})
    return found.facilities[0], page.problems


def test_every_value() -> None:
    found, problems = read(
        indFee=True,
        amount=12.5,
        currency="EUR",
        applicationType="PN",
        timeFrom="08:30:00",
        timeTo="24:00:00",
        dateFrom="2027-05-01",
        dateTo="2027-09-30",
        ageFrom=3,
        ageTo=12,
    )
    assert problems == []
    assert found == ContentFacility(
        code="70:320",
        fee=True,
        amount=Money.of("12.5", "EUR"),
        unit=FeeUnit.PERSON_NIGHT,
        time_from=time(8, 30),
        time_to=time(0),
        starts_on=date(2027, 5, 1),
        ends_on=date(2027, 9, 30),
        age_from=3,
        age_to=12,
    )


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("UN", FeeUnit.UNIT_NIGHT),
        ("US", FeeUnit.UNIT_STAY),
        ("PN", FeeUnit.PERSON_NIGHT),
        ("PS", FeeUnit.PERSON_STAY),
        ("un ", FeeUnit.UNIT_NIGHT),
        (None, None),
    ],
)
def test_what_a_fee_is_asked_for(code: str | None, unit: FeeUnit | None) -> None:
    found, problems = read(amount=5, currency="EUR", applicationType=code)
    assert (found.amount, found.unit, problems) == (Money.of(5, "EUR"), unit, [])


def test_an_amount_is_written_in_one_way() -> None:
    """The hash of a hotel's rows reads its digits."""
    body = b"""{"total": 1, "hotels": [{"code": 7, "facilities": [
        {"facilityCode": 1, "facilityGroupCode": 70, "amount": 60.00, "currency": "EUR"},
        {"facilityCode": 1, "facilityGroupCode": 70, "amount": 60, "currency": "EUR"},
        {"facilityCode": 1, "facilityGroupCode": 70, "amount": 12.50, "currency": "EUR"}]}]}"""
    (found,) = hotels.hotels({"en": pages.page(body, hotels.HOTELS)})
    assert [str(one.amount) for one in found.facilities] == ["60 EUR", "60 EUR", "12.5 EUR"]


def test_a_unit_that_nobody_knows_leaves_the_amount_without_one() -> None:
    found, problems = read(amount=5, currency="EUR", applicationType="ZZ")
    assert (found.amount, found.unit) == (Money.of(5, "EUR"), None)
    assert problems == [("fee_unit_unknown", "7 70:320: ZZ")]
    # The same facility of the next hotel is made no second time, and told once more.
    assert read(amount=5, currency="EUR", applicationType="ZZ")[1] == problems


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"amount": 5}, "amount without currency"),
        ({"amount": 5, "currency": "euros"}, "amount: 'euros' is not an ISO 4217 code"),
        ({"amount": -5, "currency": "EUR"}, "-5 EUR"),
        ({"timeFrom": "25:00:00"}, "'25:00:00'"),
        ({"timeTo": "noon"}, "'noon'"),
        ({"timeTo": "12:00:00+02:00"}, "'12:00:00+02:00'"),
        ({"dateFrom": "summer"}, "date 'summer' is not a date"),
        ({"dateFrom": "2027-09-30", "dateTo": "2027-05-01"}, "2027-09-30 to 2027-05-01"),
        ({"ageFrom": 12, "ageTo": 3}, "ages 12 to 3"),
        ({"ageFrom": -1}, "ages -1 to None"),
        ({"ageTo": 999}, "ages None to 999"),
    ],
)
def test_what_cannot_be_read(facts: dict[str, Any], told: str) -> None:
    found, problems = read(number=3, **facts)
    assert found == ContentFacility(code="70:320", number=3)
    assert problems == [("facility_value_unreadable", f"7 70:320: {told}")]


def test_no_years_are_no_limit() -> None:
    found, problems = read(ageFrom=0, ageTo=12)
    assert (found.age_from, found.age_to, problems) == (None, 12, [])
