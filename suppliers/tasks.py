from __future__ import annotations

from celery import shared_task

from suppliers import partitions


@shared_task(name="suppliers.prune_calls", ignore_result=True)
def prune_calls() -> None:
    """Daily, and safe to run at any time: days ahead get their partition, days past the keeping time lose theirs."""
    partitions.CALLS.keep(partitions.KEPT_DAYS)
