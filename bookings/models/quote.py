from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings import states
from bookings.models.choices import choices
from bookings.models.promotion import Promotion
from faredown.lib import ids
from faredown.lib.fields import MoneyColumns, OptionalMoneyColumns, amount_field, currency_field
from hotels.models import Hotel


def quote_public_id() -> str:
    return ids.public_id("qte")


class Quote(models.Model):
    """What we offered one guest: checked with the supplier, frozen, good for one booking until `expires_at`.

    `open` until a booking is placed with it (`used`) or its time runs out (`expired`). While it is open a promotion may
    be put on it or taken off, which makes another `accept_token`: a keyed digest of everything the guest was shown.
    """

    public_id = models.CharField(max_length=40, unique=True, default=quote_public_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="quotes"
    )
    search_id = models.CharField(max_length=80)
    supplier = models.CharField(max_length=40)
    hotel = models.ForeignKey(Hotel, on_delete=models.PROTECT, related_name="quotes")
    check_in = models.DateField()
    check_out = models.DateField()
    criteria: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        help_text="{check_in, check_out, rooms: [{adults, child_ages}], residency, currency, language}"
    )
    offers: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        help_text="[{offer_id, for_rooms, rate (as checked), price, full_price (before a promotion)}]"
    )
    price: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        help_text="{total, lines, at_property, grand_total}: all offers together"
    )
    total_amount = amount_field()
    total_currency = currency_field()
    total = MoneyColumns("total")
    promotion = models.ForeignKey(
        Promotion, on_delete=models.PROTECT, null=True, blank=True, related_name="quotes"
    )
    discount_amount = amount_field(default=0, help_text="What the promotion took off; not in the total.")
    discount = MoneyColumns("discount", currency="total_currency")
    promotion_cost_amount = amount_field(null=True, blank=True, help_text="Of the promotion's budget.")
    promotion_cost_currency = currency_field(blank=True)
    promotion_cost = OptionalMoneyColumns("promotion_cost")
    net_amount = amount_field()
    net_currency = currency_field()
    net = MoneyColumns("net")
    terms: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        help_text="The guest's cancellation terms: {free_until, steps, non_refundable, timezone}"
    )
    rate_comments: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    changes: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, blank=True, help_text="What moved since the search: [{field, before, after}]"
    )
    accept_token = models.CharField(max_length=64)
    status = models.CharField(
        max_length=20, choices=choices(states.QuoteStatus), default=states.QuoteStatus.OPEN
    )
    status_changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index("expires_at", name="quote_open_by_expiry", condition=Q(status="open")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(total_amount__gte=0, net_amount__gte=0), name="quote_amounts_sound"
            ),
            models.CheckConstraint(
                condition=Q(check_out__gt=models.F("check_in")), name="quote_dates_ordered"
            ),
            models.CheckConstraint(
                condition=Q(promotion__isnull=True, discount_amount=0)
                | Q(promotion__isnull=False, discount_amount__gt=0),
                name="quote_promotion_gives",
            ),
        )

    def __str__(self) -> str:
        return self.public_id
