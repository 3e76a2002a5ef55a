from __future__ import annotations

from decimal import Decimal
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from bookings import eligibility
from faredown.lib import ids
from faredown.lib.fields import OptionalMoneyColumns, amount_field, currency_field
from faredown.lib.money import Money
from hotels.models import Country, Destination, Hotel
from hotels.models.codes import iso_country, iso_currency, under
from hotels.models.pricing import CHANNELS

CODE = r"^[A-Z0-9][A-Z0-9_-]{2,39}$"
AMOUNTS = ("fixed", "cap", "minimum", "budget")


def promotion_public_id() -> str:
    return ids.public_id("prm")


def _codes(length: int, **options: Any) -> Any:
    validators = options.pop("validators", [])
    return ArrayField(
        models.CharField(max_length=length, validators=validators), default=list, blank=True, **options
    )


def _in_order(first: str, last: str, name: str) -> models.CheckConstraint:
    absent = Q(**{f"{first}__isnull": True}) | Q(**{f"{last}__isnull": True})
    return models.CheckConstraint(name=name, condition=absent | Q(**{f"{last}__gte": F(first)}))


@pghistory.track()
class Promotion(models.Model):
    """A discount behind a code. Empty scope fields match everything; a quote takes one code, on top of whatever the
    house's rules and the supplier have taken off already.

    All its amounts are in `currency`. What it gives is stopped at cost and least margin by the pricing engine, and a
    rate whose price the supplier mandates gets nothing. The limits count redemptions that are reserved or kept; they
    hold because every redemption is written with this row locked.
    """

    public_id = models.CharField(max_length=40, unique=True, default=promotion_public_id, editable=False)
    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(CODE, "3 to 40 letters of A to Z, digits, - and _.")],
        help_text="What the guest types, in capitals or not. It never changes: another code is another promotion.",
    )
    name = models.CharField(max_length=120, help_text="The guest reads this beside the discount.")
    note = models.CharField(max_length=500, blank=True, help_text="For staff.")
    is_active = models.BooleanField(
        default=True, help_text="Switched off it is as unknown, and quotes with it can no longer be booked."
    )
    percent = models.DecimalField(
        max_digits=7, decimal_places=4, default=0, help_text="Of the price with tax, paid to us."
    )
    fixed_amount = amount_field(null=True, blank=True, help_text="Once for the whole stay and all its rooms.")
    fixed = OptionalMoneyColumns("fixed", currency="currency")
    cap_amount = amount_field(null=True, blank=True, help_text="It takes off at most so much of a stay.")
    cap = OptionalMoneyColumns("cap", currency="currency")
    minimum_amount = amount_field(null=True, blank=True, help_text="The least a stay costs before it.")
    minimum = OptionalMoneyColumns("minimum", currency="currency")
    budget_amount = amount_field(null=True, blank=True, help_text="All its redemptions cost at most so much.")
    budget = OptionalMoneyColumns("budget", currency="currency")
    currency = currency_field(blank=True, validators=[iso_currency], help_text="Of the amounts here.")
    total_limit = models.PositiveIntegerField(null=True, blank=True, help_text="Uses by everybody together.")
    customer_limit = models.PositiveIntegerField(
        null=True, blank=True, help_text="Uses by one login or one e-mail address."
    )
    valid_from = models.DateTimeField(null=True, blank=True, help_text="By the moment it is typed in.")
    valid_to = models.DateTimeField(null=True, blank=True)
    stay_from = models.DateField(null=True, blank=True, help_text="Every night of the stay is from this one")
    stay_to = models.DateField(null=True, blank=True, help_text="to this one.")
    supplier = models.CharField(max_length=30, blank=True, help_text="Supplier code; empty: every supplier.")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    destination = models.ForeignKey(
        Destination, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    hotel = models.ForeignKey(Hotel, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channels = _codes(10)
    residencies = _codes(2, validators=[iso_country])
    currencies = _codes(3, validators=[iso_currency])
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(name="promotion_code_shape", condition=Q(code__regex=CODE)),
            models.CheckConstraint(name="promotion_percent_range", condition=Q(percent__range=(0, 100))),
            models.CheckConstraint(
                name="promotion_gives", condition=Q(percent__gt=0) | Q(fixed_amount__isnull=False)
            ),
            models.CheckConstraint(
                name="promotion_amounts_above_zero",
                condition=~Q(fixed_amount__lte=0)
                & ~Q(cap_amount__lte=0)
                & ~Q(minimum_amount__lte=0)
                & ~Q(budget_amount__lte=0),
            ),
            models.CheckConstraint(
                name="promotion_amounts_have_currency",
                condition=Q(currency__regex=r"^[A-Z]{3}$")
                | Q(currency="", **{f"{name}_amount__isnull": True for name in AMOUNTS}),
            ),
            models.CheckConstraint(
                name="promotion_limits_above_zero",
                condition=~Q(total_limit__lte=0) & ~Q(customer_limit__lte=0),
            ),
            models.CheckConstraint(
                name="promotion_channels_known",
                condition=Q(channels__contained_by=[code for code, _ in CHANNELS]),
            ),
            models.CheckConstraint(
                name="promotion_valid_ordered",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
            ),
            _in_order("stay_from", "stay_to", "promotion_stay_ordered"),
        )

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        problems: dict[str, str] = {}
        amounts = {name: getattr(self, f"{name}_amount") for name in AMOUNTS}
        problems |= {
            f"{name}_amount": "More than zero."
            for name, amount in amounts.items()
            if amount is not None and amount <= 0
        }
        percent: Decimal | None = self.percent  # None where the form refused it
        if percent is not None and not 0 <= percent <= 100:
            problems["percent"] = "From 0 to 100."
        if not percent and amounts["fixed"] is None:
            problems["percent"] = "A promotion takes off a percentage, an amount, or both."
        if not self.currency and any(amount is not None for amount in amounts.values()):
            problems["currency"] = "The amounts need a currency."
        problems |= {
            name: "At least 1." for name in ("total_limit", "customer_limit") if getattr(self, name) == 0
        }
        if under(self, "valid_to", "valid_from", or_equal=True):
            problems["valid_to"] = "It ends after it begins."
        if under(self, "stay_to", "stay_from"):
            problems["stay_to"] = "The last night is not before the first."
        if problems:
            raise ValidationError(problems)

    def as_campaign(self) -> eligibility.Campaign:
        """As the value that rules are judged by. Needs `destination` and `hotel`."""
        return eligibility.Campaign(
            id=self.public_id,
            name=self.name,
            percent=self.percent,
            fixed=self.fixed,
            cap=self.cap,
            minimum=self.minimum,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            stay_from=self.stay_from,
            stay_to=self.stay_to,
            supplier=self.supplier,
            country=self.country_id or "",
            destination=self.destination.public_id if self.destination else "",
            hotel=self.hotel.public_id if self.hotel else "",
            channels=tuple(self.channels),
            residencies=tuple(self.residencies),
            currencies=tuple(self.currencies),
        )

    @property
    def most(self) -> Money | None:
        """What one redemption costs at most, where an amount says so."""
        bounds = [bound for bound in (self.cap, None if self.percent else self.fixed) if bound is not None]
        return min(bounds, default=None)
