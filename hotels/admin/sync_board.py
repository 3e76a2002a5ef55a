"""A run as staff watch it: the page shows this, and the address it asks every few seconds answers this."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from faredown.lib import clock
from faredown.lib.backoffice import NOTHING
from hotels import sync_stages
from hotels.models import SyncRun
from hotels.selectors import sync_runs

_SILENT_AFTER = timedelta(minutes=5)
_STAGES = {
    sync_stages.CODES: "list of hotel codes",
    sync_stages.RETIRE: "retiring what is no longer listed",
    sync_stages.UNKNOWN: "hotels that we did not know",
    sync_stages.DERIVE: "search names, counts, landmarks",
}


def board(run: SyncRun) -> dict[str, Any]:
    """Plain JSON: `texts` are ready to be shown, `tables` are rows of cells (a list in a cell is a list of samples)."""
    now = clock.now()
    progress = sync_runs.progress(run)
    return {
        "status": run.status,
        "live": run.status == SyncRun.Status.RUNNING,
        "stage": {"value": progress.stage_number, "max": progress.stages},
        "records": {"value": progress.seen, "max": progress.total},
        "texts": _texts(run, progress, now),
        "tables": {
            "counts": [_counted(stage, counts) for stage, counts in _in_order(run)],
            "errors": [[_words(kind), f"{count:,}"] for kind, count in _most_first(run.errors)],
            "findings": [
                [_words(kind), f"{finding['count']:,}", list(finding["samples"])]
                for kind, finding in sorted(run.findings.items(), key=lambda pair: -pair[1]["count"])
            ],
        },
    }


def stage_name(stage: str) -> str:
    return _STAGES.get(stage) or stage.replace("types/", "vocabulary: ").replace("_", " ")


def summary(run: SyncRun) -> str:
    """One line for the list: where an open run is and a stopped one was, what one that is over has done. Asks the
    database nothing."""
    if run.status in SyncRun.OPEN:
        return _place(run)
    if run.status == SyncRun.Status.STOPPED:
        return f"by staff, at {_place(run)}"
    hotels = run.counts.get(sync_stages.HOTELS, {})
    written = f"{hotels.get('written', 0):,} of {hotels.get('seen', 0):,} hotels written" if hotels else ""
    return run.error if run.status == SyncRun.Status.FAILED else written


def _place(run: SyncRun) -> str:
    done = max(0, min(run.position - 1, run.total))
    return stage_name(run.stage) + (f", {done:,} of {run.total:,}" if run.total else "")


def took(span: timedelta) -> str:
    """`1 h 05 min`, `4 min 10 s`, `12 s`."""
    seconds = max(0, round(span.total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {seconds % 60:02d} s" if minutes else f"{seconds} s"


def _texts(run: SyncRun, progress: sync_runs.Progress, now: datetime) -> dict[str, str]:
    return {
        "status": run.get_status_display(),
        "stage": f"{progress.stage_number} of {progress.stages}: {stage_name(run.stage)}",
        "records": _records(progress) or NOTHING,
        "rate": f"{progress.per_second:,.1f} a second" if progress.per_second else NOTHING,
        "took": took((run.finished_at or now) - run.started_at),
        "ends": _ends(progress.expected_end, now),
        "moved": f"{took(now - run.progress_at)} ago" if run.status in SyncRun.OPEN else NOTHING,
        "notice": _notice(run, progress, now),
    }


def _notice(run: SyncRun, progress: sync_runs.Progress, now: datetime) -> str:
    if progress.waits_until:
        why = f": {run.error}" if run.error else "."
        return (
            f"Waits until {progress.waits_until:%H:%M:%S} UTC, {took(progress.waits_until - now)} more{why}"
        )
    if run.status == SyncRun.Status.FAILED:
        return f"Ended early: {run.error}"
    if run.status == SyncRun.Status.STOPPED:
        return "Stopped by staff. What it wrote stays; the next sync begins anew."
    if run.status == SyncRun.Status.PAUSED:
        return "Paused by staff. It goes on from here when it is resumed; until then no other sync begins."
    if run.status == SyncRun.Status.RUNNING and now - run.progress_at > _SILENT_AFTER:
        return (
            "Nothing was heard of it for a while. Workers are asked every minute to go on with it: "
            "see that one serves the sync queue."
        )
    return ""


def _records(progress: sync_runs.Progress) -> str:
    if progress.total:
        return f"{progress.seen:,} of {progress.total:,}"
    return f"{progress.seen:,}" if progress.seen else ""


def _ends(expected: datetime | None, now: datetime) -> str:
    if expected is None:
        return NOTHING
    day = "" if expected.date() == now.date() else f"{expected:%Y-%m-%d} "
    return f"{day}{expected:%H:%M} UTC, in {took(expected - now)}"


def _in_order(run: SyncRun) -> list[tuple[str, dict[str, int]]]:
    """The stages that were begun, as they follow each other: JSON keeps no order."""
    order = sync_stages.of(run.kind, one_destination=run.destination_id is not None)
    known = [(stage, run.counts[stage]) for stage in order if stage in run.counts]
    return known + [(stage, counts) for stage, counts in sorted(run.counts.items()) if stage not in order]


def _counted(stage: str, counts: dict[str, int]) -> list[str]:
    spent = timedelta(milliseconds=counts.get("milliseconds", 0))
    return [
        stage_name(stage),
        *(f"{counts.get(key, 0):,}" for key in ("seen", "written", "unchanged", "gaps")),
        took(spent) if spent >= timedelta(seconds=1) else f"{spent // timedelta(milliseconds=1)} ms",
    ]


def _most_first(errors: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(errors.items(), key=lambda pair: (-pair[1], pair[0]))


def _words(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
