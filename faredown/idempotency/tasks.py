from datetime import timedelta

from celery import shared_task

from faredown.idempotency.services import keys, slots


@shared_task(name="idempotency.prune")
def prune() -> None:
    if slots.claim("idempotency.prune", every=timedelta(days=1)):
        keys.prune()
