"""Asked rooms by occupancy, and how rates cover them.

Suppliers price each occupancy by itself. Identical rooms come as one rate for all of them (`rate.rooms` = how many) or
as rates of a single room; those are taken room by room. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from suppliers.types import Occupancy, Rate, Sketch

Offered = TypeVar("Offered", Rate, Sketch)


class Group(msgspec.Struct, frozen=True):
    """Rooms asked with one and the same occupancy; `rooms` are their indexes in the question."""

    occupancy: Occupancy
    rooms: tuple[int, ...]


def of(rooms: Sequence[Occupancy]) -> tuple[Group, ...]:
    """In the order in which each occupancy is first asked for."""
    indexes: dict[Occupancy, list[int]] = {}
    for index, room in enumerate(rooms):
        indexes.setdefault(room.normal(), []).append(index)
    return tuple(Group(occupancy, tuple(found)) for occupancy, found in indexes.items())


def places(rates: Sequence[Offered], group: Group) -> list[int]:
    """Where among a hotel's rates, or their sketches, those of the group stand that we can sell as they are: whole
    group or room by room, paid to us, not only in a package."""
    sizes, asked = (1, len(group.rooms)), group.occupancy
    return [
        place
        for place, rate in enumerate(rates)
        if rate.rooms in sizes
        and rate.for_sale
        and (rate.allotment is None or rate.allotment >= rate.rooms)
        and (rate.occupancy == asked or rate.occupancy.normal() == asked)
    ]


def sellable(rates: Sequence[Offered], group: Group) -> list[Offered]:
    return [rates[place] for place in places(rates, group)]


def covers(rate: Offered, group: Group) -> Iterator[tuple[int, ...]]:
    """Which rooms each offer of this rate is for. A rate of one room with one room left is offered for each of the
    rooms too: the guest takes it for one of them."""
    if rate.rooms == len(group.rooms):
        yield group.rooms
    else:
        yield from ((room,) for room in group.rooms)


def times(rate: Offered, group: Group) -> int:
    """How many of the group's covers this rate can make at once."""
    if rate.rooms == len(group.rooms):
        return 1
    wanted = len(group.rooms)
    return wanted if rate.allotment is None else min(wanted, rate.allotment)
