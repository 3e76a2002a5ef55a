"""Who sells us rooms, with which keys, and what was said to whom."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from faredown.lib import clock
from faredown.lib.fields import EncryptedTextField
from suppliers import lives
from suppliers.operations import Operation, Outcome


def valid_lives(curve: str) -> None:
    try:
        lives.parse(curve)
    except ValueError as error:
        raise ValidationError(_("Lives of answers: %(reason)s."), params={"reason": error}) from error


@pghistory.track()
class Supplier(models.Model):
    """A supplier's switches and limits. Which suppliers exist is the registry's business, not a row's."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    is_enabled = models.BooleanField(default=True, help_text=_("Off: nothing is asked of it any more."))
    sells_content = models.BooleanField(default=True)
    sells_availability = models.BooleanField(default=True)
    sells_booking = models.BooleanField(
        default=True, help_text=_("Off: no new booking; bookings made before are still read and cancelled.")
    )
    booking_rate = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal(10),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Booking API: requests per second the contract allows."),
    )
    content_rate = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal(4),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Content API: requests per second the contract allows."),
    )
    daily_quota = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Requests a day (UTC), both APIs together. Empty: no limit.")
    )
    reserve_percent = models.PositiveSmallIntegerField(
        default=20,
        validators=[MaxValueValidator(90)],
        help_text=_("Share of rate and quota kept back for price checks and bookings."),
    )
    availability_sample = models.PositiveSmallIntegerField(
        default=1,
        validators=[MaxValueValidator(100)],
        help_text=_("Percent of availability exchanges whose bodies are kept."),
    )
    answer_lives = models.CharField(
        max_length=200,
        default=lives.CURVE,
        validators=[valid_lives],
        help_text=_(
            "How long an answer fills lists, by days until check-in: days:seconds, the last one *:seconds for all "
            "later stays. A hotel's own page never shows rates that are too old to be booked."
        ),
    )
    stale_seconds = models.PositiveIntegerField(
        default=lives.STALE_SECONDS,
        validators=[MaxValueValidator(86_400)],
        help_text=_("How much longer an old answer may stand in, marked as old, while a new one is fetched."),
    )
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(booking_rate__gt=0), name="supplier_booking_rate_positive"),
            models.CheckConstraint(condition=Q(content_rate__gt=0), name="supplier_content_rate_positive"),
            models.CheckConstraint(condition=Q(reserve_percent__lte=90), name="supplier_reserve_percent_max"),
        ]

    def __str__(self) -> str:
        return self.name


class CredentialScope(models.TextChoices):
    """What a credential is used for; the narrowest that fits wins (operation, then API, then all)."""

    ALL = "all", _("Every operation")
    CONTENT_API = "content_api", _("Content API")
    BOOKING_API = "booking_api", _("Booking API, every operation")
    STATUS = Operation.STATUS, _("Status")
    AVAILABILITY = Operation.AVAILABILITY, _("Availability")
    CHECK_RATES = Operation.CHECK_RATES, _("Price check")
    BOOK = Operation.BOOK, _("Booking")
    BOOKING_DETAIL = Operation.BOOKING_DETAIL, _("Booking detail")
    BOOKING_LIST = Operation.BOOKING_LIST, _("Booking list")
    CHANGE = Operation.CHANGE, _("Booking change")
    CANCEL = Operation.CANCEL, _("Cancellation")
    RECONFIRMATIONS = Operation.RECONFIRMATIONS, _("Reconfirmations")


@pghistory.track(exclude=["api_key", "secret", "client_certificate", "client_key"])
class Credential(models.Model):
    """A key, and where it is used. Rotation: add the new row with a later `valid_from`; the old one steps back then."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="credentials")
    scope = models.CharField(max_length=20, choices=CredentialScope, default=CredentialScope.ALL)
    label = models.CharField(max_length=80, help_text=_("What staff call it."))
    host = models.URLField(
        max_length=200, help_text=_("Scheme and host only, for example https://api-mtls.hotelbeds.com")
    )
    version = models.CharField(max_length=10, default="1.0")
    api_key = EncryptedTextField()
    secret = EncryptedTextField()
    client_certificate = EncryptedTextField(blank=True, default="")
    client_key = EncryptedTextField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    valid_from = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["supplier", "scope", "-valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["supplier", "scope", "valid_from"], name="credential_once_per_scope_and_start"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["supplier", "is_active"], name="credential_active")]

    def __str__(self) -> str:
        return self.label


class Call(models.Model):
    """One exchange: its facts, and where worth keeping its bodies, redacted.

    The table is partitioned by the day of `at` (migration 0002; `suppliers.partitions` makes and drops them),
    so the database's key is (id, at); `id` alone comes from one sequence and is what Django knows.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    supplier = models.CharField(max_length=40)
    operation = models.CharField(max_length=20, choices=[(o.value, o.value) for o in Operation])
    outcome = models.CharField(max_length=12, choices=[(o.value, o.value) for o in Outcome])
    method = models.CharField(max_length=6)
    path = models.CharField(max_length=400)
    status = models.PositiveSmallIntegerField(null=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    elapsed_ms = models.PositiveIntegerField(default=0)
    request_bytes = models.PositiveIntegerField(default=0)
    response_bytes = models.PositiveIntegerField(default=0)
    refused_rates = models.PositiveIntegerField(default=0)
    booking_reference = models.CharField(max_length=40, blank=True, default="")
    """Ours or the supplier's, as text: whichever the exchange was about."""
    token = models.CharField(max_length=64, blank=True, default="")
    """The supplier's own id of the exchange."""
    request_id = models.CharField(max_length=64, blank=True, default="")
    detail = models.CharField(max_length=400, blank=True, default="")
    request_body = models.TextField(blank=True, default="")
    response_body = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(F("at").desc(), F("id").desc(), name="call_newest"),
            models.Index(fields=["supplier", "operation", "at"], name="call_operation"),
            models.Index(
                fields=["booking_reference", "at"], name="call_reference", condition=~Q(booking_reference="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} {self.operation} {self.at:%Y-%m-%d %H:%M:%S} {self.outcome}"
