from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from celery import shared_task

from faredown.lib import background, clock
from faredown.lib.errors import Conflict
from hotels.models import SyncRun
from hotels.services import calendars, content_sync, exchange_rates, fan_out, search_log
from hotels.services.content import edit_rows, place_names
from hotels.services.day_prices import Kind
from suppliers import registry

_SOON_SECONDS = 300.0
"""A task waits in the broker no longer than this; what is due later is found by `hotels.sync_stalled`."""


@shared_task(name=fan_out.TASK)
def search_supplier(search_id: str, supplier: str, batch: str) -> None:
    """One question of a search to one supplier; safe to run twice."""
    fan_out.run_by_name(search_id, supplier, batch)


@shared_task(name="hotels.sync_content")
def sync_content() -> None:
    """What changed, of every supplier of content; everything, when that is a week ago. Or go on with what is open."""
    _begin(sweep=False)


@shared_task(name="hotels.sync_sweep")
def sync_sweep() -> None:
    """The lists of keys: hotels that are gone, and such as we never saw."""
    _begin(sweep=True)


@shared_task(name="hotels.sync_stalled")
def sync_stalled() -> None:
    """Runs whose wait is over, or whose task was lost; a step handed out twice is done once."""
    for run in content_sync.stalled():
        background.defer(content_sync.TASK, run.pk, run.stage, run.position)


@shared_task(name=content_sync.TASK)
def sync_page(run_id: int, stage: str, position: int) -> None:
    """One step of a run, then the next one as a task of its own."""
    try:
        run = content_sync.step(run_id, stage=stage, position=position)
    except Conflict:
        return
    except Exception as error:
        content_sync.stumbled(run_id, error)
        raise
    if run is None or run.status != SyncRun.Status.RUNNING:
        return
    if run.waits_until is None:
        background.defer(content_sync.TASK, run.pk, run.stage, run.position)
        return
    wait = (run.waits_until - clock.now()).total_seconds()
    if wait <= _SOON_SECONDS:
        soon = max(0.0, wait) + 0.1
        background.defer_later(content_sync.TASK, run.pk, run.stage, run.position, seconds=soon)


@shared_task(name=edit_rows.TASK)
def find_edited(since: str) -> None:
    """`since`: ISO 8601. Safe to run twice: what is found already is not written again."""
    place_names.refresh(since=datetime.fromisoformat(since))


def _begin(*, sweep: bool) -> None:
    for supplier in registry.enabled(registry.Capability.CONTENT):
        run = content_sync.due(supplier, sweep=sweep)
        if run is not None:
            background.defer(content_sync.TASK, run.pk, run.stage, run.position)


@shared_task(name="hotels.refresh_exchange_rates")
def refresh_exchange_rates() -> None:
    """Safe to run twice: a list that is known writes nothing."""
    exchange_rates.refresh()


@shared_task(name=calendars.TASK)
def search_days(supplier: str, code: str, check_in: str, kind: dict[str, Any]) -> None:
    """One question for a hotel's calendar; safe to run twice."""
    calendars.ask(supplier, code, date.fromisoformat(check_in), msgspec.convert(kind, Kind))


@shared_task(name="hotels.log_searches")
def log_searches() -> None:
    """Two at once share the work: what one takes the other does not see."""
    search_log.move()


@shared_task(name="hotels.keep_search_log")
def keep_search_log() -> None:
    """Daily, and safe to run at any time."""
    search_log.prune()
