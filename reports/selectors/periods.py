"""The spans of time that figures are compared over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (included) to `end` (excluded), both aware."""

    start: datetime
    end: datetime

    @property
    def before(self) -> Period:
        """The span of the same length that ends where this one starts."""
        return Period(self.start - (self.end - self.start), self.start)


def last_days(days: int, *, until: datetime) -> Period:
    return Period(until - timedelta(days=days), until)


def months_back(count: int, *, until: datetime) -> list[Period]:
    """The last `count` calendar months in UTC, oldest first; the last one is the running month, up to `until`."""
    start = until.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = [Period(start, until)]
    while len(months) < count:
        earlier = (start - timedelta(days=1)).replace(day=1)
        months.append(Period(earlier, start))
        start = earlier
    return months[::-1]
