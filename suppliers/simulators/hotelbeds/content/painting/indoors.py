"""Scenes under a roof: rooms, lobby, restaurant, bar, gym, conference room."""

from collections.abc import Sequence
from random import Random

from suppliers.simulators.hotelbeds.content.painting import outdoors
from suppliers.simulators.hotelbeds.content.painting.canvas import HEIGHT, WIDTH, Box, Canvas
from suppliers.simulators.hotelbeds.content.painting.palette import LIGHTS, Colour, darker, hsv, lighter, mix
from suppliers.simulators.hotelbeds.content.painting.subject import Subject

_FLOOR = 560.0
_LAMP: Colour = (255, 222, 160)


def room(canvas: Canvas, draw: Random, subject: Subject) -> None:
    _shell(canvas, draw, subject)
    left_window = draw.random() < 0.5
    window = (90.0, 120.0, 430.0, 450.0) if left_window else (770.0, 120.0, 1110.0, 450.0)
    _windows(canvas, draw, subject, [window])
    middle = 770.0 if left_window else 430.0
    _picture(canvas, draw, subject, (middle - 90, 120, middle + 90, 235))
    _bed(canvas, draw, subject, middle)
    far = 130.0 if left_window else 1070.0
    _armchair(canvas, subject, (far, 690))


def lobby(canvas: Canvas, draw: Random, subject: Subject) -> None:
    _shell(canvas, draw, subject)
    panel = darker(subject.house.wood, 0.1)
    canvas.gradient((330, 110, 870, _FLOOR), (lighter(panel, 0.12), panel))
    for x in range(350, 870, 26):
        canvas.line([(x, 110), (x, _FLOOR)], darker(panel, 0.18), 2)
    canvas.glow((600, 250), 220, _LAMP, 0.55)
    canvas.ellipse((530, 180, 670, 320), mix(subject.house.accent, _LAMP, 0.25))
    canvas.ellipse((545, 195, 655, 305), panel)
    for turn in range(3):
        canvas.polygon(
            [(600, 205 + turn * 14), (618 + turn * 8, 290), (582 - turn * 8, 290)],
            mix(subject.house.accent, _LAMP, 0.5),
        )
    desk = lighter(subject.house.wood, 0.1)
    canvas.gradient((380, 440, 820, 610), (lighter(desk, 0.18), darker(desk, 0.15)))
    canvas.rectangle((364, 426, 836, 446), lighter(subject.house.trim, 0.2), radius=4)
    canvas.veil([(380, 590), (820, 590), (860, 640), (340, 640)], (30, 26, 30), 0.35, blur=9)
    for x in (430, 600, 770):
        _pendant(canvas, (x, draw.uniform(120, 170)), subject.house.accent)
    _plant_pot(canvas, draw, subject, (290, 620), 190)
    _plant_pot(canvas, draw, subject, (920, 620), 190)
    _sofa(canvas, subject, (40, 730), 300)
    _sofa(canvas, subject, (860, 730), 300)


def restaurant(canvas: Canvas, draw: Random, subject: Subject) -> None:
    _shell(canvas, draw, subject)
    _windows(canvas, draw, subject, [(x, 110, x + 300, 420) for x in (70.0, 450.0, 830.0)])
    for x in (220, 600, 980):
        _pendant(canvas, (x, draw.uniform(130, 190)), subject.house.accent)
    for x, y, size in (
        (250, 600, 0.8),
        (620, 590, 0.75),
        (960, 605, 0.8),
        (160, 740, 1.15),
        (620, 750, 1.2),
        (1060, 740, 1.15),
    ):
        _dining_table(canvas, draw, subject, (x, y), size)


