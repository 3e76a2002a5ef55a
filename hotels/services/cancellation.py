"""The guest's cancellation terms as they are shown: never free unless known to be free now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from faredown.lib import clock
from hotels.pricing import terms
from hotels.services.offers import Offer
from suppliers.types import CancellationTerm


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """`known` False: shown after the price check. `free_until` only while it lies ahead. `steps`: from each instant
    on, cancelling costs that fee of the whole."""

    known: bool
    free_until: datetime | None
    is_free_now: bool
    non_refundable: bool
    steps: tuple[CancellationTerm, ...]
    timezone: str


def of(offers: Sequence[Offer], *, timezone: str) -> Cancellation:
    """Of offers bought together: fees add up, the earliest free instant counts, one unknown makes all unknown."""
    parts = [offer.terms for offer in offers]
    known = [part for part in parts if part is not None]
    steps = terms.together(known) if len(known) == len(parts) else ()
    non_refundable = any(offer.rate.non_refundable for offer in offers)
    is_free = terms.is_free_at(steps, clock.now(), non_refundable=non_refundable)
    return Cancellation(
        known=len(known) == len(parts),
        free_until=terms.free_until(steps) if is_free else None,
        is_free_now=is_free,
        non_refundable=non_refundable,
        steps=steps,
        timezone=timezone,
    )
