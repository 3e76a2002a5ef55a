"""The guest's cancellation terms as they are frozen: stored, shown on two clocks, and read back. Pure.

{"known": true, "non_refundable": false, "free_until": "2027-01-03T20:00:00Z", "timezone": "Asia/Dubai",
 "steps": [{"starts_at", "hotel_local", "fee": {amount, currency}, "text": the supplier's own instant}]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from faredown.lib import clock
from faredown.lib.money import Money
from hotels.pricing import terms as guest
from suppliers.types import CancellationTerm

Terms = Mapping[str, Any]


def freeze(
    parts: Sequence[Sequence[CancellationTerm] | None], *, non_refundable: bool, timezone: str, total: Money
) -> dict[str, Any]:
    """`parts`: the guest's steps of each rate. One rate whose terms are not known makes the whole not known: it is
    then treated as not refundable from now on, and never shown as free."""
    known = all(part is not None for part in parts)
    steps = guest.together([part for part in parts if part]) if known else ()
    is_free = known and guest.is_free_at(steps, clock.now(), non_refundable=non_refundable)
    free_until = guest.free_until(steps) if is_free else None
    return {
        "known": known,
        "non_refundable": non_refundable,
        "free_until": clock.iso(free_until) if free_until else None,
        "timezone": timezone,
        "steps": [_step(step, timezone) for step in steps],
        "total": total.as_json(),
    }


def steps(frozen: Terms) -> tuple[CancellationTerm, ...]:
    return tuple(
        CancellationTerm(
            Money.from_json(step["fee"]), datetime.fromisoformat(step["starts_at"]), step["text"]
        )
        for step in frozen["steps"]
    )


def free_until(frozen: Terms) -> datetime | None:
    return datetime.fromisoformat(frozen["free_until"]) if frozen["free_until"] else None


def fee_at(frozen: Terms, instant: datetime) -> Money:
    """What the guest pays when he cancels then. Terms that never charge leave it free."""
    total = Money.from_json(frozen["total"])
    if frozen["non_refundable"] or not frozen["known"]:
        return total
    return min(guest.fee_at(steps(frozen), instant, currency=total.currency), total)


def _step(step: CancellationTerm, timezone: str) -> dict[str, Any]:
    return {
        "starts_at": clock.iso(step.starts_at),
        "hotel_local": clock.in_zone(step.starts_at, timezone).isoformat(),
        "fee": step.fee.as_json(),
        "text": step.text,
    }