def bar(canvas: Canvas, draw: Random, subject: Subject) -> None:
    _shell(canvas, draw, subject, dim=0.55)
    cabinet = darker(subject.house.wood, 0.45)
    canvas.rectangle((150, 90, 1050, 470), cabinet)
    for shelf in range(3):
        y = 205.0 + shelf * 120
        canvas.veil([(170, y - 96), (1030, y - 96), (1030, y), (170, y)], _LAMP, 0.28, blur=14)
        canvas.rectangle((170, y, 1030, y + 8), lighter(subject.house.wood, 0.15))
        x = 185.0
        while x < 1005:
            wide, high = draw.uniform(13, 22), draw.uniform(50, 82)
            glass = hsv(draw.random(), draw.uniform(0.3, 0.7), draw.uniform(0.5, 0.9))
            canvas.rectangle((x, y - high * 0.7, x + wide, y), glass, radius=3)
            canvas.rectangle((x + wide * 0.3, y - high, x + wide * 0.7, y - high * 0.65), glass)
            canvas.rectangle((x + 2, y - high * 0.66, x + 5, y - 4), lighter(glass, 0.5))
            x += wide + draw.uniform(5, 16)
    counter = lighter(subject.house.wood, 0.05)
    canvas.gradient((60, 520, 1140, 690), (counter, darker(counter, 0.4)))
    canvas.rectangle((36, 502, 1164, 526), lighter(subject.house.trim, 0.1), radius=5)
    for x in range(120, 1140, 170):
        canvas.rectangle((x - 4, 640, x + 4, 780), (70, 66, 72))
        canvas.ellipse((x - 44, 606, x + 44, 650), subject.house.fabric)
        canvas.ellipse((x - 34, 772, x + 34, 788), (70, 66, 72))
    for x in (250, 480, 720, 950):
        _pendant(canvas, (x, 150 + draw.uniform(-10, 40)), subject.house.accent)
    for x in (330, 640, 860):
        _glass(canvas, draw, (x, 502))


def gym(canvas: Canvas, draw: Random, subject: Subject) -> None:
    _shell(canvas, draw, subject)
    _windows(canvas, draw, subject, [(x, 90, x + 300, 430) for x in (70.0, 450.0, 830.0)])
    dark: Colour = (48, 52, 62)
    for x in (120, 420, 720):
        canvas.haze((x - 20, 680, x + 260, 730), (20, 20, 24), 0.4, blur=8)
        canvas.polygon([(x, 690), (x + 220, 660), (x + 240, 684), (x + 14, 716)], dark)
        canvas.polygon(
            [(x + 16, 686), (x + 212, 660), (x + 222, 672), (x + 24, 702)], darker(subject.house.accent, 0.4)
        )
        canvas.line([(x + 206, 664), (x + 176, 478)], (190, 194, 202), 10)
        canvas.line([(x + 176, 486), (x + 90, 520)], (190, 194, 202), 8)
        canvas.rectangle((x + 140, 440, x + 210, 492), dark, radius=8)
        canvas.rectangle(
            (x + 148, 448, x + 202, 484), mix(subject.house.accent, (255, 255, 255), 0.4), radius=4
        )
    for row in range(3):
        y = 560.0 + row * 60
        canvas.rectangle((1020, y, 1170, y + 8), dark)
        for x in (1036, 1080, 1124):
            canvas.rectangle((x, y - 18, x + 36, y - 8), subject.house.accent, radius=4)
            canvas.ellipse((x - 6, y - 26, x + 10, y), dark)
            canvas.ellipse((x + 26, y - 26, x + 42, y), dark)


def conference(canvas: Canvas, draw: Random, subject: Subject) -> None:
    _shell(canvas, draw, subject)
    canvas.rectangle((360, 110, 840, 400), (66, 70, 80), radius=6)
    view = outdoors.view(max(0.4, canvas.scale * 0.5), draw, subject, draw.choice(LIGHTS))
    canvas.paste(view, (372, 122, 828, 388))
    for x in (250, 600, 950):
        canvas.glow((x, 40), 200, _LAMP, 0.4)
    top = lighter(subject.house.wood, 0.2)
    for side in (-1, 1):
        for place in range(4):
            x, y = 600 + side * (250 + place * 62), 520 + place * 62
            canvas.rectangle((x - 34, y - 92, x + 34, y + 30), subject.house.fabric, radius=12)
    canvas.polygon([(430, 500), (770, 500), (1010, 760), (190, 760)], top)
    canvas.polygon([(190, 760), (1010, 760), (1010, 790), (190, 790)], darker(top, 0.35))
    canvas.veil([(480, 500), (620, 500), (560, 760), (330, 760)], (255, 255, 255), 0.18, blur=10)
    for place in range(4):
        y, half = 530 + place * 62, 140 + place * 62
        for side in (-1, 1):
            canvas.rectangle((600 + side * half - 24, y, 600 + side * half + 24, y + 14), (250, 250, 250))


