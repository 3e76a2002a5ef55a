"""The only place that reads the time, so that tests and the simulator's clock can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("clock_fixed", default=None)
_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta())


def now() -> datetime:
    return (_fixed.get() or datetime.now(UTC)) + _shift.get()


def today(zone: str = "UTC") -> date:
    """The calendar day at that place: at 23:30 in London it is already tomorrow in Dubai."""
    return now().astimezone(ZoneInfo(zone)).date()


def iso(instant: datetime) -> str:
    """RFC 3339 in UTC with a Z: `2026-11-22T21:30:00Z`."""
    return _aware(instant).astimezone(UTC).isoformat().replace("+00:00", "Z")


def in_zone(instant: datetime, zone: str) -> datetime:
    return _aware(instant).astimezone(ZoneInfo(zone))


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    fixed, shift = _fixed.set(_aware(instant).astimezone(UTC)), _shift.set(timedelta())
    try:
        yield
    finally:
        _shift.reset(shift)
        _fixed.reset(fixed)


@contextmanager
def travel(distance: timedelta) -> Iterator[None]:
    """Move on (or back) from whatever time it is now; nests, also inside `frozen`."""
    shift = _shift.set(_shift.get() + distance)
    try:
        yield
    finally:
        _shift.reset(shift)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant
