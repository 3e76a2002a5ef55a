"""What stands behind an amenity's name."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from hotels.selectors.hotel_details import Facility
from hotels.views import amenities


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({"code": "10:20", "number": 1949}, "(1949)"),
        ({"code": "10:30", "number": 2021}, "(2021)"),
        ({"code": "10:70", "number": 1949}, "(1,949)"),
        ({"code": "40:40", "distance": 1250, "number": 3}, "(1.2 km)"),
        ({"code": "60:130", "number": 0}, ""),
        ({"code": "70:550", "fee": True}, "(for a fee)"),
        ({"code": "70:100", "number": 2, "fee": True}, "(2, for a fee)"),
    ],
)
def test_the_note(facts: dict[str, Any], note: str) -> None:
    with translation.override("en"):
        (found,) = amenities.of([Facility(**{"name": "It", "fee": False, **facts})])
    assert (found.name, found.note) == ("It", note)


def test_hours_that_are_not_known_are_not_told() -> None:
    hours = [Facility(name="Check-in hour", code=code, fee=False) for code in ("70:260", "70:390")]
    assert amenities.of(hours) == ()
