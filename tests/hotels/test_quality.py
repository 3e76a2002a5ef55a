"""The quality score, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from hotels.services.content import quality

BARE: dict[str, Any] = {
    "photos": 0,
    "described_in": (),
    "has_coordinates": False,
    "facilities": 0,
    "rooms": 0,
    "has_stars": False,
    "contacts": 0,
}


@pytest.mark.parametrize(
    ("has", "score"),
    [
        ({}, 0),
        ({"photos": 1}, 3),
        ({"photos": 10}, 30),
        ({"photos": 3000}, 30),
        ({"described_in": ("en",)}, 15),
        ({"described_in": ("es",)}, 5),
        ({"described_in": ("ar", "en", "es", "fr")}, 25),
        ({"has_coordinates": True}, 15),
        ({"facilities": 4}, 0),
        ({"facilities": 5}, 3),
        ({"facilities": 19}, 9),
        ({"facilities": 500}, 12),
        ({"rooms": 1}, 8),
        ({"rooms": 40}, 8),
        ({"has_stars": True}, 4),
        ({"contacts": 1}, 3),
        ({"contacts": 2}, 6),
        ({"photos": 4, "described_in": ("en", "es"), "has_coordinates": True, "facilities": 12}, 53),
        (
            {
                "photos": 12,
                "described_in": ("ar", "en", "es"),
                "has_coordinates": True,
                "facilities": 20,
                "rooms": 3,
                "has_stars": True,
                "contacts": 2,
            },
            100,
        ),
    ],
)
def test_points(has: dict[str, Any], score: int) -> None:
    assert quality.of(**BARE | has) == score
