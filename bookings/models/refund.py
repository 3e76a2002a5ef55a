from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings import states
from bookings.models.choices import choices
from bookings.models.payment import Payment
from faredown.lib import ids
from faredown.lib.fields import MoneyColumns, amount_field, currency_field


def refund_public_id() -> str:
    return ids.public_id("rfd")


@pghistory.track()
class Refund(models.Model):
    """Money on its way back to the guest. `public_id` is its idempotency key and our metadata at the provider."""

    class Reason(models.TextChoices):
        CANCELLATION = "cancellation"
        HOTEL_CANCELLED = "hotel_cancelled"
        STAFF = "staff"

    public_id = models.CharField(max_length=40, unique=True, default=refund_public_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_amount = amount_field()
    amount_currency = currency_field()
    amount = MoneyColumns("amount")
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.CharField(max_length=500, blank=True)
    # The staff form it came from: the same form posted twice is one refund.
    request_key = models.UUIDField(unique=True, null=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        max_length=20, choices=choices(states.RefundStatus), default=states.RefundStatus.CREATED
    )
    status_changed_at = models.DateTimeField()
    provider_reference = models.CharField(max_length=120, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at",)
        indexes = (
            models.Index("status", "status_changed_at", name="refund_by_status"),
            models.Index("next_check_at", name="refund_due", condition=Q(next_check_at__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(condition=Q(amount_amount__gt=0), name="refund_amount_positive"),
            # One refund per cancellation of a payment; staff may make several.
            models.UniqueConstraint(
                "payment",
                condition=Q(reason__in=("cancellation", "hotel_cancelled")),
                name="refund_one_per_cancellation",
            ),
        )

    def __str__(self) -> str:
        return self.public_id
