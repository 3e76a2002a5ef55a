"""Rooms left. Each hotel gives a number of rooms per type and night; what is booked is taken from it."""

from collections import Counter

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.booking.stay import Stay
from suppliers.simulators.hotelbeds.catalogue import Hotel
from suppliers.simulators.hotelbeds.state import State


class Allotments:
    def __init__(self, state: State, *, seed: int) -> None:
        self._state = state
        self._seed = seed
        self._given: dict[tuple[int, str, str], int] = {}

    def left(self, hotel: Hotel, room: str, nights: list[str]) -> int:
        """The least over the nights; 0 when one night is closed or gone."""
        taken = self._state.taken(hotel.code)
        if not taken:
            return min(self._capacity(hotel.code, room, night) for night in nights)
        return max(
            0, min(self._capacity(hotel.code, room, night) - taken.get((room, night), 0) for night in nights)
        )

    def lacks(self, hotel: int, wanted: Counter[tuple[str, str]], held: Counter[tuple[str, str]]) -> bool:
        """Whether some (room, night) has fewer rooms left than wanted, counting those already held as free."""
        taken = self._state.taken(hotel)
        return any(
            self._capacity(hotel, *slot) - taken.get(slot, 0) + held[slot] < rooms
            for slot, rooms in wanted.items()
        )

    def take(self, hotel: int, room: str, stay: Stay, rooms: int) -> None:
        self._state.take(hotel, room, stay.night_names(), rooms)

    def _capacity(self, hotel: int, room: str, night: str) -> int:
        key = (hotel, room, night)
        found = self._given.get(key)
        if found is None:
            if len(self._given) > 500_000:
                self._given.clear()
            found = self._given[key] = _capacity(self._seed, hotel, room, night)
        return found


def _capacity(seed: int, hotel: int, room: str, night: str) -> int:
    if chance.unit(seed, "stop sale", hotel, night) < 0.01:
        return 0
    draw = chance.unit(seed, "allotment", hotel, room, night)
    if draw < 0.012:
        return 0
    plenty = chance.unit(seed, "plenty", hotel, room) < 0.15
    return 99 if plenty else 1 + int(draw * 30)
