"""One answer per key. Called outside any transaction: the row has to be seen by others while the work goes on."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import F

from faredown.idempotency.models import Key, Status
from faredown.lib import clock

LEASE = timedelta(minutes=2)  # longer than any request may run
KEPT = timedelta(days=30)


class Kind(StrEnum):
    NEW = "new"
    REPLAY = "replay"
    MISMATCH = "mismatch"
    IN_FLIGHT = "in_flight"


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: Kind
    key: Key
    retry_after: int = 0


def begin(scope: str, key: str, fingerprint: str, *, lease: timedelta = LEASE) -> Outcome:
    """NEW: the caller does the work and says `finish` or `release`. Anything else: it does not."""
    until = clock.now() + lease
    columns = {"fingerprint": fingerprint, "lease_expires_at": until}
    row, created = Key.objects.get_or_create(scope=scope, key=key, defaults=columns)
    if created:
        return Outcome(Kind.NEW, row)
    if row.fingerprint != fingerprint:
        return Outcome(Kind.MISMATCH, row)
    if row.status == Status.DONE:
        return Outcome(Kind.REPLAY, row)
    return _take_over(row, lease)


def finish(key: Key, *, status: int, resource: str = "", response: Any = None) -> bool:
    """Keep the final answer. False: the lease ran out and another attempt owns the key."""
    return bool(
        Key.objects.filter(pk=key.pk, attempt=key.attempt, status=Status.IN_FLIGHT).update(
            status=Status.DONE, response_status=status, resource=resource, response=response
        )
    )


def release(key: Key) -> None:
    """Nothing final came of it: the same key may try again at once."""
    Key.objects.filter(pk=key.pk, attempt=key.attempt, status=Status.IN_FLIGHT).delete()


def prune() -> int:
    deleted, _ = Key.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    return deleted


def _take_over(row: Key, lease: timedelta) -> Outcome:
    now = clock.now()
    abandoned = Key.objects.filter(
        pk=row.pk, attempt=row.attempt, status=Status.IN_FLIGHT, lease_expires_at__lte=now
    )
    if abandoned.update(attempt=F("attempt") + 1, lease_expires_at=now + lease):
        row.attempt += 1
        return Outcome(Kind.NEW, row)
    # Seconds, not the whole lease: the first attempt usually ends long before it.
    return Outcome(
        Kind.IN_FLIGHT, row, retry_after=max(1, min(5, int((row.lease_expires_at - now).total_seconds())))
    )
