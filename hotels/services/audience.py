"""Who a price is made for."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hotels.pricing.rules import Stay, UserType
from hotels.services.fan_out import Record


def user_type(user: Any) -> UserType:
    """Of whoever a request came from, signed in or not."""
    if not user.is_authenticated:
        return UserType.GUEST
    return UserType.STAFF if user.is_staff else UserType.MEMBER


def stay_of(record: Record) -> Stay:
    """What rules know of a search. All of it is bound to the search: its prices do not move at midnight."""
    asked = record.criteria
    return Stay(
        check_in=asked.check_in,
        nights=asked.nights,
        lead_days=(asked.check_in - record.created_at.astimezone(UTC).date()).days,
        channel=record.channel,
        user_type=record.user_type,
        residency=asked.residency,
    )
