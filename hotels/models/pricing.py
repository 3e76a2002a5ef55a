from __future__ import annotations

from decimal import Decimal
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from faredown.lib import ids
from faredown.lib.fields import OptionalMoneyColumns, amount_field, currency_field
from hotels.models.codes import iso_country, iso_currency, outside, under
from hotels.models.geography import Country, Destination
from hotels.models.hotel import Hotel
from hotels.pricing import rules

WEEKDAYS = ((1, "Mon"), (2, "Tue"), (3, "Wed"), (4, "Thu"), (5, "Fri"), (6, "Sat"), (7, "Sun"))
CHANNELS = ((rules.Channel.WEB.value, "Website"), (rules.Channel.API.value, "API"))
USER_TYPES = (
    (rules.UserType.GUEST.value, "Without a login"),
    (rules.UserType.MEMBER.value, "Signed in"),
    (rules.UserType.STAFF.value, "Staff"),
)
PERCENT_RANGE = (-50, 500)


class FixedPer(models.TextChoices):
    STAY = rules.FixedPer.STAY.value, "the stay, all its rooms"
    NIGHT = rules.FixedPer.NIGHT.value, "a night, all rooms"
    ROOM = rules.FixedPer.ROOM.value, "a room, all nights"
    ROOM_NIGHT = rules.FixedPer.ROOM_NIGHT.value, "a room and night"


class Basis(models.TextChoices):
    MARGIN = rules.Basis.MARGIN.value, "our margin"
    TOTAL = rules.Basis.TOTAL.value, "all the guest pays us"


def markup_rule_public_id() -> str:
    return ids.public_id("mkr")


def tax_rule_public_id() -> str:
    return ids.public_id("txr")


def _in_order(lower: str, upper: str, name: str) -> models.CheckConstraint:
    """Either may be empty; both in order."""
    absent = Q(**{f"{lower}__isnull": True}) | Q(**{f"{upper}__isnull": True})
    return models.CheckConstraint(name=name, condition=absent | Q(**{f"{upper}__gte": F(lower)}))


def _codes(length: int, **options: Any) -> Any:
    validators = options.pop("validators", [])
    return ArrayField(
        models.CharField(max_length=length, validators=validators), default=list, blank=True, **options
    )


