"""Hours of a day and days of a year in the reader's words."""

from __future__ import annotations

from datetime import date, time, timedelta

from babel.dates import format_date, format_time
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from faredown.lib import clock

MIDNIGHT = time(0)
FAR = timedelta(days=3653)
"""An end ten years away is none."""


def span(first: time | None, last: time | None) -> str:
    """`from 15:00 until 23:00`, or the half that is told."""
    values = {"first": on_clock(first) if first else "", "last": on_clock(last) if last else ""}
    match (first, last):
        case (None, None):
            return ""
        case (_, None):
            return _("from %(first)s") % values
        case (None, time(hour=0, minute=0)):
            return _("until midnight")
        case (None, _):
            return _("until %(last)s") % values
        case (_, time(hour=0, minute=0)):
            return _("from %(first)s until midnight") % values
    return _("from %(first)s until %(last)s") % values


def hours(first: time | None, last: time | None) -> str:
    """When something is open. Midnight as the beginning, or one hour for both, is what stands where none was told."""
    opens = None if first in (MIDNIGHT, last) else first
    closes = None if last == first or (opens is None and last == MIDNIGHT) else last
    if opens is not None and closes is not None:
        return f"{on_clock(opens)}\u2013{on_clock(closes)}"
    return span(opens, closes)


def season(first: date | None, last: date | None) -> str:
    if last is not None and last - clock.today() > FAR:
        last = None
    if first is not None and last is not None:
        begins = "d MMM" if first.year == last.year else "d MMM y"
        return f"{_day(first, begins)} \u2013 {_day(last)}"
    if last is not None:
        return _("until %(day)s") % {"day": _day(last)}
    return _("from %(day)s") % {"day": _day(first)} if first else ""


def on_clock(hour: time) -> str:
    return format_time(hour, "HH:mm", locale=locale())


def locale() -> str:
    return (get_language() or "en").replace("-", "_")


def _day(one: date, form: str = "d MMM y") -> str:
    return format_date(one, form, locale=locale())
