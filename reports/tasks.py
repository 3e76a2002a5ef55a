from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from faredown.idempotency.services import slots
from reports.services import completeness, searches

EVERY = timedelta(minutes=2)
SEARCHES_EVERY = timedelta(minutes=5)


@shared_task(name="reports.count_completeness", ignore_result=True)
def count_completeness() -> None:
    """Looks every two minutes, counts only when the catalogue has changed."""
    if slots.claim("reports.count_completeness", every=EVERY):
        completeness.count_if_due()


@shared_task(name="reports.count_searches", ignore_result=True)
def count_searches() -> None:
    """Counts only the days that more of the log has come for."""
    if slots.claim("reports.count_searches", every=SEARCHES_EVERY):
        searches.count_due()
