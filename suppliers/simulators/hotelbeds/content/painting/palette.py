"""Colours: a light for the hour of the day, and a house's own tones."""

import colorsys
from dataclasses import dataclass
from random import Random

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Light:
    """The sky from top to horizon, the sun's colour, and how much lamps show (0 noon .. 1 night)."""

    name: str
    top: Colour
    middle: Colour
    horizon: Colour
    sun: Colour
    shade: Colour
    lamps: float


LIGHTS = (
    Light("morning", (118, 176, 222), (178, 214, 236), (252, 232, 206), (255, 244, 214), (92, 118, 150), 0.1),
    Light("noon", (64, 146, 214), (126, 190, 232), (208, 234, 246), (255, 255, 240), (70, 104, 140), 0.05),
    Light("golden", (96, 136, 188), (244, 190, 140), (255, 222, 164), (255, 238, 190), (112, 92, 104), 0.45),
    Light("sunset", (70, 72, 132), (224, 118, 112), (255, 196, 128), (255, 222, 150), (70, 54, 92), 0.7),
    Light("dusk", (26, 38, 84), (74, 84, 146), (232, 156, 148), (255, 226, 196), (32, 34, 70), 0.95),
)


@dataclass(frozen=True, slots=True)
class House:
    """A hotel's own colours, the same in all its pictures."""

    wall: Colour
    trim: Colour
    accent: Colour
    fabric: Colour
    wood: Colour
    inner_wall: Colour
    floor: Colour


def house(seed: str) -> House:
    draw = Random(f"{seed}/house")
    hue = draw.choice((0.07, 0.09, 0.11, 0.13, 0.55, 0.58, 0.02, 0.95, 0.4, 0.15))
    accent = (hue + draw.choice((0.5, 0.42, 0.08, 0.92, 0.33))) % 1.0
    return House(
        wall=hsv(hue, draw.uniform(0.05, 0.38), draw.uniform(0.82, 0.97)),
        trim=hsv(hue, draw.uniform(0.02, 0.12), 0.98),
        accent=hsv(accent, draw.uniform(0.45, 0.75), draw.uniform(0.55, 0.85)),
        fabric=hsv(
            (accent + draw.uniform(-0.05, 0.05)) % 1, draw.uniform(0.25, 0.55), draw.uniform(0.5, 0.9)
        ),
        wood=hsv(draw.uniform(0.05, 0.09), draw.uniform(0.35, 0.6), draw.uniform(0.35, 0.68)),
        inner_wall=hsv(
            (hue + draw.uniform(-0.06, 0.06)) % 1, draw.uniform(0.04, 0.2), draw.uniform(0.84, 0.95)
        ),
        floor=hsv(draw.uniform(0.05, 0.1), draw.uniform(0.2, 0.45), draw.uniform(0.5, 0.8)),
    )


def hsv(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def mix(one: Colour, other: Colour, part: float) -> Colour:
    """`part` of the other."""
    return (
        round(one[0] + (other[0] - one[0]) * part),
        round(one[1] + (other[1] - one[1]) * part),
        round(one[2] + (other[2] - one[2]) * part),
    )


def darker(colour: Colour, part: float = 0.25) -> Colour:
    return mix(colour, (20, 22, 36), part)


def lighter(colour: Colour, part: float = 0.25) -> Colour:
    return mix(colour, (255, 255, 255), part)
