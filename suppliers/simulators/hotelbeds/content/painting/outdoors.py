"""Scenes in the open: the house from outside, its pool, beach and terrace."""

from random import Random

from suppliers.simulators.hotelbeds.content.painting import buildings, nature
from suppliers.simulators.hotelbeds.content.painting.canvas import HEIGHT, WIDTH, Box, Canvas
from suppliers.simulators.hotelbeds.content.painting.palette import (
    LIGHTS,
    Light,
    darker,
    hsv,
    lighter,
    mix,
)
from suppliers.simulators.hotelbeds.content.painting.subject import Subject


def backdrop(canvas: Canvas, draw: Random, subject: Subject, light: Light, horizon: float) -> None:
    nature.sky(canvas, draw, light, horizon)
    if subject.setting == "beach":
        nature.hills(canvas, draw, light, horizon) if draw.random() < 0.4 else None
        nature.sea(canvas, draw, light, horizon, HEIGHT)
    elif subject.setting == "resort" or draw.random() < 0.25:
        nature.hills(canvas, draw, light, horizon)
    else:
        nature.skyline(canvas, draw, light, horizon)


def view(scale: float, draw: Random, subject: Subject, light: Light) -> Canvas:
    """What one sees from a window."""
    canvas = Canvas(scale)
    backdrop(canvas, draw, subject, light, 470)
    if subject.setting != "beach":
        _ground(canvas, draw, light, 470)
    grow = nature.palm if subject.warm else nature.tree
    for _ in range(3):
        grow(canvas, draw, light, (draw.uniform(50, 1150), 800), draw.uniform(280, 420))
    return canvas


def facade(canvas: Canvas, draw: Random, subject: Subject) -> None:
    form = Random(f"{subject.form}/facade")
    light = draw.choice(LIGHTS)
    horizon = draw.uniform(500, 560)
    backdrop(canvas, draw, subject, light, horizon)
    if subject.setting == "city":
        _street(canvas, light, horizon)
    else:
        _ground(canvas, draw, light, horizon + (50 if subject.setting == "beach" else 0))
    high = min(530.0, 215 + subject.floors * 30)
    wide = form.uniform(520, 740) if subject.floors < 9 else form.uniform(320, 470)
    wing, depth, side = form.uniform(130, 230), form.uniform(0.5, 0.75), form.choice((-1, 1, 0))
    left = draw.uniform(110, WIDTH - wide - 110)
    foot = 680.0
    if side:
        edge = left - wing * 0.8 if side < 0 else left + wide - wing * 0.2
        buildings.building(canvas, draw, subject, light, (edge, foot - high * depth, edge + wing, foot))
    buildings.building(canvas, draw, subject, light, (left, foot - high, left + wide, foot))
    _entrance(canvas, subject, light, (left + wide / 2, foot))
    _forecourt(canvas, draw, subject, light, (left, foot, left + wide, HEIGHT))


def _entrance(canvas: Canvas, subject: Subject, light: Light, foot: tuple[float, float]) -> None:
    x, y = foot
    canvas.glow((x, y - 30), 150, (255, 220, 150), 0.25 + light.lamps * 0.5)
    canvas.rectangle((x - 64, y - 66, x + 64, y), (255, 232, 184))
    canvas.rectangle((x - 30, y - 58, x - 2, y), darker(subject.house.wood, 0.2))
    canvas.rectangle((x + 2, y - 58, x + 30, y), darker(subject.house.wood, 0.2))
    canvas.rectangle((x - 26, y - 52, x - 6, y - 8), (255, 244, 214))
    canvas.rectangle((x + 6, y - 52, x + 26, y - 8), (255, 244, 214))
    awning = mix(subject.house.accent, light.shade, light.lamps * 0.2)
    for part in range(8):
        left = x - 80 + part * 20
        colour = awning if part % 2 else lighter(awning, 0.8)
        canvas.polygon(
            [
                (left + 8, y - 88),
                (left + 28 if part < 7 else left + 16, y - 88),
                (left + 20, y - 62),
                (left, y - 62),
            ],
            colour,
        )


def _ground(canvas: Canvas, draw: Random, light: Light, top: float) -> None:
    grass = mix(hsv(draw.uniform(0.2, 0.32), 0.42, 0.62), light.shade, 0.1 + light.lamps * 0.5)
    canvas.gradient((0, top, WIDTH, HEIGHT), (mix(grass, light.horizon, 0.3), grass, darker(grass, 0.18)))


