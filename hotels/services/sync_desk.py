"""What staff ask of a sync, each on record in the transaction that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from faredown.accounts.models import User
from faredown.audit.services import audit
from hotels.models import Destination, SyncRun
from hotels.services import content_sync


@transaction.atomic
def start(
    supplier: str,
    *,
    kind: str,
    destination: Destination | None,
    languages: Sequence[str],
    by: User,
) -> SyncRun:
    """Raises as `content_sync.start` does."""
    run = content_sync.start(supplier, kind=kind, destination=destination, by=by, languages=languages)
    audit.record(
        "sync.started",
        target=run,
        by=by,
        supplier=supplier,
        kind=run.kind,
        destination=destination.public_id if destination else "",
        languages=run.languages,
    )
    return run


def pause(run: SyncRun, *, by: User) -> SyncRun:
    return _recorded("sync.paused", content_sync.pause, run, by)


def resume(run: SyncRun, *, by: User) -> SyncRun:
    return _recorded("sync.resumed", content_sync.resume, run, by)


def stop(run: SyncRun, *, by: User) -> SyncRun:
    return _recorded("sync.stopped", content_sync.stop, run, by)


@transaction.atomic
def _recorded(action: str, verb: Callable[[SyncRun], SyncRun], run: SyncRun, by: User) -> SyncRun:
    changed = verb(run)
    audit.record(action, target=changed, by=by, stage=changed.stage, position=changed.position)
    return changed
