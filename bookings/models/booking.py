from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q

from bookings import states
from bookings.models.choices import choices
from bookings.models.customer import Customer
from bookings.models.quote import Quote
from faredown.lib import ids
from faredown.lib.fields import MoneyColumns, OptionalMoneyColumns, amount_field, currency_field
from hotels.models import Hotel


@pghistory.track()
class Booking(models.Model):
    """What we promised a guest. Its life is `states.BOOKING`; `reference` is also our name for it at the supplier.

    Everything the guest bought is frozen here (hotel snapshot, price, terms): later edits of hotels, markup or rules
    never rewrite it. `attempt_token` names the one supplier call that may decide the booking; `next_check_at` is when
    a sweeper has to look at it again.
    """

    reference = models.CharField(max_length=20, unique=True, default=ids.booking_reference, editable=False)
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="booking")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="bookings")
    placed_key = models.CharField(max_length=255, blank=True, help_text="The caller's idempotency key.")
    channel = models.CharField(max_length=20, default="web")

    supplier = models.CharField(max_length=40)
    supplier_reference = models.CharField(max_length=64, blank=True, db_index=True)
    status = models.CharField(
        max_length=20, choices=choices(states.BookingStatus), default=states.BookingStatus.PENDING
    )
    status_changed_at = models.DateTimeField()
    status_reason = models.CharField(max_length=60, blank=True, help_text="Why it was rejected or cancelled.")
    attempt_token = models.CharField(max_length=64, blank=True, editable=False)
    attempted_at = models.DateTimeField(null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    listing_checks = models.PositiveSmallIntegerField(
        default=0, help_text="Supplier listings in a row that did not hold our reference."
    )
    watch_until = models.DateTimeField(
        null=True, blank=True, help_text="Rejected without an answer: looked for at the supplier until then."
    )

    hotel = models.ForeignKey(Hotel, on_delete=models.PROTECT, related_name="bookings")
    hotel_snapshot: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        help_text="{name, address, postal_code, city, country, phones, emails, category, stars, timezone, ...}"
    )
    check_in = models.DateField()
    check_out = models.DateField()
    holder_first_name = models.CharField(max_length=50)
    holder_last_name = models.CharField(max_length=50)
    holder_email = models.EmailField(max_length=254)
    holder_phone = models.CharField(max_length=32, help_text="E.164")
    holder_country = models.CharField(max_length=2, blank=True)
    remarks = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=12, default="en")

    total_amount = amount_field()
    total_currency = currency_field()
    total = MoneyColumns("total")
    net_amount = amount_field(help_text="Quoted")
    net_currency = currency_field()
    net = MoneyColumns("net")
    confirmed_net_amount = amount_field(null=True, blank=True)
    confirmed_net = OptionalMoneyColumns("confirmed_net", currency="net_currency")
    price: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    terms: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        help_text="The guest's, frozen: {free_until, steps, non_refundable, timezone}"
    )
    supplier_terms: models.JSONField[list[Any], list[Any]] = models.JSONField(
        default=list, blank=True, help_text="Net steps per rate, as quoted and (once confirmed) as confirmed."
    )
    rate_comments: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    confirmation: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True, help_text="The supplier's confirmation, as port values."
    )
    payable_through = models.CharField(max_length=200, blank=True)
    payable_through_vat = models.CharField(max_length=60, blank=True)
    hotel_references: models.JSONField[list[str], list[str]] = models.JSONField(
        default=list, blank=True, help_text="The hotel's own confirmation numbers."
    )

    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True)
    cancel_token = models.CharField(max_length=64, blank=True, editable=False)
    cancel_attempts = models.PositiveSmallIntegerField(default=0)
    cancellation_fee_amount = amount_field(null=True, blank=True)
    cancellation_fee = OptionalMoneyColumns("cancellation_fee", currency="total_currency")
    supplier_fee_amount = amount_field(null=True, blank=True, help_text="What the supplier kept, net.")
    supplier_fee = OptionalMoneyColumns("supplier_fee", currency="net_currency")
    cancellation_reference = models.CharField(max_length=64, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    staff_queue = models.CharField(  # noqa: DJ001 (absent is not an empty queue)
        max_length=40, null=True, blank=True, help_text="The most urgent open staff task of this booking."
    )
    staff_reason = models.CharField(max_length=500, blank=True)
    staff_due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at",)
        permissions = (("cancel_booking", "Can cancel a guest's booking"),)
        indexes = (
            models.Index("status", "status_changed_at", name="booking_by_status"),
            models.Index("next_check_at", name="booking_due", condition=Q(next_check_at__isnull=False)),
            models.Index("staff_due_at", name="booking_for_staff", condition=Q(staff_queue__isnull=False)),
            models.Index(models.F("customer"), models.F("created_at").desc(), name="booking_of_customer"),
            models.Index("check_in", name="booking_by_arrival"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(check_out__gt=models.F("check_in")), name="booking_dates_ordered"
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | ~Q(supplier_reference=""),
                name="booking_confirmed_has_supplier_reference",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirming") | ~Q(attempt_token=""),
                name="booking_confirming_has_attempt",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def timezone(self) -> str:
        return str(self.hotel_snapshot.get("timezone") or "UTC")

    @property
    def nights(self) -> int:
        return (self.check_out - self.check_in).days


class BookingRoom(models.Model):
    """One asked room, in the asker's order. Identical rooms may share one rate (`offer_index`)."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="rooms")
    index = models.PositiveSmallIntegerField()
    offer_index = models.PositiveSmallIntegerField(help_text="Which of the quote's offers covers it.")
    room_code = models.CharField(max_length=60)
    room_name = models.CharField(max_length=300)
    board_code = models.CharField(max_length=20)
    board_name = models.CharField(max_length=200)
    adults = models.PositiveSmallIntegerField()
    child_ages: models.JSONField[list[int], list[int]] = models.JSONField(default=list, blank=True)
    supplier_reference = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("index",)
        constraints = (models.UniqueConstraint("booking", "index", name="booking_room_unique"),)

    def __str__(self) -> str:
        return f"{self.booking_id} room {self.index + 1}"


class Guest(models.Model):
    """A person who sleeps there. The first adult of a room leads it."""

    class Type(models.TextChoices):
        ADULT = "adult"
        CHILD = "child"

    room = models.ForeignKey(BookingRoom, on_delete=models.CASCADE, related_name="guests")
    position = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=5, choices=Type)
    first_name = models.CharField(max_length=50)
    last_name = models.CharField(max_length=50)
    age = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint("room", "position", name="guest_position_unique"),
            models.CheckConstraint(
                condition=~Q(type="child") | Q(age__isnull=False), name="guest_child_has_age"
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class AccessToken(models.Model):
    """A key to one booking for a guest without a login. Only its digest is kept."""

    class Purpose(models.TextChoices):
        PLACED = "placed", "Given when it was booked"
        LOOKUP = "lookup", "Mailed on request"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="access_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.booking_id} {self.purpose}"
