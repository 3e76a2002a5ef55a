from __future__ import annotations

from datetime import timedelta

import pytest

from suppliers import lives


@pytest.mark.parametrize(
    ("days", "seconds"),
    [
        (-1, 120),
        (0, 120),
        (1, 120),
        (2, 300),
        (7, 300),
        (8, 900),
        (30, 900),
        (31, 1800),
        (90, 1800),
        (91, 3600),
    ],
)
def test_the_curve_we_start_with(days: int, seconds: int) -> None:
    assert lives.parse(lives.CURVE).at(days) == timedelta(seconds=seconds)


def test_one_life_for_all() -> None:
    found = lives.parse("*:60", stale_seconds=5)
    assert (found.at(0), found.at(400), found.stale) == (
        timedelta(seconds=60),
        timedelta(seconds=60),
        timedelta(seconds=5),
    )


@pytest.mark.parametrize(
    "curve",
    [
        "",
        "7:300",
        "*:0",
        "*:86401",
        "*:x",
        "x:1 *:60",
        "7:60 7:90 *:60",
        "9:60 7:90 *:60",
        "*:60 *:60",
        "7 *:60",
        "-1:5 *:60",
    ],
)
def test_what_is_no_curve(curve: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        lives.parse(curve)
