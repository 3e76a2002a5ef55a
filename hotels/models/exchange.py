from __future__ import annotations

from decimal import Decimal

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from faredown.lib.fields import currency_field
from hotels.models.codes import iso_currency, outside, under
from hotels.pricing.exchange import ANCHOR, PIVOT


@pghistory.track()
class ExchangeRate(models.Model):
    """One `base` buys `rate` `quote`, as `source` said at `as_of`. Never changed: a newer row takes its place.

    The newest row of a currency counts; a staff row of the same or a later instant goes before a published one, and one
    that holds until an instant goes before everything until then. Every row is against EUR or USD; a peg is against USD
    and counts only where the currency has no rate of its own.
    """

    class Source(models.TextChoices):
        STAFF = "staff", "Staff"
        ECB = "ecb", "European Central Bank"
        PEG = "peg", "Peg to the dollar"
        SEED = "seed", "Seeded"

    base = currency_field(validators=[iso_currency], default=PIVOT)
    quote = currency_field(validators=[iso_currency])
    rate = models.DecimalField(
        max_digits=20, decimal_places=10, help_text="Units of the quote currency for one of the base."
    )
    source = models.CharField(max_length=12, choices=Source, default=Source.STAFF)
    as_of = models.DateTimeField()
    holds_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Staff's rate goes before every published one until then; empty: until the next publication.",
    )
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
            models.CheckConstraint(
                name="exchange_rate_peg_to_dollar",
                condition=~Q(source="peg") | (Q(base=ANCHOR) & ~Q(quote=PIVOT)),
            ),
            models.CheckConstraint(
                name="exchange_rate_hold",
                condition=Q(holds_until__isnull=True) | Q(source="staff", holds_until__gt=F("as_of")),
            ),
        )

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate} {self.quote}"

    def clean(self) -> None:
        rate: Decimal | None = self.rate  # None where the form refused it
        if rate is not None and rate <= 0:
            raise ValidationError({"rate": "More than zero."})
        if self.base == self.quote:
            raise ValidationError({"quote": "A currency has no rate against itself."})
        if not {self.base, self.quote} & {PIVOT, ANCHOR}:
            raise ValidationError({"base": f"A rate is told against {PIVOT} or {ANCHOR}."})
        if self.source == self.Source.PEG and (self.base != ANCHOR or self.quote == PIVOT):
            raise ValidationError({"base": f"A peg is told as units for one {ANCHOR}."})
        if self.holds_until is not None and self.source != self.Source.STAFF:
            raise ValidationError({"holds_until": "Only a rate of staff's is held."})
        if under(self, "holds_until", "as_of", or_equal=True):
            raise ValidationError({"holds_until": "It is held until after it begins."})


@pghistory.track()
class CurrencyBuffer(models.Model):
    """The exchange cover of one currency, in place of the general one: what its rate may move until we pay."""

    currency = currency_field(unique=True, validators=[iso_currency])
    percent = models.DecimalField(max_digits=6, decimal_places=4)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("currency",)
        constraints = (
            models.CheckConstraint(name="currency_buffer_range", condition=Q(percent__range=(0, 50))),
            models.CheckConstraint(name="currency_buffer_code", condition=Q(currency__regex=r"^[A-Z]{3}$")),
        )

    def __str__(self) -> str:
        return f"{self.currency} {self.percent.normalize():f} %"

    def clean(self) -> None:
        if problems := outside(self, "percent", (0, 50)):
            raise ValidationError(problems)
