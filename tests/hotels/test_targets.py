"""From a place in a question to its hotels: regions, circles around airports and sights, the date line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from faredown.lib.errors import InvalidInput, Unprocessable
from hotels.criteria import Criteria
from hotels.models import Country, Destination, Hotel, Landmark, Region
from hotels.selectors import targets

HOTELS = {
    "At the airport": (39.551, 2.739, "Europe/Madrid"),
    "24 km on": (39.767, 2.739, "Europe/Madrid"),
    "In a corner of the box": (39.75, 2.99, "Europe/Madrid"),
    "26 km on": (39.785, 2.739, "Europe/Madrid"),
    "West of the date line": (-16.8, 179.95, "Pacific/Fiji"),
    "East of the date line": (-16.8, -179.95, "Pacific/Fiji"),
    "Near the pole": (89.9, 100.0, "Arctic/Longyearbyen"),
}


@pytest.fixture(autouse=True)
def spain(db: None) -> Destination:
    Country.objects.create(iso_code="ES", names={"en": "Spain"}, hotel_count=1)
    city = Destination.objects.create(name="Palma", country_id="ES", latitude=39.57, longitude=2.65)
    for name, (latitude, longitude, zone) in HOTELS.items():
        Hotel.objects.create(
            name=name,
            country_id="ES",
            destination=city,
            latitude=latitude,
            longitude=longitude,
            timezone=zone,
        )
    Hotel.objects.create(name="Nowhere", country_id="ES", destination=city)
    Hotel.objects.create(
        name="Gone", country_id="ES", destination=city, latitude=39.55, longitude=2.74, status="retired"
    )
    return city


def circle(latitude: float, longitude: float, radius_km: float) -> Criteria:
    return asked(latitude=latitude, longitude=longitude, radius_km=radius_km)


def asked(**place: Any) -> Criteria:
    day = date(2027, 1, 10)
    return Criteria(check_in=day, check_out=day, rooms=(), currency="EUR", **place)


def found(question: Criteria) -> set[str]:
    """Names of the hotels a search asks about."""
    target = targets.find(question)
    rows = targets.live_hotels(target).values_list("name", "latitude", "longitude")
    return {name for name, latitude, longitude in rows if targets.is_inside(target, latitude, longitude)}


def landmark(kind: str, *, at: tuple[float, float] | None) -> Landmark:
    latitude, longitude = at or (None, None)
    return Landmark.objects.create(
        supplier="hotelbeds", kind=kind, code="PMI", name="Here", latitude=latitude, longitude=longitude
    )


def test_an_airport_is_a_circle_of_25_km() -> None:
    airport = landmark("airport", at=(39.55, 2.74))
    question = asked(destination_id=airport.public_id)
    assert found(question) == {"At the airport", "24 km on"}
    target = targets.find(question)
    assert (target.timezone, target.latitude, target.radius_km) == ("Europe/Madrid", 39.55, 25.0)


def test_a_sight_is_a_circle_of_5_km() -> None:
    assert found(asked(destination_id=landmark("landmark", at=(39.55, 2.74)).public_id)) == {"At the airport"}


def test_a_landmark_without_a_point_cannot_be_searched() -> None:
    nowhere = landmark("landmark", at=None)
    with pytest.raises(Unprocessable, match="destination_not_searchable"):
        targets.find(asked(destination_id=nowhere.public_id))


def test_a_region_has_the_hotels_of_its_own() -> None:
    region = Region.objects.create(country_id="ES", code="07", name="Balears", latitude=39.6, longitude=2.9)
    Hotel.objects.filter(name__in=("Nowhere", "24 km on", "Gone")).update(region=region)
    question = asked(destination_id=region.public_id)
    assert found(question) == {"Nowhere", "24 km on"}
    assert targets.find(question).latitude == 39.6


@pytest.mark.parametrize("longitude", [179.99, -179.99, 180.0, -180.0])
def test_a_circle_over_the_date_line(longitude: float) -> None:
    question = circle(-16.8, longitude, 20)
    assert found(question) == {"West of the date line", "East of the date line"}
    assert targets.find(question).timezone == "Pacific/Fiji"


def test_a_circle_over_the_pole() -> None:
    assert found(circle(89.9, -80.0, 50)) == {"Near the pole"}


def test_an_empty_circle() -> None:
    assert found(circle(0.0, 0.0, 200)) == set()
    assert targets.find(circle(0.0, 0.0, 200)).timezone == "UTC"


def test_a_circle_is_looked_up_in_the_index() -> None:
    rows = targets.live_hotels(targets.find(circle(39.55, 2.74, 25))).values("pk").order_by()
    with connection.cursor() as cursor:
        # Over a handful of rows any index of live hotels would do as well.
        cursor.execute("SET LOCAL enable_seqscan = off; DROP INDEX hotel_by_destination")
    plan = rows.explain()
    assert "hotel_by_position" in plan
    assert "Index Cond: (point(longitude, latitude) <@ " in plan


@pytest.mark.parametrize("public_id", ["reg_nowhere", "lmk_nowhere", "dst_", "xyz_1", "ZZ", ""])
def test_places_that_are_not_there(public_id: str) -> None:
    with pytest.raises(InvalidInput):
        targets.find(asked(destination_id=public_id))
