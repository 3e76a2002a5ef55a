from __future__ import annotations

from celery import shared_task

from hotels.services import fan_out


@shared_task(name=fan_out.TASK)
def search_supplier(search_id: str, supplier: str, batch: str) -> None:
    """One question of a search to one supplier; safe to run twice."""
    fan_out.run_by_name(search_id, supplier, batch)
