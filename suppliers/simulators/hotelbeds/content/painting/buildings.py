"""Houses from outside: plain fronts, glass towers and town houses, each hotel in a form of its own."""

from random import Random

from suppliers.simulators.hotelbeds.content.painting.canvas import Box, Canvas
from suppliers.simulators.hotelbeds.content.painting.palette import Light, darker, hsv, lighter, mix
from suppliers.simulators.hotelbeds.content.painting.subject import Subject

_TALL = 8


def building(canvas: Canvas, draw: Random, subject: Subject, light: Light, box: Box) -> None:
    left, top, right, bottom = box
    wall = mix(subject.house.wall, light.shade, 0.12 + light.lamps * 0.42)
    canvas.haze((left - 40, bottom - 14, right + 40, bottom + 26), darker(light.shade, 0.5), 0.4, blur=10)
    form = Random(f"{subject.form}/building")
    style = form.random()
    if subject.floors > _TALL and style < 0.45:
        _glass_tower(canvas, draw, subject, light, box)
        return
    canvas.gradient(box, (lighter(wall, 0.12), wall, darker(wall, 0.08)))
    canvas.veil(
        [(right - (right - left) * 0.16, top), (right, top), (right, bottom), (right - 10, bottom)],
        light.shade,
        0.2,
    )
    if subject.floors <= _TALL and style < 0.4:
        _mansard(canvas, subject, light, box)
    else:
        _roof(canvas, form, subject, light, box)
    floors = max(2, min(13, subject.floors, int((bottom - top) / 34)))
    columns = max(3, int((right - left) / form.uniform(46, 64)))
    step_y, step_x = (bottom - top - 20) / floors, (right - left - 24) / columns
    balconies, arched = form.random() < 0.55, form.random() < 0.3
    for floor in range(floors):
        y = top + 14 + floor * step_y
        if floor == floors - 1 and right - left > 230:
            continue
        for column in range(columns):
            x = left + 12 + column * step_x
            pane = (x + step_x * 0.2, y + step_y * 0.16, x + step_x * 0.8, y + step_y * 0.78)
            _window(canvas, draw, subject, light, pane, arched=arched)
            if balconies:
                _balcony(
                    canvas,
                    subject,
                    light,
                    (x + step_x * 0.08, pane[3] - step_y * 0.24, x + step_x * 0.92, pane[3] + 3),
                )
        canvas.rectangle((left, y + step_y - 3, right, y + step_y - 1), mix(wall, lighter(wall, 0.6), 0.6))


def _roof(canvas: Canvas, draw: Random, subject: Subject, light: Light, box: Box) -> None:
    left, top, right, _ = box
    trim = mix(subject.house.trim, light.shade, light.lamps * 0.45)
    kind = draw.random()
    if kind < 0.4 and subject.floors < 9:
        tile = mix(hsv(0.04, 0.6, 0.68), light.shade, light.lamps * 0.5)
        canvas.polygon(
            [(left - 14, top + 2), (right + 14, top + 2), (right - 30, top - 46), (left + 30, top - 46)], tile
        )
        for x in range(round(left), round(right), 14):
            canvas.line(
                [(x, top), (x + (30 if x < (left + right) / 2 else -20) * 0.8, top - 44)],
                darker(tile, 0.12),
                1,
            )
    else:
        canvas.rectangle((left - 8, top - 10, right + 8, top + 4), trim)
        if kind > 0.7:
            canvas.rectangle((left + 40, top - 34, left + 120, top - 10), darker(trim, 0.15))
    if subject.stars >= 4:
        middle = (left + right) / 2
        sign = mix(subject.house.accent, (255, 236, 190), 0.3 + light.lamps * 0.5)
        canvas.glow((middle, top - 22), 90, sign, light.lamps * 0.6)
        for star in range(round(subject.stars)):
            point = middle - round(subject.stars) * 9 + star * 18
            canvas.polygon(
                [(point + 4, top - 32), (point + 8, top - 24), (point + 4, top - 16), (point, top - 24)], sign
            )


def _window(canvas: Canvas, draw: Random, subject: Subject, light: Light, pane: Box, *, arched: bool) -> None:
    lit = draw.random() < 0.12 + light.lamps * 0.6
    glass = mix(light.middle, (40, 60, 92), 0.5)
    if lit:
        glass = mix((255, 214, 140), (255, 240, 205), draw.random())
    frame = mix(subject.house.trim, light.shade, light.lamps * 0.3)
    canvas.rectangle((pane[0] - 2, pane[1] - 2, pane[2] + 2, pane[3] + 2), frame, radius=8 if arched else 0)
    canvas.gradient(pane, (lighter(glass, 0.18), glass))
    if not lit:
        canvas.polygon(
            [(pane[0], pane[3]), (pane[0], pane[1] + 6), (pane[2] - 4, pane[1])], lighter(glass, 0.16)
        )
    middle = (pane[0] + pane[2]) / 2
    canvas.rectangle((middle - 1, pane[1], middle + 1, pane[3]), frame)


