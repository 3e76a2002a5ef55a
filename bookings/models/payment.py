from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q

from bookings import states
from bookings.models.booking import Booking
from bookings.models.choices import choices
from faredown.lib import ids
from faredown.lib.fields import MoneyColumns, amount_field, currency_field


def payment_public_id() -> str:
    return ids.public_id("pay")


@pghistory.track()
class Payment(models.Model):
    """One try to have the guest's money: authorised, then captured once the room is ours, or voided.

    `public_id` is our metadata at the provider: what was asked and never answered is found again by it.
    A declined or voided payment makes room for another one; a booking has one live payment at a time.
    """

    public_id = models.CharField(max_length=40, unique=True, default=payment_public_id, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(max_length=20)
    method_token = models.CharField(
        max_length=120, blank=True, help_text="The provider's, never a card number."
    )
    amount_amount = amount_field()
    amount_currency = currency_field()
    amount = MoneyColumns("amount")
    captured_amount = amount_field(default=0)
    captured = MoneyColumns("captured", currency="amount_currency")
    refunded_amount = amount_field(default=0)
    refunded = MoneyColumns("refunded", currency="amount_currency")
    status = models.CharField(
        max_length=20, choices=choices(states.PaymentStatus), default=states.PaymentStatus.CREATED
    )
    status_changed_at = models.DateTimeField()
    provider_reference = models.CharField(max_length=120, blank=True, db_index=True)
    client_secret = models.CharField(max_length=255, blank=True, help_text="For the guest's bank challenge.")
    failure_code = models.CharField(max_length=60, blank=True)
    authorised_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Failed captures or voids in a row.")
    next_check_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at",)
        permissions = (("refund_payment", "Can send money back to a guest"),)
        indexes = (
            models.Index("status", "status_changed_at", name="payment_by_status"),
            models.Index("next_check_at", name="payment_due", condition=Q(next_check_at__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                "booking",
                condition=Q(status__in=sorted(states.LIVE_PAYMENT)),
                name="payment_one_live_per_booking",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_amount__gte=0,
                    captured_amount__gte=0,
                    captured_amount__lte=models.F("amount_amount"),
                    refunded_amount__gte=0,
                    refunded_amount__lte=models.F("captured_amount"),
                ),
                name="payment_amounts_sound",
            ),
        )

    def __str__(self) -> str:
        return self.public_id


class PaymentOperation(models.Model):
    """One call to the payment provider. `key` is the idempotency key it was sent with."""

    class Kind(models.TextChoices):
        AUTHORISE = "authorise"
        CAPTURE = "capture"
        VOID = "void"
        REFUND = "refund"

    class Outcome(models.TextChoices):
        IN_FLIGHT = "in_flight"
        DONE = "done"
        REFUSED = "refused"
        UNKNOWN = "unknown"

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="operations")
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    amount_amount = amount_field()
    amount_currency = currency_field()
    amount = MoneyColumns("amount")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.IN_FLIGHT)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("started_at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"
