"""Where labels of a picture go so that none lies upon another: beside what they name, the nearest free place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Size = tuple[int, int]
Step = tuple[int, int]
Spot = tuple[int, int]

BESIDE = (
    *((0, -22), (0, 22), (0, -56), (0, 56), (80, 0), (-80, 0)),
    *((80, -38), (-80, -38), (80, 38), (-80, 38), (0, -90), (0, 90)),
    *((110, -72), (-110, -72), (110, 72), (-110, 72), (150, 0), (-150, 0), (0, -124), (0, 124)),
    *((150, -104), (-150, -104), (150, 104), (-150, 104), (0, -158), (0, 158)),
)  # fmt: skip
"""Steps to the right and down, in pixels: above first, then farther and farther around."""
UPON = ((0, 0), (0, -20), (0, 20))


class Crowd:
    """`corners` are never covered, `taken` only where there is no other place."""

    def __init__(
        self, width: int, height: int, *, corners: Iterable[Rectangle] = (), taken: Iterable[Rectangle] = ()
    ) -> None:
        self._width, self._height = width, height
        self._corners = list(corners)
        self._taken = [*self._corners, *taken]

    def place(self, x: float, y: float, *, size: Size, tries: Sequence[Step]) -> Spot | None:
        """The middle of the first place that is free and inside the picture; None where the crowd is too thick."""
        return self._first(x, y, size, tries, self._taken)

    def squeeze(self, x: float, y: float, *, size: Size, tries: Sequence[Step]) -> Spot:
        """The same, upon others where it must be."""
        return (
            self._first(x, y, size, tries, self._taken)
            or self._first(x, y, size, tries, self._corners)
            or self._inside(x, y, size)
        )

    def _first(
        self, x: float, y: float, size: Size, tries: Sequence[Step], others: Sequence[Rectangle]
    ) -> Spot | None:
        for right, down in tries:
            middle = self._inside(x + right, y + down, size)
            box = _around(middle, size)
            if not any(_overlap(box, other) for other in others):
                self._taken.append(box)
                return middle
        return None

    def _inside(self, x: float, y: float, size: Size) -> Spot:
        return _between(x, size[0], self._width), _between(y, size[1], self._height)


def _between(middle: float, length: int, room: int) -> int:
    half = length / 2 + 2
    return round(min(max(middle, half), max(room - half, half)))


def _around(middle: Spot, size: Size) -> Rectangle:
    x, y = middle
    return x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