def _shell(canvas: Canvas, draw: Random, subject: Subject, *, dim: float = 0.0) -> None:
    wall, floor = darker(subject.house.inner_wall, dim), darker(subject.house.floor, dim * 0.8)
    canvas.gradient((0, 0, WIDTH, _FLOOR), (lighter(wall, 0.15), wall, darker(wall, 0.06)))
    canvas.rectangle((0, 0, WIDTH, 46), lighter(wall, 0.5))
    canvas.rectangle((0, 44, WIDTH, 52), darker(wall, 0.1))
    canvas.gradient((0, _FLOOR, WIDTH, HEIGHT), (lighter(floor, 0.12), floor, darker(floor, 0.22)))
    if draw.random() < 0.6:
        for plank in range(-16, 17):
            canvas.line([(600 + plank * 70, _FLOOR), (600 + plank * 150, HEIGHT)], darker(floor, 0.14), 1.5)
    else:
        for row in range(1, 5):
            y = _FLOOR + (HEIGHT - _FLOOR) * (row / 5) ** 1.5
            canvas.line([(0, y), (WIDTH, y)], lighter(floor, 0.22), 1.5)
        for column in range(-10, 11):
            canvas.line(
                [(600 + column * 110, _FLOOR), (600 + column * 230, HEIGHT)], lighter(floor, 0.22), 1.5
            )
    canvas.rectangle((0, _FLOOR - 14, WIDTH, _FLOOR), lighter(wall, 0.45))


def _windows(canvas: Canvas, draw: Random, subject: Subject, boxes: Sequence[Box]) -> None:
    """All of a room's windows look out on the same view, each on its part of it."""
    light = LIGHTS[Random(subject.seed).randrange(len(LIGHTS))]
    view = outdoors.view(max(0.5, canvas.scale * 0.7), draw, subject, light)
    share = WIDTH / len(boxes)
    for place, box in enumerate(boxes):
        tall = min(HEIGHT, share * (box[3] - box[1]) / (box[2] - box[0]))
        part = (
            (place * share, 620 - tall, (place + 1) * share, 620) if len(boxes) > 1 else (200, 60, 1000, 800)
        )
        frame = (box[0] - 12, box[1] - 12, box[2] + 12, box[3] + 12)
        canvas.rectangle(frame, subject.house.trim)
        canvas.paste(view, box, part=part)
        middle = (box[0] + box[2]) / 2
        canvas.rectangle((middle - 4, box[1], middle + 4, box[3]), subject.house.trim)
        _curtains(canvas, subject, box)
        canvas.veil(
            [(box[0], _FLOOR), (box[2], _FLOOR), (box[2] + 120, 760), (box[0] + 60, 760)],
            light.sun,
            0.22,
            blur=18,
        )


def _curtains(canvas: Canvas, subject: Subject, box: Box) -> None:
    left, top, right, bottom = box
    canvas.rectangle((left - 20, bottom + 8, right + 20, bottom + 22), lighter(subject.house.trim, 0.3))
    curtain = lighter(subject.house.fabric, 0.35)
    for side in (-1, 1):
        edge = left - 30 if side < 0 else right + 30
        for fold in range(5):
            x = edge - side * fold * 15
            hem = x - side * 13
            shape = [(x, top - 34), (x - side * 16, top - 34), (hem, _FLOOR - 10), (x, _FLOOR - 10)]
            canvas.polygon(shape, darker(curtain, 0.12) if fold % 2 else curtain)
    canvas.rectangle((left - 60, top - 42, right + 60, top - 32), darker(subject.house.wood, 0.2), radius=5)


