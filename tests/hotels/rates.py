"""Rates made up for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from faredown.lib.money import Money
from suppliers.types import CancellationTerm, Occupancy, Rate

COUPLE = Occupancy(2)
FREE_UNTIL = datetime(2099, 1, 1, tzinfo=UTC)


def rate(net: str, **changes: Any) -> Rate:
    """A refundable double, room only, in euro."""
    money = Money.of(net, "EUR")
    facts: dict[str, Any] = {
        "hotel_code": "1",
        "room_code": "DBL.ST",
        "room_name": "DOUBLE STANDARD",
        "board_code": "RO",
        "board_name": "ROOM ONLY",
        "rate_key": f"key {net} {sorted(changes.items())}",
        "rate_class": "NOR",
        "needs_check": False,
        "net": money,
        "occupancy": COUPLE,
        "terms": (CancellationTerm(money, FREE_UNTIL, "2099-01-01T00:00:00+00:00"),),
    }
    return Rate(**(facts | changes))
