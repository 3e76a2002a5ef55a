"""The numbers of booking and payment that an installation may set: `BOOKINGS = {"quote_life_seconds": 600}`."""

from __future__ import annotations

import msgspec
from django.conf import settings


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    quote_life_seconds: int = 1200
    quote_least_seconds: int = 120
    """A rate key with less life left than this is not worth quoting: the guest could not finish."""
    wait_seconds: float = 4.0
    """How long an answer to a guest waits for the worker before it says "being confirmed"."""
    stale_seconds: int = 30
    """A row that a task should have moved on by now is the sweeper's."""
    booking_margin_seconds: int = 30
    """Added to the supplier's own longest call before a silent attempt counts as lost."""
    absent_listings: int = 4
    absent_minutes: int = 15
    """UNKNOWN becomes REJECTED after this many listings without our reference over at least this time."""
    watch_hours: int = 48
    watch_interval_minutes: int = 30
    verify_hours: int = 6
    """How often a confirmed booking is read at the supplier until departure (hotels cancel, too)."""
    difference_limit_percent: int = 1
    """Confirmed against quoted net: past this share of the net, staff look at it."""
    gateway_deadline_seconds: int = 60
    challenge_minutes: int = 15
    capture_attempts: int = 4
    retry_seconds: int = 120
    """Failed captures, voids, refunds and cancellations are tried again after this, doubling each time."""
    cancel_attempts: int = 6
    access_token_days: int = 400
    link_hours: int = 24
    document_link_seconds: int = 900
    batch: int = 200
    """Rows a sweep takes of each kind: a sweep stays short, the next one comes soon."""

    @property
    def unclear_minutes(self) -> int:
        """Within this an unclear booking is usually decided: the time its listings take, and as long again for slow
        answers of the supplier, the sweep and the mail."""
        return 2 * self.absent_minutes


def rules() -> Rules:
    return msgspec.convert(getattr(settings, "BOOKINGS", {}), Rules)
