"""Rooms and boards by the catalogue's names in the reader's language; the supplier's own where it has none."""

from __future__ import annotations

from faredown.accounts import visitor
from hotels.models import Hotel, HotelRoom, Term, names
from hotels.selectors import vocabulary


class Names:
    """Of one hotel: one query for its rooms, boards from the cache."""

    def __init__(self, hotel: Hotel) -> None:
        self._language = visitor.language()
        self._rooms = dict(HotelRoom.objects.filter(hotel=hotel).values_list("code", "names"))
        self._boards = vocabulary.labels(Term.Kind.BOARD, self._language)

    def room(self, code: str, otherwise: str) -> str:
        return names.pick(self._rooms.get(code, {}), self._language) or otherwise

    def board(self, code: str, otherwise: str) -> str:
        return self._boards.get(code, otherwise)
