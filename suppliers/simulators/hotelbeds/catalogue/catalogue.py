"""The catalogue: the one object the Content and the Booking API of the simulator share."""

from array import array
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from suppliers.simulators.hotelbeds.catalogue import (
    categories,
    gazetteer,
    hotels,
    rate_comments,
    texts,
)
from suppliers.simulators.hotelbeds.catalogue.changes import Change, Fate, fate
from suppliers.simulators.hotelbeds.catalogue.geography import Destination
from suppliers.simulators.hotelbeds.catalogue.layout import Codes, Layout, Spot
from suppliers.simulators.hotelbeds.catalogue.model import Hotel, RateCommentKey


class Catalogue:
    """Same (hotels, seed, images, changes), same world. Codes ascend with gaps; methods are pure and cheap.

    `images`: so many pictures for every hotel, instead of as many as each has to show.
    """

    def __init__(
        self, hotels: int, seed: int, *, images: int | None = None, changes: Sequence[Change] = ()
    ) -> None:
        self.size = hotels
        self.seed = seed
        self.layout = Layout(hotels, seed)
        self.images = images
        self.changes = tuple(changes)
        self._codes = Codes(self.layout)
        self._hotel = lru_cache(maxsize=20_000)(self._make)
        self._in_destination: dict[str, Sequence[int]] = {}

    @property
    def state(self) -> str:
        """The same for the same contents."""
        return f"{self.size}-{self.seed}-{self.images}-{self.changes}"

    def change(self, changes: Sequence[Change]) -> None:
        """All rounds from the first; forgets the hotels made so far."""
        self.changes = tuple(changes)
        self._hotel.cache_clear()

    def hotel(self, code: int) -> Hotel | None:
        position = self.layout.position(code)
        return None if position is None else self._hotel(position)

    def hotels(self) -> Sequence[int]:
        return self._codes

    def destinations(self) -> Sequence[Destination]:
        return self.layout.destinations

    def destination(self, code: str) -> Destination | None:
        number = self.layout.numbers.get(code)
        return None if number is None else self.layout.destinations[number]

    def in_destination(self, code: str, zone: int | None = None) -> Sequence[int]:
        """Hotel codes, ascending; nothing for an unknown destination or zone."""
        number = self.layout.numbers.get(code)
        if number is None:
            return ()
        if code not in self._in_destination:
            positions = self.layout.positions_in(number)
            self._in_destination[code] = array("l", map(self.layout.code, positions))
        found = self._in_destination[code]
        if zone is None:
            return found
        return [hotel for hotel in found if self._spot(hotel).zone.code == zone]

    def near(self, latitude: float, longitude: float, km: float) -> list[int]:
        """Within a circle, nearest first."""
        found = []
        for destination in self.layout.destinations:
            away = gazetteer.distance_km(latitude, longitude, destination.latitude, destination.longitude)
            if away > km + 25 and away > km + destination.reach_km:
                continue
            for code in self.in_destination(destination.code):
                distance = gazetteer.distance_km(latitude, longitude, *self._coordinates(code))
                if distance <= km:
                    found.append((distance, code))
        return [code for _, code in sorted(found)]

    def within(self, *, north: float, west: float, south: float, east: float) -> list[int]:
        """Within a rectangle; one that crosses the date line has west > east."""
        found = []
        for destination in self.layout.destinations:
            margin = destination.reach_km / 60
            if not south - margin <= destination.latitude <= north + margin:
                continue
            for code in self.in_destination(destination.code):
                latitude, longitude = self._coordinates(code)
                inside = west <= longitude <= east if west <= east else longitude >= west or longitude <= east
                if inside and south <= latitude <= north:
                    found.append(code)
        return sorted(found)

    def destination_name(self, code: str, language: str = texts.ENGLISH) -> str | None:
        found = self.destination(code)
        return None if found is None else texts.destination(code, found.name, language, found.iso)

    def board_name(self, code: str, language: str = texts.ENGLISH) -> str | None:
        return texts.board(code, language)

    def category_name(self, code: str, language: str = texts.ENGLISH) -> str | None:
        return categories.name(code, language)

    def room_name(self, code: str, language: str = texts.ENGLISH) -> str | None:
        return texts.room(code, language)

    def rate_comment(self, key: RateCommentKey, check_in: date, language: str = texts.ENGLISH) -> str | None:
        """All texts that hold for the rate on the day of arrival, joined; English where the language has none."""
        hotel_code = rate_comments.hotel_of(key.code)
        hotel = None if hotel_code is None else self.hotel(hotel_code)
        if hotel is None or key not in hotel.rate_comment_keys:
            return None
        found = [
            rate_comments.text(hotel, key.code, comment, language)
            or rate_comments.text(hotel, key.code, comment, texts.ENGLISH)
            for comment in rate_comments.applying(self.seed, key, check_in)
        ]
        return " ".join(filter(None, found)) or None

    def fate(self, position: int) -> Fate:
        return fate(self.changes, position, hotels.listing(self.seed, position))

    def _make(self, position: int) -> Hotel:
        return hotels.make(self.layout, position, self.fate(position), images=self.images)

    def _spot(self, code: int) -> Spot:
        position = self.layout.position(code)
        if position is None:
            raise LookupError(f"no hotel {code}")
        return self.layout.spot(position)

    def _coordinates(self, code: int) -> tuple[float, float]:
        spot = self._spot(code)
        return spot.latitude, spot.longitude
