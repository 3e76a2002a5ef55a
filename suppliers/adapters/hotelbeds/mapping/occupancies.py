"""The asked rooms <-> Hotelbeds' occupancies: identical rooms are one entry with `rooms: n` (REFERENCE 4.2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from suppliers.adapters.hotelbeds import schemas
from suppliers.adapters.hotelbeds.mapping.values import Refused
from suppliers.types import Occupancy


def canonical(occupancy: Occupancy) -> Occupancy:
    """Ages in order: a room for children of 8 and 5 is the same as one for 5 and 8."""
    return Occupancy(occupancy.adults, tuple(sorted(occupancy.child_ages)))


@dataclass(frozen=True, slots=True)
class Asked:
    """Kinds of room asked for, in the asker's order, with how many of each."""

    rooms: dict[Occupancy, int]

    @classmethod
    def of(cls, occupancies: Sequence[Occupancy]) -> Asked:
        rooms: dict[Occupancy, int] = {}
        for occupancy in map(canonical, occupancies):
            rooms[occupancy] = rooms.get(occupancy, 0) + 1
        return cls(rooms)

    def wire(self) -> list[dict[str, Any]]:
        return [_entry(occupancy, rooms) for occupancy, rooms in self.rooms.items()]

    def match(self, rate: schemas.Rate) -> Occupancy:
        """Which of the asked kinds a rate answers."""
        ages = ages_of(rate.children_ages)
        fitting = [
            occupancy
            for occupancy in self.rooms
            if rate.adults in (None, occupancy.adults)
            and rate.children in (None, len(occupancy.child_ages))
            and (not ages or ages == occupancy.child_ages)
        ]
        if len(fitting) != 1:
            raise Refused(
                "answers no room that was asked for" if not fitting else "answers several asked rooms"
            )
        return fitting[0]


def ages_of(wire: int | str | list[int] | None) -> tuple[int, ...]:
    """`"8"`, `"5,6"`, `"5~6"`, 8 or a list: in order."""
    if isinstance(wire, str):
        return tuple(sorted(int(age) for age in re.findall(r"\d+", wire)))
    if isinstance(wire, int):
        return (wire,)
    return tuple(sorted(wire or ()))


def _entry(occupancy: Occupancy, rooms: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "rooms": rooms,
        "adults": occupancy.adults,
        "children": len(occupancy.child_ages),
    }
    if occupancy.child_ages:
        # Per room, as `children` is: the service compares the two counts.
        entry["paxes"] = [{"type": "CH", "age": age} for age in occupancy.child_ages]
    return entry
