"""Where each hotel stands: positions 0..n-1 dealt out to destinations and zones by arithmetic, nothing stored.

A position becomes a hotel code (ascending, with gaps), and through a fixed permutation a rank; the ranks are cut into
one run per destination. So a destination's hotels are spread over the codes, as in the wild, and yet found at once.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from math import cos, gcd, log10, pi, radians, sin, sqrt
from random import Random
from typing import overload

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.catalogue import geography
from suppliers.simulators.hotelbeds.catalogue.geography import Destination, Zone

_STEP = 3
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Spot:
    destination: Destination
    zone: Zone
    latitude: float
    longitude: float

    @property
    def setting(self) -> str:
        return self.zone.setting or self.destination.setting


class Layout:
    def __init__(self, hotels: int, seed: int) -> None:
        if hotels < 1:
            raise ValueError("a catalogue needs at least one hotel")
        self.hotels = hotels
        self.seed = seed
        self.destinations = geography.destinations(max(150, 130 + hotels // 6))
        self._ends = list(accumulate(_shares(self.destinations, hotels)))
        self._stride = next(a for a in range(int(hotels * 0.618) | 1, 4 * hotels + 3) if gcd(a, hotels) == 1)
        self._back = pow(self._stride, -1, hotels)
        self._offset = seed % hotels
        self.spot = lru_cache(maxsize=20_000)(self._spot)

    def code(self, position: int) -> int:
        return 1 + _STEP * position + (position * 2654435761 + self.seed * 40503 >> 7) % _STEP

    def position(self, code: int) -> int | None:
        position = (code - 1) // _STEP
        return position if 0 <= position < self.hotels and self.code(position) == code else None

    def destination(self, position: int) -> Destination:
        rank = (position * self._stride + self._offset) % self.hotels
        return self.destinations[bisect_right(self._ends, rank)]

    def positions_in(self, number: int) -> list[int]:
        """Of the destination with that number, ascending."""
        start = self._ends[number - 1] if number else 0
        ranks = range(start, self._ends[number])
        return sorted((rank - self._offset) * self._back % self.hotels for rank in ranks)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Destination code -> its number."""
        return {destination.code: number for number, destination in enumerate(self.destinations)}

    def _spot(self, position: int) -> Spot:
        destination = self.destination(position)
        draw = Random(f"{self.seed}/{position}/spot")
        zone = draw.choices(destination.zones, [zone.weight for zone in destination.zones])[0]
        return Spot(destination, zone, *_coordinates(draw, zone))


class Codes(Sequence[int]):
    """All hotel codes in order, worked out as they are asked for."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def __len__(self) -> int:
        return self._layout.hotels

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        picked = range(len(self))[index]
        if isinstance(picked, range):
            return [self._layout.code(position) for position in picked]
        return self._layout.code(picked)

    def __iter__(self) -> Iterator[int]:
        return map(self._layout.code, range(len(self)))

    def __contains__(self, code: object) -> bool:
        return isinstance(code, int) and self._layout.position(code) is not None


def _shares(destinations: Sequence[Destination], hotels: int) -> list[int]:
    """How many hotels each gets: in a small catalogue four fifths stand in the well-known places, in a large one the
    long tail takes over; largest remainders first."""
    known = sum(d.weight for d in destinations if d.airport)
    tail = sum(d.weight for d in destinations if not d.airport) or 1.0
    part = min(0.8, 0.18 + max(0.0, log10(hotels / 2000)) * 0.28)
    wished = [
        hotels * ((1 - part) * d.weight / known if d.airport else part * d.weight / tail)
        for d in destinations
    ]
    shares = [int(number) for number in wished]
    by_rest = sorted(range(len(wished)), key=lambda k: (shares[k] - wished[k], k))
    for number in by_rest[: hotels - sum(shares)]:
        shares[number] += 1
    return shares


def _coordinates(draw: Random, zone: Zone) -> tuple[float, float]:
    """Mostly six decimals; some keep every digit of a float, some share the rounded middle of the zone."""
    away = zone.radius_km * sqrt(draw.random()) / _KM_PER_DEGREE
    angle = draw.random() * 2 * pi
    latitude = zone.latitude + away * sin(angle)
    longitude = zone.longitude + away * cos(angle) / max(0.2, cos(radians(zone.latitude)))
    style = chance.unit("coordinates", latitude, longitude)
    if style < 0.03:
        return round(zone.latitude, 2), round(zone.longitude, 2)
    if style < 0.1:
        return latitude, longitude
    return round(latitude, 6), round(longitude, 6)