@pghistory.track()
class MarkupRule(models.Model):
    """What is added to the cost of a rate. Empty scope fields match everything.

    A rule that does not stack is a base: the first active one that matches (lowest priority number) is used alone.
    Rules that stack are added on top of it. `percent` is of the cost, or with tiers of its part below the first tier.
    """

    public_id = models.CharField(max_length=40, unique=True, default=markup_rule_public_id, editable=False)
    name = models.CharField(max_length=120)
    priority = models.PositiveIntegerField(default=100, help_text="The lowest number that matches is used.")
    stacks = models.BooleanField(default=False, help_text="Added on top of the one rule that is used.")
    is_active = models.BooleanField(default=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    fixed_amount = amount_field(null=True, blank=True)
    fixed_currency = currency_field(blank=True, validators=[iso_currency])
    fixed = OptionalMoneyColumns("fixed")
    fixed_per = models.CharField(max_length=10, choices=FixedPer, default=FixedPer.STAY)
    least_amount = amount_field(null=True, blank=True, help_text="This rule adds at least so much to a stay.")
    most_amount = amount_field(null=True, blank=True, help_text="This rule adds at most so much to a stay.")
    bounds_currency = currency_field(
        blank=True, validators=[iso_currency], help_text="Of the least, the most and the tiers."
    )
    supplier = models.CharField(max_length=30, blank=True, help_text="Supplier code; empty: every supplier.")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    chains = _codes(20, help_text="The supplier's codes of hotel chains, with commas.")
    boards = _codes(20, help_text="The supplier's codes of boards (RO, BB), with commas.")
    stars_from = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    stars_to = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    lead_days_from = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days from the sale to check-in."
    )
    lead_days_to = models.PositiveSmallIntegerField(null=True, blank=True)
    nights_from = models.PositiveSmallIntegerField(null=True, blank=True)
    nights_to = models.PositiveSmallIntegerField(null=True, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=WEEKDAYS), default=list, blank=True, help_text="Of check-in."
    )
    channels = _codes(10)
    user_types = _codes(10)
    residencies = _codes(
        2, validators=[iso_country], help_text="Where guests live, as two letters, with commas."
    )
    valid_from = models.DateTimeField(null=True, blank=True, help_text="By the moment of sale.")
    valid_to = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("priority", "pk")
        constraints = (
            models.CheckConstraint(name="markup_percent_range", condition=Q(percent__range=PERCENT_RANGE)),
            models.CheckConstraint(
                name="markup_fixed_has_currency",
                condition=Q(fixed_amount__isnull=True, fixed_currency="")
                | Q(fixed_amount__isnull=False, fixed_currency__regex=r"^[A-Z]{3}$"),
            ),
            models.CheckConstraint(
                name="markup_bounds_have_currency",
                condition=Q(least_amount__isnull=True, most_amount__isnull=True, bounds_currency="")
                | Q(bounds_currency__regex=r"^[A-Z]{3}$"),
            ),
            models.CheckConstraint(
                name="markup_dates_ordered",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
            ),
            _in_order("stars_from", "stars_to", "markup_stars_ordered"),
            _in_order("least_amount", "most_amount", "markup_bounds_ordered"),
            _in_order("lead_days_from", "lead_days_to", "markup_lead_ordered"),
            _in_order("nights_from", "nights_to", "markup_nights_ordered"),
            models.CheckConstraint(
                name="markup_weekdays_known",
                condition=Q(weekdays__contained_by=[number for number, _ in WEEKDAYS]),
            ),
            models.CheckConstraint(
                name="markup_channels_known",
                condition=Q(channels__contained_by=[code for code, _ in CHANNELS]),
            ),
            models.CheckConstraint(
                name="markup_user_types_known",
                condition=Q(user_types__contained_by=[code for code, _ in USER_TYPES]),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        problems = {
            **_not_in_order(self, "stars_from", "stars_to"),
            **_not_in_order(self, "least_amount", "most_amount"),
            **_not_in_order(self, "lead_days_from", "lead_days_to"),
            **_not_in_order(self, "nights_from", "nights_to"),
            **_window(self),
            **outside(self, "percent", PERCENT_RANGE),
        }
        if (self.fixed_amount is None) == bool(self.fixed_currency):
            problems["fixed_currency"] = "A fixed amount and its currency go together."
        bounded = self.least_amount is not None or self.most_amount is not None
        if not self.bounds_currency and (bounded or (self.pk and self.tiers.exists())):
            problems["bounds_currency"] = "The least, the most and the tiers need a currency."
        if problems:
            raise ValidationError(problems)


@pghistory.track()
class MarkupTier(models.Model):
    """A percentage of the part of the cost above an amount, up to the next tier; in the rule's bounds currency."""

    rule = models.ForeignKey(MarkupRule, on_delete=models.CASCADE, related_name="tiers")
    above_amount = amount_field()
    percent = models.DecimalField(max_digits=7, decimal_places=4)

    class Meta:
        ordering = ("above_amount",)
        constraints = (
            models.UniqueConstraint("rule", "above_amount", name="markup_tier_unique"),
            models.CheckConstraint(name="markup_tier_above_zero", condition=Q(above_amount__gt=0)),
            models.CheckConstraint(name="markup_tier_percent", condition=Q(percent__range=PERCENT_RANGE)),
        )

    def __str__(self) -> str:
        return f"{self.percent.normalize():f} % above {self.above_amount.normalize():f}"

    def clean(self) -> None:
        problems = outside(self, "percent", PERCENT_RANGE)
        above: Decimal | None = self.above_amount  # None where the form refused it
        if above is not None and above <= 0:
            problems["above_amount"] = "More than zero: up to the first tier the rule's own percent holds."
        elif not self.rule.bounds_currency:
            problems["above_amount"] = "Tell the rule's currency of the tiers first."
        if problems:
            raise ValidationError(problems)


@pghistory.track()
class MarkupSeason(models.Model):
    """A rule with seasons falls on stays whose check-in is in one of them, first and last day included."""

    rule = models.ForeignKey(MarkupRule, on_delete=models.CASCADE, related_name="seasons")
    name = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ("starts_on",)
        constraints = (
            models.CheckConstraint(name="markup_season_ordered", condition=Q(ends_on__gte=F("starts_on"))),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on} to {self.ends_on}".strip()

    def clean(self) -> None:
        if under(self, "ends_on", "starts_on"):
            raise ValidationError({"ends_on": "A season ends on or after the day it starts."})


@pghistory.track()
class TaxRule(models.Model):
    """VAT, GST and the like that we owe on what we sell; added to the price, never to a mandated one (it is inside).

    As with markup rules the first that matches is used, and those that stack come on top (a province's, say).
    """

    public_id = models.CharField(max_length=40, unique=True, default=tax_rule_public_id, editable=False)
    name = models.CharField(max_length=120)
    priority = models.PositiveIntegerField(default=100, help_text="The lowest number that matches is used.")
    stacks = models.BooleanField(default=False, help_text="Added beside the one rule that is used.")
    is_active = models.BooleanField(default=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    basis = models.CharField(max_length=8, choices=Basis, help_text="A percentage of what.")
    supplier = models.CharField(max_length=30, blank=True, help_text="Supplier code; empty: every supplier.")
    country = models.ForeignKey(
        Country,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where the hotel is.",
    )
    residencies = _codes(
        2, validators=[iso_country], help_text="Where guests live, as two letters, with commas."
    )
    user_types = _codes(10)
    valid_from = models.DateTimeField(null=True, blank=True, help_text="By the moment of sale.")
    valid_to = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("priority", "pk")
        constraints = (
            models.CheckConstraint(name="tax_percent_range", condition=Q(percent__range=(0, 100))),
            models.CheckConstraint(name="tax_basis_known", condition=Q(basis__in=Basis.values)),
            models.CheckConstraint(
                name="tax_dates_ordered",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="tax_user_types_known",
                condition=Q(user_types__contained_by=[code for code, _ in USER_TYPES]),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if problems := {**_window(self), **outside(self, "percent", (0, 100))}:
            raise ValidationError(problems)


def _window(rule: MarkupRule | TaxRule) -> dict[str, str]:
    ends_first = under(rule, "valid_to", "valid_from", or_equal=True)
    return {"valid_to": "It ends after it begins."} if ends_first else {}


def _not_in_order(rule: MarkupRule, lower: str, upper: str) -> dict[str, str]:
    return {upper: f"Not under {getattr(rule, lower)}."} if under(rule, upper, lower) else {}
