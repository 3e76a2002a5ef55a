"""A saved rule or rate counts at once, and a saved hotel or place is shown at once."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from hotels.models import (
    ContentEdit,
    CurrencyBuffer,
    Destination,
    ExchangeRate,
    Hotel,
    MarkupRule,
    MarkupSeason,
    MarkupTier,
    TaxRule,
    Term,
    Zone,
)
from hotels.services import pricing, versions


@receiver([post_save, post_delete], sender=MarkupRule)
@receiver([post_save, post_delete], sender=MarkupTier)
@receiver([post_save, post_delete], sender=MarkupSeason)
@receiver([post_save, post_delete], sender=TaxRule)
@receiver([post_save, post_delete], sender=ExchangeRate)
@receiver([post_save, post_delete], sender=CurrencyBuffer)
def forget_policy(**_: Any) -> None:
    """Now, for this transaction's own eyes, and again once others can see the change."""
    pricing.forget_policy()
    transaction.on_commit(pricing.forget_policy, robust=True)


@receiver([post_save, post_delete], sender=ContentEdit)
@receiver([post_save, post_delete], sender=Hotel)
@receiver([post_save, post_delete], sender=Destination)
@receiver([post_save, post_delete], sender=Zone)
@receiver([post_save, post_delete], sender=Term)
def catalogue_changed(**_: Any) -> None:
    versions.catalogue_changed()
