"""A hotel's facility in staff's words, as it is kept: every value, nothing read into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from hotels.models import HotelFacility

VALUES = (
    *("available", "fee", "number", "distance", "amount", "currency", "unit"),
    *("time_from", "time_to", "starts_on", "ends_on", "age_from", "age_to"),
)


def of(facts: Mapping[str, Any]) -> str:
    """`facts`: the model's fields by their names, those of `VALUES`."""
    parts = (
        "" if facts["available"] else "not there",
        "fee" if facts["fee"] else "",
        "" if facts["number"] is None else f"{facts['number']}",
        "" if facts["distance"] is None else f"{facts['distance']} m",
        _amount(facts["amount"], facts["currency"], facts["unit"]),
        _range(_clock(facts["time_from"]), _clock(facts["time_to"])),
        _range(_day(facts["starts_on"]), _day(facts["ends_on"])),
        _range(facts["age_from"], facts["age_to"], prefix="ages "),
    )
    return ", ".join(part for part in parts if part)


def _amount(amount: Decimal | None, currency: str, unit: str) -> str:
    if amount is None:
        return ""
    return f"{amount.normalize():f} {currency} {HotelFacility.Unit(unit).label if unit else ''}".strip()


def _range(first: str | int | None, last: str | int | None, *, prefix: str = "") -> str:
    if first is None and last is None:
        return ""
    return f"{prefix}{'...' if first is None else first} to {'...' if last is None else last}"


def _clock(hour: time | None) -> str | None:
    return None if hour is None else f"{hour:%H:%M}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
