from celery import shared_task

from faredown.lib import background
from faredown.messaging.services import delivery


@shared_task(name="messaging.deliver")
def deliver(pk: int) -> None:
    delivery.deliver(pk)


@shared_task(name="messaging.deliver_due")
def deliver_due() -> None:
    """Two runs at once do no harm: each message is claimed by one sender."""
    for pk in delivery.due():
        background.defer("messaging.deliver", pk)