def _street(canvas: Canvas, light: Light, top: float) -> None:
    """A square before the house, a kerb and a road."""
    stone = mix((206, 202, 196), light.shade, 0.12 + light.lamps * 0.48)
    canvas.gradient((0, top, WIDTH, HEIGHT), (mix(stone, light.horizon, 0.3), stone, darker(stone, 0.08)))
    for row in range(1, 8):
        y = top + (HEIGHT - top) * (row / 8) ** 1.3
        canvas.line([(0, y), (WIDTH, y)], darker(stone, 0.07), 1.2)
    road = mix((112, 114, 124), light.shade, 0.15 + light.lamps * 0.4)
    canvas.rectangle((0, 752, WIDTH, 760), lighter(stone, 0.35))
    canvas.rectangle((0, 760, WIDTH, HEIGHT), road)
    for x in range(20, WIDTH, 130):
        canvas.rectangle((x, 780, x + 64, 785), lighter(road, 0.6))


def _forecourt(canvas: Canvas, draw: Random, subject: Subject, light: Light, box: Box) -> None:
    left, top, right, _ = box
    stone = mix((226, 212, 190), light.shade, 0.1 + light.lamps * 0.45)
    middle = (left + right) / 2
    end = 752.0 if subject.setting == "city" else float(HEIGHT)
    canvas.polygon([(middle - 66, top), (middle + 66, top), (middle + 250, end), (middle - 250, end)], stone)
    for row in range(1, 6):
        y = top + (end - top) * (row / 6) ** 1.4
        half = 66 + 184 * (y - top) / (end - top)
        canvas.line([(middle - half, y), (middle + half, y)], darker(stone, 0.1), 1.2)
    grow = nature.palm if subject.warm and draw.random() < 0.8 else nature.tree
    half = (right - left) / 2
    for side in (-1, 1):
        for step in range(3):
            x = middle + side * (half + 30 + step * 120 + draw.uniform(-30, 30))
            tall = draw.uniform(200, 330) if grow is nature.palm else draw.uniform(150, 230)
            grow(canvas, draw, light, (x, top + 12 + step * 22), tall)
        for step in range(5):
            place = (
                middle + side * (118 + step * 66),
                top + 22 + step * (10 if subject.setting == "city" else 18),
            )
            nature.bush(canvas, draw, light, place, 20 + step * 4)


def pool(canvas: Canvas, draw: Random, subject: Subject) -> None:
    light = draw.choice(LIGHTS)
    backdrop(canvas, draw, subject, light, 360)
    _ground(canvas, draw, light, 400)
    high = min(300.0, 110 + subject.floors * 24)
    left = draw.uniform(60, 560)
    buildings.building(canvas, draw, subject, light, (left, 440 - high, left + draw.uniform(380, 560), 440))
    grow = nature.palm if subject.warm else nature.tree
    for _ in range(6):
        grow(canvas, draw, light, (draw.uniform(0, WIDTH), 452), draw.uniform(140, 250))
    deck = mix((224, 204, 176), light.shade, 0.08 + light.lamps * 0.4)
    canvas.gradient((0, 440, WIDTH, HEIGHT), (lighter(deck, 0.1), deck, darker(deck, 0.12)))
    water = mix(hsv(draw.uniform(0.49, 0.53), 0.62, 0.86), light.shade, light.lamps * 0.35)
    shape = [(250, 540), (960, 540), (1160, 742), (40, 742)]
    canvas.polygon([(232, 530), (978, 530), (1192, 756), (8, 756)], lighter(deck, 0.55))
    canvas.polygon(shape, water)
    canvas.veil([(250, 540), (960, 540), (1010, 590), (196, 590)], darker(water, 0.4), 0.35, blur=8)
    canvas.veil([(300, 540), (620, 540), (560, 742), (120, 742)], light.horizon, 0.28, blur=14)
    for _ in range(60):
        depth = draw.random()
        y = 552 + 180 * depth
        reach = 355 + 190 * depth
        x = draw.uniform(600 - reach, 560 + reach * 0.9)
        canvas.arc((x, y, x + 26 + 30 * depth, y + 8), 190, 350, lighter(water, 0.5), width=1 + depth)
    if light.lamps > 0.4:
        for x in (320, 600, 880):
            canvas.glow((x, 600), 130, (190, 255, 250), 0.5)
    for place in range(4):
        x = 60 + place * 300 + draw.uniform(-30, 30)
        nature.parasol(canvas, (x + 60, 520), 105, subject.house.accent)
        nature.lounger(canvas, (x - 20, 524), 84, subject.house.fabric)
        nature.lounger(canvas, (x + 84, 524), 84, subject.house.fabric)


