"""Asked rooms by occupancy, and how rates cover them.

Suppliers price each occupancy by itself. Identical rooms come as one rate for all of them (`rate.rooms` = how many) or
as rates of a single room; those are taken room by room. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from suppliers.types import HotelRates, Occupancy, Rate


class Group(msgspec.Struct, frozen=True):
    """Rooms asked with one and the same occupancy; `rooms` are their indexes in the question."""

    occupancy: Occupancy
    rooms: tuple[int, ...]


def of(rooms: Sequence[Occupancy]) -> tuple[Group, ...]:
    """In the order in which each occupancy is first asked for."""
    indexes: dict[Occupancy, list[int]] = {}
    for index, room in enumerate(rooms):
        indexes.setdefault(normal(room), []).append(index)
    return tuple(Group(occupancy, tuple(found)) for occupancy, found in indexes.items())


def normal(occupancy: Occupancy) -> Occupancy:
    """The order of the children does not make another room."""
    return Occupancy(occupancy.adults, tuple(sorted(occupancy.child_ages)))


def sellable(hotel: HotelRates, group: Group) -> list[Rate]:
    """Rates of the group we can sell as they are: whole group or room by room, paid to us, not only in a package."""
    return [rate for rate in hotel.rates if _fits(rate, group) and _is_sold_here(rate)]


def covers(rate: Rate, group: Group) -> Iterator[tuple[int, ...]]:
    """Which rooms each offer of this rate is for. A rate of one room with one room left is offered for each of the
    rooms too: the guest takes it for one of them."""
    if rate.rooms == len(group.rooms):
        yield group.rooms
    else:
        yield from ((room,) for room in group.rooms)


def times(rate: Rate, group: Group) -> int:
    """How many of the group's covers this rate can make at once."""
    if rate.rooms == len(group.rooms):
        return 1
    wanted = len(group.rooms)
    return wanted if rate.allotment is None else min(wanted, rate.allotment)


def _fits(rate: Rate, group: Group) -> bool:
    return rate.rooms in (1, len(group.rooms)) and normal(rate.occupancy) == group.occupancy


def _is_sold_here(rate: Rate) -> bool:
    payable = rate.net.amount > 0 and not rate.package_only and not rate.pay_at_hotel
    return payable and (rate.allotment is None or rate.allotment >= rate.rooms)
