from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.app.task import Task

from faredown.lib import background
from faredown.lib.errors import Conflict
from hotels.services import content_sync, fan_out
from suppliers import registry
from suppliers.errors import SupplierError, Throttled

_PAGE = "hotels.sync_page"
_TRIES = 10
_WAIT_SECONDS = (5.0, 300.0)


@shared_task(name=fan_out.TASK)
def search_supplier(search_id: str, supplier: str, batch: str) -> None:
    """One question of a search to one supplier; safe to run twice."""
    fan_out.run_by_name(search_id, supplier, batch)


@shared_task(name="hotels.sync_content")
def sync_content(full: bool = False) -> None:
    """Begin, or go on with, a run of every supplier of content; its steps are tasks of their own."""
    for supplier in registry.enabled(registry.Capability.CONTENT):
        run = content_sync.begin(supplier, full=full)
        background.defer(_PAGE, run.pk, run.stage, run.position)


@shared_task(name=_PAGE, bind=True, max_retries=_TRIES)
def sync_page(self: Task[..., Any], run_id: int, stage: str, position: int) -> None:
    """One step: a page of hotels, or another list whole. A supplier in trouble is waited for as long as it says; when
    that does not help the run stays where it is for the next day's task to go on with."""
    try:
        run = content_sync.step(run_id, stage=stage, position=position)
    except SupplierError as error:
        if not error.retryable:
            raise
        raise self.retry(exc=error, countdown=_countdown(error, self.request.retries)) from error
    except Conflict:
        return
    if run is not None:
        background.defer(_PAGE, run.pk, run.stage, run.position)


def _countdown(error: SupplierError, tries: int) -> float:
    least, most = _WAIT_SECONDS
    told = error.retry_after if isinstance(error, Throttled) else None
    return min(most, told or least * 2**tries)