def _bed(canvas: Canvas, draw: Random, subject: Subject, middle: float) -> None:
    board = darker(subject.house.wood, 0.08)
    half = draw.uniform(205, 240)
    for side in (-1, 1):
        _bedside(canvas, subject, middle + side * (half + 62))
    canvas.gradient((middle - half - 10, 290, middle + half + 10, 560), (lighter(board, 0.15), board))
    if draw.random() < 0.5:
        for x in range(round(middle - half), round(middle + half), 46):
            canvas.line([(x, 296), (x, 470)], darker(board, 0.2), 2)
    linen: Colour = (250, 248, 244)
    canvas.haze((middle - half - 60, 690, middle + half + 60, 770), (24, 20, 24), 0.45, blur=12)
    canvas.polygon(
        [(middle - half, 470), (middle + half, 470), (middle + half + 46, 720), (middle - half - 46, 720)],
        linen,
    )
    canvas.gradient(
        (middle - half - 46, 690, middle + half + 46, 742), (darker(linen, 0.08), darker(linen, 0.2))
    )
    throw = subject.house.fabric
    inset = (610 - 470) / 250 * 46
    canvas.polygon(
        [
            (middle - half - inset, 610),
            (middle + half + inset, 610),
            (middle + half + 44, 708),
            (middle - half - 44, 708),
        ],
        throw,
    )
    canvas.polygon(
        [
            (middle - half - inset, 610),
            (middle + half + inset, 610),
            (middle + half + inset + 3, 622),
            (middle - half - inset - 3, 622),
        ],
        lighter(throw, 0.25),
    )
    for side in (-1, 1):
        left, right = middle + half * (side * 0.5 - 0.43), middle + half * (side * 0.5 + 0.43)
        canvas.rectangle((left, 412, right, 490), darker(linen, 0.08), radius=26)
        canvas.rectangle((left, 406, right, 482), linen, radius=26)
    canvas.rectangle(
        (middle - half * 0.3, 446, middle + half * 0.3, 512), darker(subject.house.accent, 0.12), radius=20
    )
    canvas.rectangle((middle - half * 0.3, 440, middle + half * 0.3, 504), subject.house.accent, radius=20)


def _bedside(canvas: Canvas, subject: Subject, x: float) -> None:
    canvas.glow((x, 360), 190, _LAMP, 0.5)
    canvas.gradient(
        (x - 46, 490, x + 46, 600), (lighter(subject.house.wood, 0.12), darker(subject.house.wood, 0.15))
    )
    canvas.rectangle((x - 34, 510, x + 34, 514), darker(subject.house.wood, 0.35))
    canvas.rectangle((x - 4, 410, x + 4, 490), darker(subject.house.accent, 0.2))
    canvas.ellipse((x - 22, 478, x + 22, 494), darker(subject.house.accent, 0.2))
    canvas.polygon([(x - 26, 350), (x + 26, 350), (x + 42, 414), (x - 42, 414)], (255, 240, 208))


def _picture(canvas: Canvas, draw: Random, subject: Subject, box: Box) -> None:
    canvas.rectangle((box[0] - 8, box[1] - 8, box[2] + 8, box[3] + 8), darker(subject.house.wood, 0.25))
    canvas.gradient(box, (lighter(subject.house.accent, 0.7), lighter(subject.house.fabric, 0.45)))
    for _ in range(4):
        x, y, size = (
            draw.uniform(box[0] + 20, box[2] - 40),
            draw.uniform(box[1] + 14, box[3] - 40),
            draw.uniform(16, 38),
        )
        colour = mix(subject.house.accent, subject.house.fabric, draw.random())
        canvas.ellipse((x, y, min(x + size, box[2]), min(y + size, box[3])), colour)


def _armchair(canvas: Canvas, subject: Subject, foot: tuple[float, float]) -> None:
    x, y = foot
    fabric = mix(subject.house.accent, subject.house.fabric, 0.5)
    canvas.haze((x - 100, y + 4, x + 100, y + 44), (20, 18, 22), 0.4, blur=9)
    canvas.rectangle((x - 74, y - 150, x + 74, y), darker(fabric, 0.1), radius=34)
    canvas.rectangle((x - 92, y - 84, x - 52, y + 14), fabric, radius=18)
    canvas.rectangle((x + 52, y - 84, x + 92, y + 14), fabric, radius=18)
    canvas.rectangle((x - 58, y - 58, x + 58, y + 10), lighter(fabric, 0.18), radius=14)


