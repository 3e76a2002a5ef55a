from __future__ import annotations

from django.db import models

from faredown.lib.fields import amount_field, currency_field


class OfflineCharge(models.Model):
    """The demo payment provider's own book. Only `gateways.offline` reads or writes it; our rows never point here."""

    class State(models.TextChoices):
        REQUIRES_ACTION = "requires_action"
        AUTHORISED = "authorised"
        CAPTURED = "captured"
        VOIDED = "voided"
        DECLINED = "declined"

    reference = models.CharField(max_length=40, unique=True)
    payment_id = models.CharField(max_length=40, unique=True, help_text="The caller's metadata.")
    token = models.CharField(max_length=40)
    state = models.CharField(max_length=20, choices=State)
    currency = currency_field()
    authorised_amount = amount_field()
    captured_amount = amount_field(default=0)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference


class OfflineRefund(models.Model):
    reference = models.CharField(max_length=40, unique=True)
    refund_id = models.CharField(max_length=40, unique=True, help_text="The caller's idempotency key.")
    charge = models.ForeignKey(OfflineCharge, on_delete=models.CASCADE, related_name="refunds")
    amount = amount_field()
    succeeded = models.BooleanField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference
