"""Sky, sea, hills, skylines, trees: what stands around a house."""

from math import cos, pi, sin
from random import Random

from suppliers.simulators.hotelbeds.content.painting.canvas import WIDTH, Canvas
from suppliers.simulators.hotelbeds.content.painting.palette import Colour, Light, darker, hsv, lighter, mix


def sky(canvas: Canvas, draw: Random, light: Light, horizon: float) -> None:
    canvas.gradient((0, 0, WIDTH, horizon + 4), (light.top, light.middle, light.horizon))
    low = light.name in {"sunset", "golden", "dusk"}
    sun = (draw.uniform(150, 1050), horizon - draw.uniform(40, 110) if low else draw.uniform(80, 190))
    canvas.glow(sun, 340, light.sun, 0.75 if low else 0.5)
    radius = 34 if low else 28
    canvas.ellipse((sun[0] - radius, sun[1] - radius, sun[0] + radius, sun[1] + radius), light.sun)
    if light.name == "dusk":
        for _ in range(70):
            x, y = draw.uniform(0, WIDTH), draw.uniform(0, horizon * 0.6)
            size = draw.uniform(0.6, 1.8)
            canvas.ellipse((x, y, x + size, y + size), lighter(light.top, 0.75))
    for _ in range(draw.randint(2, 4)):
        _cloud(canvas, draw, light, horizon)


def _cloud(canvas: Canvas, draw: Random, light: Light, horizon: float) -> None:
    x, y = draw.uniform(-50, WIDTH), draw.uniform(40, horizon * 0.55)
    colour = mix((255, 255, 255), light.horizon, 0.5)
    for _ in range(draw.randint(3, 5)):
        wide, high = draw.uniform(90, 220), draw.uniform(14, 30)
        left, top = x + draw.uniform(-100, 100), y + draw.uniform(-12, 12)
        canvas.haze((left, top, left + wide, top + high), colour, 0.45, blur=12)


def sea(canvas: Canvas, draw: Random, light: Light, top: float, bottom: float) -> None:
    deep = mix(hsv(draw.uniform(0.5, 0.57), 0.7, 0.62), light.shade, light.lamps * 0.6)
    near = mix(hsv(draw.uniform(0.46, 0.5), 0.45, 0.85), light.horizon, 0.2 + light.lamps * 0.3)
    canvas.gradient((0, top, WIDTH, bottom), (mix(deep, light.horizon, 0.35), deep, near))
    glitter = lighter(mix(near, light.sun, 0.5), 0.3)
    for _ in range(90):
        depth = draw.random() ** 1.5
        y = top + 3 + (bottom - top) * depth
        x, length = draw.uniform(0, WIDTH), 6 + 60 * depth
        canvas.line([(x, y), (x + length, y)], mix(glitter, near, draw.random()), 0.7 + depth * 1.4)


def hills(canvas: Canvas, draw: Random, light: Light, horizon: float) -> None:
    green = hsv(draw.uniform(0.22, 0.42), 0.3, 0.55)
    for layer in range(3):
        height, start = 120 - layer * 36, draw.uniform(0, 6)
        colour = mix(mix(green, light.shade, 0.35), light.horizon, 0.62 - layer * 0.2)
        points = [(0.0, horizon + 2)]
        for x in range(0, WIDTH + 20, 20):
            wave = sin(x / 170 + start) + 0.5 * sin(x / 73 + start * 2) + 0.2 * sin(x / 31)
            points.append((x, horizon - height * (0.55 + 0.3 * wave)))
        canvas.polygon([*points, (WIDTH, horizon + 2)], colour)


def skyline(canvas: Canvas, draw: Random, light: Light, horizon: float) -> None:
    for layer in range(2):
        colour = mix(light.shade, light.horizon, 0.65 - layer * 0.25)
        x = draw.uniform(-60, 0)
        while x < WIDTH:
            wide, high = draw.uniform(36, 95), draw.uniform(60, 250 - layer * 70)
            canvas.rectangle((x, horizon - high, x + wide, horizon + 2), colour)
            if draw.random() < 0.2:
                canvas.polygon(
                    [(x, horizon - high), (x + wide, horizon - high), (x + wide / 2, horizon - high - 50)],
                    colour,
                )
            _far_windows(canvas, draw, light, (x, horizon - high, x + wide, horizon))
            x += wide + draw.uniform(-8, 14)


def _far_windows(canvas: Canvas, draw: Random, light: Light, box: tuple[float, float, float, float]) -> None:
    chance = 0.1 + light.lamps * 0.4
    y = box[1] + 10
    while y < box[3] - 10:
        x = box[0] + 7
        while x < box[2] - 8:
            if draw.random() < chance:
                canvas.rectangle(
                    (x, y, x + 5, y + 7), mix(light.horizon, (255, 226, 150), 0.3 + light.lamps * 0.6)
                )
            x += 13
        y += 17


