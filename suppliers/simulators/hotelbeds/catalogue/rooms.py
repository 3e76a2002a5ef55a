"""Kinds of rooms, and which of them a hotel sells."""

from functools import cache
from random import Random

from suppliers.simulators.hotelbeds.catalogue import tables
from suppliers.simulators.hotelbeds.catalogue.model import RoomType

_PLAIN = ("ST", "EC", "CM", "CL", "ST-1", "QN", "CV")
_BETTER = ("SU", "DX", "PM", "EX", "KG", "DX-KG", "KG-NM", "2Q")
_BEACH = ("SV", "VM", "PV", "BL", "SU-SV", "GV")
_APARTMENT = ("B1", "B2", "ST", "SU", "BL", "PV")


@cache
def room(code: str) -> RoomType | None:
    kind, _, characteristic = code.partition(".")
    row = tables.by_code("room_types").get(kind)
    extra = tables.by_code("room_characteristics").get(characteristic)
    if row is None or extra is None:
        return None
    limits = (int(row[key]) for key in ("min_pax", "max_pax", "max_adults", "max_children", "min_adults"))
    return RoomType(code, f"{row['ENG']} {extra['ENG']}", kind, characteristic, *limits)


@cache
def every_room() -> tuple[RoomType, ...]:
    codes = (
        f"{kind}.{characteristic}"
        for kind in sorted(tables.by_code("room_types"))
        for characteristic in sorted(tables.by_code("room_characteristics"))
    )
    return tuple(found for code in codes if (found := room(code)) is not None)


def sold(
    draw: Random, *, accommodation: str, stars: float, beach: bool, over_water: bool
) -> tuple[RoomType, ...]:
    """From two kinds in a guest house to a dozen in a resort; a room for two adults is always among them."""
    if accommodation in "AP":
        codes = [f"{kind}.{draw.choice(_APARTMENT)}" for kind in ("STU", "APT", "APT", "DBL")]
    elif accommodation == "V":
        codes = ["VIL.B2", "VIL.PP", "BUN.GV", "DBL.ST"]
    else:
        codes = _hotel_rooms(draw, stars, beach)
        if over_water:
            codes += ["VIL.OW", "VIL.BF", "BUN.BF"]
    found = (room(code) for code in dict.fromkeys(codes))
    return tuple(kind for kind in found if kind is not None)


def _hotel_rooms(draw: Random, stars: float, beach: bool) -> list[str]:
    better = _BETTER + (_BEACH if beach else ("BL", "CV", "GV"))
    codes = [f"{draw.choice(('DBL', 'DBT', 'TWN', 'DBL'))}.{draw.choice(_PLAIN)}"]
    codes += [f"DBL.{draw.choice(better)}" for _ in range(draw.randint(1, 2 + int(stars)))]
    if draw.random() < 0.6:
        codes.append(f"{draw.choice(('SGL', 'DUS'))}.{draw.choice(_PLAIN)}")
    if draw.random() < 0.65:
        codes.append(f"TPL.{draw.choice(_PLAIN)}")
    if draw.random() < 0.5:
        codes.append(f"{draw.choice(('FAM', 'QUA', 'FAM'))}.{draw.choice(_PLAIN + better)}")
    if stars >= 4:
        codes += [f"JSU.{draw.choice(better)}", f"SUI.{draw.choice(better)}"]
    elif stars >= 3:
        codes.append(f"JSU.{draw.choice(better)}")
    if draw.random() < 0.12:
        codes.append(f"ROO.{draw.choice(better)}")
    return codes
