"""A supplier, or the database, in trouble: what a run notes of it, and how long it waits."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from faredown.lib import clock
from faredown.messaging.services import outbox
from hotels.models import SyncRun
from suppliers.errors import QuotaUsedUp, Throttled

log = structlog.get_logger(__name__)

LEAST, MOST = timedelta(seconds=5), timedelta(minutes=5)
QUOTA_PAUSE = timedelta(minutes=15)
"""When a used up quota comes back is not documented: asked again a few times an hour, no more."""
LONGEST_TOLD = timedelta(days=1)
ALARM_AFTER = timedelta(hours=3)
"""Without a step forward staff are told; the run goes on waiting by itself."""
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def note(run: SyncRun, error: Exception) -> datetime:
    """Until when the run waits. As the supplier says; else as long as it has not got on already, so that it asks less
    and less often. Its position and the time of its last step stay as they are."""
    now = clock.now()
    until = now + _pause(error, now - run.progress_at)
    kind = _WORD.sub("_", type(error).__name__).lower()
    log.warning("content_sync_waits", supplier=run.supplier, error=kind, detail=str(error)[:300], until=until)
    with transaction.atomic():
        kept = SyncRun.objects.select_for_update().get(pk=run.pk)
        errors = kept.errors | {kind: kept.errors.get(kind, 0) + 1}
        reason = f"{kind.replace('_', ' ')}: {error}"[:300].rstrip(": ")
        SyncRun.objects.filter(pk=run.pk).update(errors=errors, waits_until=until, error=reason)
        if now - run.progress_at > ALARM_AFTER:
            _alarm(run, kind, error)
    run.errors, run.waits_until, run.error = errors, until, reason
    return until


def _pause(error: Exception, stuck: timedelta) -> timedelta:
    if isinstance(error, Throttled) and error.retry_after is not None:
        return min(LONGEST_TOLD, max(timedelta(seconds=1), timedelta(seconds=error.retry_after)))
    if isinstance(error, QuotaUsedUp):
        return QUOTA_PAUSE
    return min(MOST, max(LEAST, stuck))


def _alarm(run: SyncRun, kind: str, error: Exception) -> None:
    outbox.alert(
        code="sync_stuck",
        subject=f"The sync of {run.supplier} does not get on",
        detail=f"No step since {clock.iso(run.progress_at)}, at {run.stage} {run.position}: {kind}.\n"
        f"{str(error)[:500]}\nIt tries again by itself until it is stopped.",
        related_reference=run.public_id,
        dedupe_key=f"sync_stuck:{run.public_id}:{run.stage}:{run.position}",
    )