def _balcony(canvas: Canvas, subject: Subject, light: Light, box: Box) -> None:
    rail = mix(subject.house.trim, light.shade, 0.15 + light.lamps * 0.4)
    canvas.rectangle((box[0], box[3] - 3, box[2], box[3]), rail)
    canvas.rectangle((box[0], box[1], box[2], box[1] + 2), rail)
    x = box[0]
    while x <= box[2]:
        canvas.rectangle((x, box[1], x + 1, box[3]), rail)
        x += 6


def _glass_tower(canvas: Canvas, draw: Random, subject: Subject, light: Light, box: Box) -> None:
    """A curtain wall that mirrors the sky, stepped back at the top, with a mast."""
    left, top, right, bottom = box
    wide = right - left
    glass = mix(mix(light.middle, (48, 92, 132), 0.55), light.shade, light.lamps * 0.35)
    trim = mix(subject.house.trim, light.shade, 0.2 + light.lamps * 0.3)
    step = min(60.0, (bottom - top) * 0.14)
    canvas.rectangle(((left + right) / 2 - 2, top - 46, (left + right) / 2 + 2, top), trim)
    for inset, upper in ((wide * 0.2, top), (0.0, top + step)):
        face = (left + inset, upper, right - inset, bottom)
        canvas.gradient(
            face, (lighter(light.horizon, 0.1), mix(glass, light.horizon, 0.35), glass, darker(glass, 0.2))
        )
        canvas.rectangle((face[0] - 4, upper - 6, face[2] + 4, upper + 2), trim)
        floor = (bottom - upper) / max(6, round((bottom - upper) / 30))
        y = upper + floor
        while y < bottom - 6:
            canvas.rectangle((face[0], y - 2, face[2], y), mix(trim, glass, 0.35))
            y += floor
        columns = max(6, round((face[2] - face[0]) / 26))
        for column in range(columns):
            x = face[0] + (face[2] - face[0]) * column / columns
            canvas.rectangle((x, upper, x + 2, bottom), mix(trim, glass, 0.5))
            _lit_panes(
                canvas, draw, light, (x + 3, upper + 3, x + (face[2] - face[0]) / columns - 1, bottom), floor
            )
    shine = [
        (left, bottom),
        (left, top + step),
        (left + wide * 0.3, top + step),
        (left + wide * 0.12, bottom),
    ]
    canvas.veil(shine, (255, 255, 255), 0.2)


def _lit_panes(canvas: Canvas, draw: Random, light: Light, shaft: Box, floor: float) -> None:
    y = shaft[1]
    while y < shaft[3] - floor:
        if draw.random() < 0.04 + light.lamps * 0.5:
            lamp = mix((255, 214, 140), (255, 240, 205), draw.random())
            canvas.rectangle((shaft[0], y, shaft[2], y + floor - 5), lamp)
        y += floor


def _mansard(canvas: Canvas, subject: Subject, light: Light, box: Box) -> None:
    """A slate roof with dormers and chimneys."""
    left, top, right, _ = box
    slate = mix((92, 104, 122), light.shade, light.lamps * 0.5)
    wall = mix(subject.house.wall, light.shade, 0.1 + light.lamps * 0.42)
    trim = mix(subject.house.trim, light.shade, light.lamps * 0.4)
    for x in (left + 50, right - 74):
        canvas.rectangle((x, top - 108, x + 24, top - 60), darker(wall, 0.15))
        canvas.rectangle((x - 3, top - 112, x + 27, top - 104), darker(wall, 0.3))
    canvas.polygon([(left - 8, top), (right + 8, top), (right - 18, top - 70), (left + 18, top - 70)], slate)
    ridge = [(left + 18, top - 70), (right - 18, top - 70), (right - 60, top - 88), (left + 60, top - 88)]
    canvas.polygon(ridge, lighter(slate, 0.12))
    count = max(2, round((right - left) / 110))
    for dormer in range(count):
        x = left + (right - left) * (dormer + 0.5) / count
        canvas.polygon([(x - 26, top - 50), (x + 26, top - 50), (x, top - 72)], trim)
        canvas.rectangle((x - 20, top - 50, x + 20, top - 8), trim)
        pane = mix((255, 226, 160), light.middle, 0.75 - light.lamps * 0.7)
        canvas.rectangle((x - 14, top - 44, x + 14, top - 10), pane)
        canvas.rectangle((x - 1, top - 44, x + 1, top - 10), trim)
    canvas.rectangle((left - 10, top - 4, right + 10, top + 6), trim)
