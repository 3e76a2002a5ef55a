"""A signature holds the time: a supplier that refuses ours while its clock says another one tells us to set our own."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import structlog
from django.db import Error as DatabaseError
from django.db import transaction

from faredown.lib import clock
from faredown.messaging.services import outbox

log = structlog.get_logger(__name__)

SKEW_SECONDS = 60
"""Services allow a few minutes; a clock that is off by one will be off by more."""


def ahead(http_date: str) -> float:
    """Seconds our clock is ahead of the one that wrote the header; 0 where it says nothing."""
    try:
        theirs = parsedate_to_datetime(http_date)
    except (ValueError, TypeError):
        return 0.0
    return (clock.now() - theirs).total_seconds() if theirs.tzinfo else 0.0


def off(skew: float) -> str:
    return f"{abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"


def suspect(supplier: str, http_date: str) -> str:
    """Of a refused signature: what is wrong with our clock, told to staff at most once an hour; "" if it is right."""
    skew = ahead(http_date)
    if abs(skew) <= SKEW_SECONDS:
        return ""
    sentence = (
        f"this machine's clock is {off(skew)}: the signature holds the time. Set the clock (NTP) before you "
        "look at the keys."
    )
    try:
        with transaction.atomic():
            outbox.alert(
                code="supplier_clock",
                subject=f"{supplier} refuses our signature: the clock is wrong",
                detail=f"{supplier} refused the signature, and {sentence}",
                dedupe_key=f"supplier_clock:{supplier}:{clock.now():%Y-%m-%dT%H}",
            )
    except DatabaseError as error:
        log.error("supplier_clock_not_told", supplier=supplier, skew=round(skew), error=type(error).__name__)
    return sentence
