"""Beat may run twice, and workers may hold a backlog: of every period of a scheduled task one run gets the slot."""

from datetime import timedelta

from faredown.idempotency.models import Lease
from faredown.lib import clock


def claim(name: str, *, every: timedelta) -> bool:
    """True for the first caller in this period (`every`, counted from the epoch)."""
    now = clock.now()
    slot = int(now.timestamp() // every.total_seconds())
    row = f"slot:{name}"
    Lease.objects.bulk_create([Lease(name=row, expires_at=now)], ignore_conflicts=True)
    return bool(Lease.objects.filter(name=row, token__lt=slot).update(token=slot, expires_at=now + every))
