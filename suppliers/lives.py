"""How long what a supplier answered may fill a list: rooms for tonight move faster than rooms for next year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

CURVE = "1:120 7:300 30:900 90:1800 *:3600"
"""Tonight and tomorrow two minutes, a week ahead five, a month ahead a quarter of an hour, later up to an hour."""
STALE_SECONDS = 1800
_LONGEST = 86_400


@dataclass(frozen=True, slots=True)
class Lives:
    """`steps`: up to so many days ahead, so many seconds; `rest` for all later stays. `stale`: how much longer an old
    answer may stand in, shown as such, while a new one is fetched or cannot be had."""

    steps: tuple[tuple[int, int], ...]
    rest: int
    stale: timedelta

    def at(self, days_ahead: int) -> timedelta:
        found = next((seconds for days, seconds in self.steps if days_ahead <= days), self.rest)
        return timedelta(seconds=found)


def parse(curve: str, *, stale_seconds: int = STALE_SECONDS) -> Lives:
    """`"1:120 7:300 *:900"`. Raises ValueError, saying what is wrong."""
    pairs = [part.partition(":") for part in curve.split()]
    if not pairs or pairs[-1][0] != "*":
        raise ValueError("it ends with the life of all later stays, such as *:900")
    if not all(
        seconds.isdecimal() and (days.isdecimal() or days == "*") for days, _, seconds in pairs
    ) or "*" in [days for days, _, _ in pairs[:-1]]:
        raise ValueError("it is written as days:seconds, such as 7:300, parted by spaces")
    steps = tuple((int(days), int(seconds)) for days, _, seconds in pairs[:-1])
    if [days for days, _ in steps] != sorted({days for days, _ in steps}):
        raise ValueError("the days grow from step to step")
    rest = int(pairs[-1][2])
    if any(not 1 <= seconds <= _LONGEST for seconds in (*(seconds for _, seconds in steps), rest)):
        raise ValueError(f"a life is from 1 to {_LONGEST} seconds")
    return Lives(steps, rest, timedelta(seconds=stale_seconds))
