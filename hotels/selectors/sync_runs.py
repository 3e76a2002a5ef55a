"""How far a sync is, for those who watch it."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from faredown.lib import clock
from hotels import sync_stages
from hotels.models import SyncRun

_LONG = (sync_stages.HOTELS, sync_stages.CODES)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """`seen` and `total` are records of the stage under way; `per_second` counts the time it was worked at, without
    waiting. `stage_number` is from 1, and `stages` when the run is done."""

    stage: str
    stage_number: int
    stages: int
    seen: int
    total: int
    per_second: float
    expected_end: datetime | None
    waits_until: datetime | None


def progress(run: SyncRun) -> Progress:
    stages = sync_stages.of(run.kind, one_destination=run.destination_id is not None)
    counts = run.counts.get(run.stage, {})
    worked = counts.get("milliseconds", 0) / 1000
    per_second = round(counts.get("seen", 0) / worked, 1) if worked else 0.0
    waits = run.waits_until if run.waits_until and run.waits_until > clock.now() else None
    return Progress(
        stage=run.stage,
        stage_number=stages.index(run.stage) + 1 if run.stage in stages else 1,
        stages=len(stages),
        seen=max(0, min(run.position - 1, run.total)) if run.total else counts.get("seen", 0),
        total=run.total,
        per_second=per_second,
        expected_end=_expected_end(run, per_second, waits),
        waits_until=waits,
    )


def last(supplier: str) -> SyncRun | None:
    return SyncRun.objects.filter(supplier=supplier).order_by("-started_at").first()


def _expected_end(run: SyncRun, per_second: float, waits: datetime | None) -> datetime | None:
    """From the rate where most of the time goes; else as long as the last good run of the kind took. None: not known,
    or over, or nobody works at it."""
    if run.status != SyncRun.Status.RUNNING:
        return None
    begins = waits or clock.now()
    if run.stage in _LONG and per_second and run.total:
        return begins + timedelta(seconds=max(0, run.total - run.position + 1) / per_second)
    same = SyncRun.objects.filter(
        supplier=run.supplier, kind=run.kind, destination=run.destination_id, status=SyncRun.Status.DONE
    )
    before = same.order_by("-started_at").first()
    if before is None or before.finished_at is None:
        return None
    ends = run.started_at + (before.finished_at - before.started_at)
    return ends if ends > begins else None
