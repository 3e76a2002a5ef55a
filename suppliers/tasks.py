from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from faredown.lib import clock
from suppliers import partitions


@shared_task(name="suppliers.prune_calls", ignore_result=True)
def prune_calls() -> None:
    """Daily, and safe to run at any time: days ahead get their partition, days past the keeping time lose theirs."""
    partitions.make_ahead()
    partitions.drop_before(clock.today() - timedelta(days=partitions.KEPT_DAYS))
