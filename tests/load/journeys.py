"""What the bench tells its travellers, and what they tell it. Known to both, and to nothing else: travellers.py is
loaded by locust, which changes the standard library of the process it is in."""

from __future__ import annotations

import msgspec

SEARCHES, TOLD = "TRAVELLERS_SEARCHES", "TRAVELLERS_TOLD"
"""Variables that name the two files."""
FIRST_PRICE = "first priced hotel"
"""From the click on search to an answer with a hotel and its price."""


class Asked(msgspec.Struct):
    """A search. The file holds a list of them, the most wanted first."""

    place: str
    name: str
    check_in: str
    check_out: str
    adults: int
    ages: list[int]


class Told(msgspec.Struct, array_like=True):
    """A step. `at`: when it began, seconds since 1970. `status` is 0 where no answer came; None: it was no request."""

    at: float
    step: str
    milliseconds: float
    status: int | None
