"""Where labels of a picture go so that none lies upon another: beside what they name, the nearest free place."""

from __future__ import annotations

from collections.abc import Iterable

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""

BESIDE = (
    *((0, -22), (0, 22), (0, -56), (0, 56), (80, 0), (-80, 0)),
    *((80, -38), (-80, -38), (80, 38), (-80, 38), (0, -90), (0, 90), (110, -72), (-110, -72), (110, 72), (-110, 72)),
)  # fmt: skip
UPON = ((0, 0), (0, -20), (0, 20))


class Crowd:
    def __init__(self, width: int, height: int, *, taken: Iterable[Rectangle] = ()) -> None:
        self._width, self._height = width, height
        self._taken = list(taken)

    def place(
        self, x: float, y: float, *, size: tuple[int, int], tries: Iterable[tuple[int, int]]
    ) -> tuple[int, int] | None:
        """The middle of the first place that is free and inside the picture; None where the crowd is too thick."""
        for right, down in tries:
            middle = self._inside(x + right, y + down, size)
            box = _around(middle, size)
            if not any(_overlap(box, other) for other in self._taken):
                self._taken.append(box)
                return middle
        return None

    def squeeze(self, x: float, y: float, *, size: tuple[int, int]) -> tuple[int, int]:
        """Inside the picture, upon whatever is there."""
        return self._inside(x, y, size)

    def _inside(self, x: float, y: float, size: tuple[int, int]) -> tuple[int, int]:
        return _between(x, size[0], self._width), _between(y, size[1], self._height)


def _between(middle: float, length: int, room: int) -> int:
    half = length / 2 + 2
    return round(min(max(middle, half), max(room - half, half)))


def _around(middle: tuple[int, int], size: tuple[int, int]) -> Rectangle:
    x, y = middle
    return x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
