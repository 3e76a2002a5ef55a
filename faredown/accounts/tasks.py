from celery import shared_task

from faredown.accounts.services import tokens


@shared_task(name="accounts.prune_tokens")
def prune_tokens() -> None:
    # Deletes by age: running twice does no harm.
    tokens.prune()