def beach(canvas: Canvas, draw: Random, subject: Subject) -> None:
    light = draw.choice(LIGHTS[:4])
    nature.sky(canvas, draw, light, 330)
    if draw.random() < 0.5:
        nature.hills(canvas, draw, light, 332)
    nature.sea(canvas, draw, light, 330, 560)
    sand = mix((240, 220, 178), light.shade, light.lamps * 0.35)
    start = draw.uniform(0, 3)
    shore = [(x, 540 + 22 * (1 + ((x / 190 + start) % 2 - 1) ** 2)) for x in range(0, WIDTH + 40, 40)]
    canvas.polygon([(0, HEIGHT), *[(x, y - 9) for x, y in shore], (WIDTH, HEIGHT)], (250, 252, 250))
    canvas.polygon([(0, HEIGHT), *shore, (WIDTH, HEIGHT)], mix(sand, light.shade, 0.14))
    canvas.polygon([(0, HEIGHT), *[(x, y + 22) for x, y in shore], (WIDTH, HEIGHT)], sand)
    for place in range(5):
        x, y, size = 90 + place * 230 + draw.uniform(-40, 40), draw.uniform(640, 730), draw.uniform(110, 140)
        canvas.haze((x - size * 0.7, y - 8, x + size * 0.9, y + 22), darker(sand, 0.5), 0.35, blur=6)
        nature.parasol(canvas, (x, y), size, subject.house.accent)
        nature.lounger(canvas, (x + 14, y + 10), size * 0.8, subject.house.fabric)
    for x in (draw.uniform(-10, 90), draw.uniform(1090, 1200)):
        nature.palm(canvas, draw, light, (x, 790), draw.uniform(420, 540))


def terrace(canvas: Canvas, draw: Random, subject: Subject) -> None:
    light = draw.choice(LIGHTS[2:])
    backdrop(canvas, draw, subject, light, 450)
    if subject.setting != "beach":
        _ground(canvas, draw, light, 450)
    deck = mix(subject.house.wood, light.shade, 0.15)
    canvas.gradient((0, 560, WIDTH, HEIGHT), (lighter(deck, 0.2), deck, darker(deck, 0.2)))
    for plank in range(-14, 15):
        canvas.line([(600 + plank * 62, 560), (600 + plank * 150, HEIGHT)], darker(deck, 0.18), 1.5)
    rail = mix(subject.house.trim, light.shade, 0.25)
    canvas.rectangle((0, 470, WIDTH, 482), rail)
    for x in range(10, WIDTH, 34):
        canvas.rectangle((x, 482, x + 6, 562), rail)
    _string_lights(canvas, light)
    for x in (210, 600, 990):
        _table(canvas, subject, (x + draw.uniform(-30, 30), 730), 150)


def _string_lights(canvas: Canvas, light: Light) -> None:
    rope = [(x, 120 + 90 * (1 - ((x % 400) / 200 - 1) ** 2)) for x in range(0, WIDTH + 20, 20)]
    canvas.line(rope, (60, 56, 66), 2)
    for x, y in rope[1::2]:
        canvas.glow((x, y + 8), 34, (255, 220, 150), 0.35 + light.lamps * 0.5)
        canvas.ellipse((x - 5, y + 2, x + 5, y + 14), (255, 240, 200))


def _table(canvas: Canvas, subject: Subject, foot: tuple[float, float], size: float) -> None:
    x, y = foot
    fabric, wood = subject.house.fabric, darker(subject.house.wood, 0.25)
    for side in (-1, 1):
        seat = x + side * size * 0.72
        canvas.rectangle((seat - 34, y - 60, seat + 34, y - 40), fabric, radius=6)
        back = seat + side * 30
        canvas.rectangle((back - 8, y - 140, back + 8, y - 44), darker(fabric, 0.15), radius=6)
        canvas.rectangle((seat - 30, y - 40, seat - 25, y + 18), wood)
        canvas.rectangle((seat + 25, y - 40, seat + 30, y + 18), wood)
    canvas.rectangle((x - 5, y - 92, x + 5, y + 20), wood)
    canvas.ellipse((x - size * 0.52, y - 112, x + size * 0.52, y - 80), lighter(subject.house.trim, 0.3))
    canvas.ellipse((x - 10, y - 116, x + 10, y - 102), (255, 226, 150))
    canvas.glow((x, y - 116), 50, (255, 214, 140), 0.5)