def _sofa(canvas: Canvas, subject: Subject, foot: tuple[float, float], wide: float) -> None:
    x, y = foot
    fabric = subject.house.fabric
    canvas.haze((x - 20, y + 4, x + wide + 20, y + 46), (20, 18, 22), 0.4, blur=9)
    canvas.rectangle((x, y - 120, x + wide, y), darker(fabric, 0.12), radius=24)
    canvas.rectangle((x - 16, y - 80, x + 26, y + 16), fabric, radius=16)
    canvas.rectangle((x + wide - 26, y - 80, x + wide + 16, y + 16), fabric, radius=16)
    for part in range(2):
        left = x + 26 + part * (wide - 52) / 2
        canvas.rectangle((left, y - 56, left + (wide - 56) / 2, y + 10), lighter(fabric, 0.15), radius=12)
    canvas.rectangle((x + 44, y - 98, x + 102, y - 46), subject.house.accent, radius=12)


def _pendant(canvas: Canvas, place: tuple[float, float], colour: Colour) -> None:
    x, y = place
    canvas.line([(x, 46), (x, y)], (60, 56, 60), 2)
    canvas.glow((x, y + 40), 170, _LAMP, 0.5)
    canvas.polygon([(x - 14, y), (x + 14, y), (x + 44, y + 44), (x - 44, y + 44)], darker(colour, 0.1))
    canvas.ellipse((x - 30, y + 36, x + 30, y + 54), (255, 244, 214))


def _plant_pot(
    canvas: Canvas, draw: Random, subject: Subject, foot: tuple[float, float], size: float
) -> None:
    x, y = foot
    green = hsv(draw.uniform(0.28, 0.4), 0.5, 0.5)
    for leaf in range(11):
        lean = (leaf - 5) * size * 0.09
        top = y - size * draw.uniform(0.75, 1.1) + abs(leaf - 5) * 9
        canvas.polygon(
            [
                (x - 5, y - size * 0.3),
                (x + lean - 12, (y + top) / 2 - 20),
                (x + lean * 1.5, top),
                (x + lean + 12, (y + top) / 2),
            ],
            mix(green, lighter(green, 0.4), draw.random()),
        )
    canvas.polygon(
        [(x - 36, y - 66), (x + 36, y - 66), (x + 26, y), (x - 26, y)], lighter(subject.house.accent, 0.1)
    )


def _dining_table(
    canvas: Canvas, draw: Random, subject: Subject, foot: tuple[float, float], size: float
) -> None:
    x, y = foot
    wide = 120 * size
    for side in (-1, 1):
        seat = x + side * wide * 1.02
        canvas.rectangle(
            (seat - 26 * size, y - 110 * size, seat + 26 * size, y - 8 * size),
            darker(subject.house.fabric, 0.1),
            radius=12 * size,
        )
    canvas.haze((x - wide, y + 20 * size, x + wide, y + 60 * size), (24, 20, 22), 0.4, blur=8)
    cloth: Colour = (248, 245, 238)
    canvas.polygon(
        [
            (x - wide, y - 50 * size),
            (x + wide, y - 50 * size),
            (x + wide * 0.86, y + 44 * size),
            (x - wide * 0.86, y + 44 * size),
        ],
        darker(cloth, 0.1),
    )
    canvas.ellipse((x - wide, y - 80 * size, x + wide, y - 22 * size), cloth)
    for side in (-1, 1):
        plate = x + side * wide * 0.52
        canvas.ellipse(
            (plate - 26 * size, y - 62 * size, plate + 26 * size, y - 42 * size),
            lighter(subject.house.accent, 0.7),
        )
        _glass(canvas, draw, (x + side * wide * 0.2, y - 50 * size))
    canvas.glow((x, y - 76 * size), 60 * size, _LAMP, 0.5)
    canvas.rectangle((x - 4 * size, y - 82 * size, x + 4 * size, y - 56 * size), subject.house.accent)


def _glass(canvas: Canvas, draw: Random, foot: tuple[float, float]) -> None:
    x, y = foot
    wine = draw.choice(((150, 40, 60), (240, 214, 130), (214, 236, 240)))
    canvas.rectangle((x - 1, y - 20, x + 1, y), (232, 240, 244))
    canvas.ellipse((x - 8, y - 3, x + 8, y + 1), (232, 240, 244))
    canvas.ellipse((x - 9, y - 42, x + 9, y - 16), (238, 244, 248))
    canvas.ellipse((x - 7, y - 32, x + 7, y - 17), wine)
