from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from bookings import states
from bookings.models.choices import choices
from bookings.models.payment import Payment
from faredown.lib.fields import MoneyColumns, amount_field, currency_field


@pghistory.track()
class Dispute(models.Model):
    """The guest's bank asks for a payment back. `withdrawn` is what it has taken out of our balance so far, and
    `moves` how often that changed; the provider's fee stays, in the currency it pays us out in."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    provider_reference = models.CharField(max_length=120, unique=True)
    status = models.CharField(
        max_length=10, choices=choices(states.DisputeStatus), default=states.DisputeStatus.OPEN
    )
    status_changed_at = models.DateTimeField()
    amount_amount = amount_field()
    amount_currency = currency_field()
    amount = MoneyColumns("amount")
    withdrawn_amount = amount_field(default=0)
    withdrawn = MoneyColumns("withdrawn", currency="amount_currency")
    moves = models.PositiveSmallIntegerField(default=0)
    fee_amount = amount_field(default=0)
    fee_currency = currency_field()
    fee = MoneyColumns("fee")
    reason = models.CharField(max_length=60, blank=True)
    evidence_until = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("opened_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_amount__gt=0, withdrawn_amount__gte=0)
                & Q(withdrawn_amount__lte=models.F("amount_amount")),
                name="dispute_amounts_sound",
            ),
        )

    def __str__(self) -> str:
        return self.provider_reference


class WebhookEvent(models.Model):
    """A genuine webhook of a payment provider. Its id counts once: the effect is written in the transaction that marks
    it applied, and a repeat finds it so."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    about = models.CharField(max_length=20)
    reference = models.CharField(max_length=120, help_text="The object's; it is read, not believed.")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField()

    class Meta:
        ordering = ("-received_at",)
        constraints = (models.UniqueConstraint("gateway", "event_id", name="webhook_event_once"),)
        indexes = (
            models.Index("next_check_at", name="webhook_event_due", condition=Q(applied_at__isnull=True)),
        )

    def __str__(self) -> str:
        return self.event_id