def palm(canvas: Canvas, draw: Random, light: Light, foot: tuple[float, float], height: float) -> None:
    lean = draw.uniform(-0.18, 0.18)
    trunk = mix((132, 100, 70), light.shade, 0.2 + light.lamps * 0.4)
    points = [(foot[0] + lean * height * (k / 8) ** 2, foot[1] - height * k / 8) for k in range(9)]
    for k in range(8):
        canvas.line(points[k : k + 2], trunk, height * (0.055 - 0.003 * k))
    crown = points[-1]
    green = mix(hsv(draw.uniform(0.27, 0.36), 0.55, 0.5), light.shade, light.lamps * 0.55)
    for leaf in range(9):
        angle = pi * (leaf / 8) + draw.uniform(-0.15, 0.15)
        reach = height * draw.uniform(0.38, 0.5)
        tip = (crown[0] - reach * cos(angle), crown[1] - reach * 0.55 * sin(angle) + reach * 0.35)
        bow = (crown[0] - reach * 0.6 * cos(angle), crown[1] - reach * 0.62 * sin(angle))
        under = (bow[0], bow[1] + reach * 0.16)
        canvas.polygon([crown, bow, tip, under], lighter(green, 0.06 * (leaf % 3)))


def tree(canvas: Canvas, draw: Random, light: Light, foot: tuple[float, float], height: float) -> None:
    x, y = foot
    trunk = mix((104, 82, 62), light.shade, light.lamps * 0.5)
    canvas.rectangle((x - height * 0.03, y - height * 0.45, x + height * 0.03, y), trunk)
    green = mix(hsv(draw.uniform(0.22, 0.4), 0.5, 0.52), light.shade, light.lamps * 0.55)
    for _ in range(11):
        size = height * draw.uniform(0.14, 0.24)
        left, top = x + height * draw.uniform(-0.22, 0.22), y - height * draw.uniform(0.42, 0.9)
        canvas.ellipse(
            (left - size, top - size, left + size, top + size), mix(green, lighter(green), draw.random())
        )


def bush(canvas: Canvas, draw: Random, light: Light, foot: tuple[float, float], size: float) -> None:
    green = mix(hsv(draw.uniform(0.24, 0.4), 0.5, 0.48), light.shade, light.lamps * 0.55)
    bloom = hsv(draw.choice((0.93, 0.98, 0.12, 0.8)), 0.5, 0.95 - light.lamps * 0.35)
    for _ in range(7):
        radius = size * draw.uniform(0.3, 0.5)
        left, top = foot[0] + size * draw.uniform(-0.8, 0.8), foot[1] - size * draw.uniform(0.1, 0.5)
        canvas.ellipse(
            (left - radius, top - radius, left + radius, top + radius),
            mix(green, lighter(green), draw.random()),
        )
    for _ in range(9):
        left, top = foot[0] + size * draw.uniform(-1, 1), foot[1] - size * draw.uniform(0.1, 0.8)
        canvas.ellipse((left, top, left + size * 0.09, top + size * 0.09), bloom)


def parasol(canvas: Canvas, foot: tuple[float, float], size: float, colour: Colour) -> None:
    x, y = foot
    canvas.rectangle((x - size * 0.02, y - size, x + size * 0.02, y), (236, 232, 224))
    for part in range(6):
        left, right = x - size * 0.62 + size * 1.24 * part / 6, x - size * 0.62 + size * 1.24 * (part + 1) / 6
        shade = colour if part % 2 else lighter(colour, 0.75)
        canvas.polygon([(x, y - size * 1.22), (left, y - size * 0.86), (right, y - size * 0.86)], shade)


def lounger(canvas: Canvas, foot: tuple[float, float], size: float, colour: Colour) -> None:
    x, y = foot
    canvas.polygon(
        [(x, y), (x + size, y - size * 0.06), (x + size, y - size * 0.14), (x, y - size * 0.09)],
        (244, 240, 232),
    )
    back = [
        (x + size * 0.62, y - size * 0.1),
        (x + size * 0.98, y - size * 0.42),
        (x + size * 1.06, y - size * 0.36),
    ]
    canvas.polygon([*back, (x + size * 0.8, y - size * 0.08)], lighter(colour, 0.45))
    canvas.rectangle((x + size * 0.08, y, x + size * 0.11, y + size * 0.1), darker(colour))
    canvas.rectangle((x + size * 0.86, y - size * 0.04, x + size * 0.89, y + size * 0.07), darker(colour))
