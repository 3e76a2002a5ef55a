from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from faredown.lib import ids
from faredown.lib.fields import OptionalMoneyColumns, amount_field, currency_field
from hotels.models.geography import Country, Destination
from hotels.models.hotel import Hotel


def markup_rule_public_id() -> str:
    return ids.public_id("mkr")


@pghistory.track()
class MarkupRule(models.Model):
    """What is added to a net price. The first active rule that matches (lowest priority number) is the one used.

    Empty scope fields match everything. `fixed` is for the whole stay and all its rooms.
    """

    public_id = models.CharField(max_length=40, unique=True, default=markup_rule_public_id, editable=False)
    name = models.CharField(max_length=120)
    priority = models.PositiveIntegerField(default=100, help_text="The lowest number that matches is used.")
    is_active = models.BooleanField(default=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    fixed_amount = amount_field(null=True, blank=True)
    fixed_currency = currency_field(blank=True)
    fixed = OptionalMoneyColumns("fixed")
    supplier = models.CharField(max_length=30, blank=True, help_text="Supplier code; empty: every supplier.")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    stars_from = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    stars_to = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    valid_from = models.DateTimeField(null=True, blank=True, help_text="By the moment of sale.")
    valid_to = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("priority", "pk")
        constraints = (
            models.CheckConstraint(name="markup_percent_range", condition=Q(percent__range=(-50, 500))),
            models.CheckConstraint(
                name="markup_fixed_has_currency",
                condition=Q(fixed_amount__isnull=True, fixed_currency="")
                | Q(fixed_amount__isnull=False, fixed_currency__regex=r"^[A-Z]{3}$"),
            ),
            models.CheckConstraint(
                name="markup_dates_ordered",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="markup_stars_ordered",
                condition=Q(stars_from__isnull=True)
                | Q(stars_to__isnull=True)
                | Q(stars_to__gte=F("stars_from")),
            ),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ExchangeRate(models.Model):
    """One `base` buys `rate` `quote`, as published by `source` at `as_of`. The newest row of a pair counts;
    a staff row of the same or a later instant goes before a published one."""

    class Source(models.TextChoices):
        STAFF = "staff"
        PUBLISHED = "published"
        SEED = "seed"

    base = currency_field()
    quote = currency_field()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.CharField(max_length=12, choices=Source, default=Source.STAFF)
    as_of = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("base", "quote", "-as_of")
        constraints = (
            models.UniqueConstraint("base", "quote", "source", "as_of", name="exchange_rate_unique"),
            models.CheckConstraint(name="exchange_rate_positive", condition=Q(rate__gt=0)),
            models.CheckConstraint(
                name="exchange_rate_codes",
                condition=Q(base__regex=r"^[A-Z]{3}$") & Q(quote__regex=r"^[A-Z]{3}$") & ~Q(base=F("quote")),
            ),
        )

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate} {self.quote}"
