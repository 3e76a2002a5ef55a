"""The right to do one named thing, kept in a row: it survives connection pools and PgBouncer, unlike advisory locks."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, QuerySet

from faredown.idempotency.models import Lease
from faredown.lib import clock


@dataclass(frozen=True, slots=True)
class Held:
    """`token` goes with every write made under the lease, which then checks `leases.holds(held)` or its own column."""

    name: str
    holder: str
    token: int


def acquire(name: str, *, holder: str, ttl: timedelta) -> Held | None:
    """None: somebody holds it. The clocks of the hosts count, so a ttl is many times their difference (30 s and up)."""
    now = clock.now()
    Lease.objects.bulk_create([Lease(name=name, expires_at=now)], ignore_conflicts=True)
    free = Lease.objects.filter(name=name, expires_at__lte=now)
    if not free.update(holder=holder, token=F("token") + 1, expires_at=now + ttl):
        return None
    # Between the two statements nobody else can take it: it has just been extended.
    return Held(name, holder, Lease.objects.values_list("token", flat=True).get(name=name))


def heartbeat(held: Held, *, ttl: timedelta) -> bool:
    """Keep it. False: it ran out and somebody else has it; stop."""
    return bool(_mine(held).update(expires_at=clock.now() + ttl))


def holds(held: Held) -> bool:
    return _mine(held).filter(expires_at__gt=clock.now()).exists()


def release(held: Held) -> None:
    _mine(held).update(expires_at=clock.now())


def _mine(held: Held) -> QuerySet[Lease]:
    return Lease.objects.filter(name=held.name, holder=held.holder, token=held.token)
