"""What a house has, so that its texts, facilities and pictures tell the same story."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from suppliers.simulators.hotelbeds.catalogue.model import Hotel


@dataclass(frozen=True, slots=True)
class Amenities:
    pool: bool
    spa: bool
    restaurant: bool
    bar: bool
    gym: bool
    parking: bool
    beach: bool
    terrace: bool
    conference: bool
    family: bool
    lift: bool
    adults_only: bool
    rooms: int
    floors: int
    metres: int
    """To what the hotel is near: the beach, else public transport."""


@lru_cache(maxsize=5_000)
def amenities(hotel: Hotel) -> Amenities:
    draw = Random(f"{hotel.code}/amenities")
    by_sea = hotel.setting == "beach"
    stars = hotel.stars
    serviced = hotel.accommodation_type_code not in "AVL"
    floors = draw.randint(1, 5) if stars < 4 else draw.randint(3, 24 if hotel.setting == "city" else 12)
    adults_only = "Adults Only" in hotel.name
    return Amenities(
        pool=draw.random() < (0.12 * stars + (0.35 if by_sea or hotel.setting == "resort" else -0.15)),
        spa=draw.random() < 0.25 * (stars - 2.5),
        restaurant=serviced and draw.random() < 0.22 * stars,
        bar=serviced and draw.random() < 0.2 * stars,
        gym=draw.random() < 0.24 * (stars - 1.8),
        parking=draw.random() < 0.65,
        beach=by_sea and draw.random() < 0.4,
        terrace=draw.random() < 0.45,
        conference=draw.random() < 0.25 * (stars - 2.5),
        family=not adults_only and draw.random() < (0.5 if hotel.setting != "city" else 0.2),
        lift=floors > 2 and draw.random() < 0.95,
        adults_only=adults_only,
        rooms=floors * draw.randint(4, 22),
        floors=floors,
        metres=draw.choice((20, 50, 100, 150, 200, 300, 400, 500, 700, 900)),
    )
