from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from bookings import states
from bookings.models.booking import Booking
from bookings.models.choices import choices
from bookings.models.promotion import Promotion
from faredown.lib import ids
from faredown.lib.fields import MoneyColumns, OptionalMoneyColumns, amount_field, currency_field


def redemption_public_id() -> str:
    return ids.public_id("rdm")


@pghistory.track()
class Redemption(models.Model):
    """The use of a promotion by one booking. Its life is `states.REDEMPTION` and follows the booking's.

    Reserved in the transaction that places the booking, kept once the room is the guest's, released when the booking
    ends without anything being paid for it. Who used it: the login, and a keyed digest of the e-mail address, so that
    nobody's address stands here.
    """

    public_id = models.CharField(max_length=40, unique=True, default=redemption_public_id, editable=False)
    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="redemptions")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="redemption")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    email_keys = ArrayField(models.CharField(max_length=64), default=list, blank=True, editable=False)
    discount_amount = amount_field()
    discount_currency = currency_field()
    discount = MoneyColumns("discount")
    cost_amount = amount_field(null=True, blank=True, help_text="Of the budget, in the promotion's currency.")
    cost_currency = currency_field(blank=True)
    cost = OptionalMoneyColumns("cost")
    status = models.CharField(
        max_length=20, choices=choices(states.RedemptionStatus), default=states.RedemptionStatus.RESERVED
    )
    status_changed_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at",)
        indexes = (
            GinIndex("email_keys", name="redemption_by_email"),
            models.Index("promotion", name="redemption_live", condition=~Q(status="released")),
            models.Index("status_changed_at", name="redemption_reserved", condition=Q(status="reserved")),
        )
        constraints = (models.CheckConstraint(condition=Q(discount_amount__gt=0), name="redemption_gives"),)

    def __str__(self) -> str:
        return self.public_id
