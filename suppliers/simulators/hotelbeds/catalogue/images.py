"""The pictures a hotel lists: paths as in the wild, of which the picture server paints every one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from suppliers.simulators.hotelbeds import chance
from suppliers.simulators.hotelbeds.catalogue.amenities import amenities
from suppliers.simulators.hotelbeds.catalogue.model import Hotel

# Image type -> the letters its file names carry.
LETTERS = {
    "GEN": "a", "HAB": "ro", "RES": "r", "COM": "l", "BAR": "ba", "DEP": "s", "PIS": "p", "CON": "k", "TER": "t",
    "PLA": "b",
}  # fmt: skip
_KINDS = {letters: kind for kind, letters in LETTERS.items()}
_PATH = re.compile(r"(\d\d)/(\d{6})/(\d{6})a_hb_([a-z]{1,2})_(\d{3})\.(jpg|JPG)")


@dataclass(frozen=True, slots=True)
class Image:
    """`room_code` only for some pictures of rooms; show in the order of `visual_order` (REFERENCE section 9)."""

    kind: str
    path: str
    order: int
    visual_order: int
    room_code: str | None


@dataclass(frozen=True, slots=True)
class Picture:
    """What a path names."""

    hotel: int
    kind: str
    number: int


def of_hotel(hotel: Hotel) -> Sequence[Image]:
    """None for the barest hotels, two dozen for the richest. The first to be shown is a general view."""
    draw = Random(f"{hotel.code}/images")
    found = []
    capital = draw.random() < 0.15
    for order, (kind, room_code) in enumerate(_wanted(hotel, draw), start=1):
        extension = "JPG" if capital or draw.random() < 0.03 else "jpg"
        visual = (0 if kind == "GEN" else 100 if kind in {"PIS", "HAB"} else 300) + order
        path = (
            f"{hotel.code:06d}"[:2] + f"/{hotel.code:06d}/{hotel.code:06d}a_hb_{LETTERS[kind]}_{order:03d}."
        )
        found.append(Image(kind, path + extension, order, visual, room_code))
    draw.shuffle(found)
    return tuple(found)


def has_large(code: int) -> bool:
    """The xl and xxl sizes are missing for some hotels."""
    return chance.unit("large pictures", code) >= 0.1


def parse(path: str) -> Picture | None:
    found = _PATH.fullmatch(path)
    if found is None or found[2] != found[3] or found[4] not in _KINDS or found[1] != found[2][:2]:
        return None
    return Picture(int(found[2]), _KINDS[found[4]], int(found[5]))


def _wanted(hotel: Hotel, draw: Random) -> list[tuple[str, str | None]]:
    wanted = _shown(hotel, draw)
    if hotel.pictures is not None:
        views: list[tuple[str, str | None]] = [("GEN", None)]
        wanted = list(islice(cycle(wanted or views), hotel.pictures))
    return wanted + [("GEN", None)] * sum(renewal.kind == "image" for renewal in hotel.renewals)


def _shown(hotel: Hotel, draw: Random) -> list[tuple[str, str | None]]:
    if hotel.richness < 0.1:
        return []
    has = amenities(hotel)
    many = 1 + round(hotel.richness * 3)
    wanted: list[tuple[str, str | None]] = [("GEN", None)] * many
    with_codes = draw.random() < 0.6
    rooms = hotel.rooms[: 1 + round(hotel.richness * 7)]
    wanted.extend(("HAB", room.code if with_codes else None) for room in rooms)
    wanted += [("COM", None)] * (1 if hotel.richness > 0.2 else 0)
    wishes = {
        "PIS": has.pool,
        "RES": has.restaurant,
        "BAR": has.bar,
        "PLA": has.beach,
        "TER": has.terrace,
        "DEP": has.gym,
        "CON": has.conference,
    }
    if hotel.richness > 0.25:
        for kind in (kind for kind, wish in wishes.items() if wish):
            wanted += [(kind, None)] * (2 if hotel.richness > 0.7 and kind in {"PIS", "RES"} else 1)
    return wanted
