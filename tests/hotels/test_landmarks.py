"""Places worked out from the hotels that name them: where, how many, and what is left out."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faredown.lib import clock
from hotels.models import Country, Destination, Hotel, HotelCode, Landmark, Term
from hotels.services.content import landmarks, placing
from hotels.services.content.placing import Sighting

# A degree of latitude is 111,195 m, of longitude at 60 degrees north half of it.
NORTH, EAST = 1 / 111_195, 2 / 111_195
HOME = (60.0, 20.0)


def seen(east: float, north: float, metres: float | None = None) -> Sighting:
    """From a hotel so many metres east and north of the thing, which tells its true distance unless told."""
    told = math.hypot(east, north) if metres is None else metres
    return Sighting(HOME[0] + north * NORTH, HOME[1] + east * EAST, told)


AROUND = [seen(1000, 0), seen(0, 1500), seen(-2000, 0), seen(0, -500), seen(900, 1200)]


def off(point: tuple[float, float] | None) -> float:
    """Metres from where it is."""
    assert point is not None
    return math.hypot((point[0] - HOME[0]) / NORTH, (point[1] - HOME[1]) / EAST)


@pytest.mark.parametrize(
    ("sightings", "within"),
    [
        (AROUND, 5),
        ([seen(3000, 400), seen(2500, 1500), seen(2600, -1900), seen(4000, 100)], 10),
        ([seen(x, y, round(math.hypot(x, y), -3)) for x, y in ((4200, 0), (0, 6300), (-7400, 900))], 600),
        ([*AROUND, seen(50, 0, 18_000)], 5),
        ([seen(100, 0), seen(200, 0), seen(300, 0)], 5),
        ([seen(0, 0, 400)] * 3, 1),
    ],
    ids=[
        *("all round", "all on one side", "whole kilometres", "one that lies", "in a row, but close"),
        "all on one spot, and close",
    ],
)
def test_a_point_from_its_neighbours(sightings: list[Sighting], within: float) -> None:
    assert off(placing.point(sightings)) <= within


@pytest.mark.parametrize(
    "sightings",
    [
        [],
        AROUND[:2],
        [seen(0, 0, 500), seen(9000, 0, 500), seen(0, 9000, 500)],
        [seen(15_000, 0), seen(15_100, 0), seen(15_200, 0)],
        [seen(0, 0, 15_000)] * 3,
    ],
    ids=[
        *("nobody", "two", "three that cannot all be right", "far away and in a row"),
        "on one spot and far from it",
    ],
)
def test_no_point_where_they_disagree_or_it_stays_vague(sightings: list[Sighting]) -> None:
    assert placing.point(sightings) is None


def test_a_point_on_the_date_line() -> None:
    near = [
        Sighting(0.0, 179.995, 556.0),
        Sighting(0.0, -179.995, 556.0),
        Sighting(0.005, 180.0, 556.0),
        Sighting(-0.005, 180.0, 556.0),
    ]
    point = placing.point(near)
    assert point is not None
    assert point[0] == 0
    assert 180 - abs(point[1]) < 0.0001


@pytest.fixture
def town(db: None) -> Destination:
    country = Country.objects.create(iso_code="FI", code="FI", names={"en": "Finland"})
    Country.objects.create(iso_code="GB", code="UK", names={"en": "United Kingdom"})
    Destination.objects.create(name="Turku", country=country, names={"en": "Turku", "sv": "Åbo"})
    for code, group, land, names in (
        ("HEL", "A", "FI", {"en": "Vantaa Airport", "es": "Aeropuerto de Vantaa"}),
        ("PRT", "P", "UK", {"en": "West Harbour"}),
        ("RWS", "T", "FI", {"es": "Estación"}),
        ("NIL", "A", "FI", {"en": "Far Away"}),
    ):
        Term.objects.create(
            supplier="s", kind="terminal", code=code, group=group, country_code=land, names=names
        )
    return Destination.objects.create(name="Helsinki", country=country)


def hotel(town: Destination, sighting: Sighting, points: list[str], terminals: list[str]) -> Hotel:
    metres = round(sighting.metres)
    made = Hotel.objects.create(
        name="House",
        country_id="FI",
        destination=town,
        latitude=sighting.latitude,
        longitude=sighting.longitude,
        points=[{"name": name, "metres": metres} for name in points],
        terminals=[{"code": code, "metres": metres} for code in terminals],
    )
    HotelCode.objects.create(supplier="s", code=str(made.pk), hotel=made)
    return made


def told() -> dict[str, tuple[str, str, int, bool]]:
    return {
        mark.code.partition(":")[2] or mark.code: (
            mark.kind,
            mark.name,
            mark.hotel_count,
            mark.latitude is not None,
        )
        for mark in Landmark.objects.all()
    }


def test_landmarks_of_the_hotels(town: Destination) -> None:
    lists = [["UNIVERSITY MUSEUM", "Åbo", "Beach"], ["University Museum", "Kiosk"], ["University museum"]]
    lists += [["university  museum!", "University Museum", "Kiosk", "Turku", ""], []]
    codes = [["HEL", "PRT"], ["HEL"], ["HEL", "RWS"], ["HEL", "XXX"], ["HEL"]]
    hotels = [hotel(town, *given) for given in zip(AROUND, lists, codes, strict=True)]
    assert landmarks.refresh("s", since=None) == 4
    assert told() == {
        "university museum": ("landmark", "University Museum", 4, True),
        "HEL": ("airport", "Vantaa Airport", 5, True),
        "PRT": ("port", "West Harbour", 1, False),
        "RWS": ("station", "Estación", 1, False),
    }
    airport, port = Landmark.objects.get(code="HEL"), Landmark.objects.get(code="PRT")
    assert off((airport.latitude or 0, airport.longitude or 0)) <= 5
    assert airport.name_in("es") == "Aeropuerto de Vantaa"
    assert (airport.country_id, airport.destination, port.country_id) == ("FI", town, "GB")

    with CaptureQueriesContext(connection) as queries:
        assert landmarks.refresh("s", since=None) == 0
    assert not [one for one in queries if "hotels_landmark" in one["sql"] and "INSERT" in one["sql"]]

    Hotel.objects.filter(pk__in=[hotels[0].pk, hotels[3].pk]).update(status="retired")
    Term.objects.filter(code="HEL").update(names={"en": "Vantaa"})
    assert landmarks.refresh("s", since=None) == 3
    assert told() == {
        "HEL": ("airport", "Vantaa", 3, True),
        "RWS": ("station", "Estación", 1, False),
    }


def test_only_what_was_touched_is_looked_at(town: Destination) -> None:
    for sighting in AROUND[:3]:
        hotel(town, sighting, ["Tower"], ["HEL"])
    assert landmarks.refresh("s", since=None) == 2
    before = clock.now() + timedelta(hours=1)
    with CaptureQueriesContext(connection) as queries:
        assert landmarks.refresh("s", since=before) == 0
    assert not [one for one in queries if "jsonb_array_elements" in one["sql"]]

    Term.objects.filter(code="HEL").update(names={"en": "Vantaa"})
    assert landmarks.refresh("s", since=before) == 1
    late = hotel(town, AROUND[3], ["Tower"], ["PRT"])
    Hotel.objects.filter(pk=late.pk).update(updated_at=before)
    assert landmarks.refresh("s", since=before) == 2
    assert told() == {
        "tower": ("landmark", "Tower", 4, True),
        "HEL": ("airport", "Vantaa", 3, True),
        "PRT": ("port", "West Harbour", 1, False),
    }
    Hotel.objects.filter(pk=late.pk).update(status="retired")
    assert landmarks.refresh("s", since=before) == 2
    assert told()["tower"] == ("landmark", "Tower", 3, True)
    assert "PRT" not in told()


def test_another_suppliers_landmarks_are_left_alone(town: Destination) -> None:
    Landmark.objects.create(supplier="other", kind="airport", code="HEL", name="Theirs")
    assert landmarks.refresh("s", since=None) == 0
    assert Landmark.objects.count() == 1
