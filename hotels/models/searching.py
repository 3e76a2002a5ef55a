"""What was searched, for analytics. Nothing in it says who: no address, no account, no device, no visitor's mark."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from faredown.lib import clock


class SearchEvent(models.Model):
    """One thing that happened in a search: asked, shown (a page of the complete list), and of what was found a hotel
    opened, quoted, booked. Written in batches by hotels.services.search_log, never changed, dropped by the day.

    Events of one search share its id, which names no visitor. A place is one of the catalogue's; a circle leaves no
    point, a typed name of a hotel no text. Booked: the booking's reference and no more.
    The table is partitioned by the day of `at` (migration 0008), so the database's key is (id, at).
    """

    class Kind(models.TextChoices):
        ASKED = "asked"
        SHOWN = "shown"
        OPENED = "opened"
        QUOTED = "quoted"
        BOOKED = "booked"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=8, choices=Kind)
    search = models.CharField(max_length=40)
    place_kind = models.CharField(max_length=12, blank=True, default="")
    """destination, region, zone, landmark, hotel, hotels (several), circle."""
    place = models.CharField(max_length=40, blank=True, default="")
    check_in = models.DateField(null=True)
    lead_days = models.SmallIntegerField(null=True)
    nights = models.SmallIntegerField(null=True)
    rooms = models.SmallIntegerField(null=True)
    adults = models.SmallIntegerField(null=True)
    children = models.SmallIntegerField(null=True)
    residency = models.CharField(max_length=2, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    channel = models.CharField(max_length=12, blank=True, default="")
    user_type = models.CharField(max_length=12, blank=True, default="")
    complete = models.BooleanField(null=True)
    """Whether every supplier had answered, failed or run out of time."""
    hotels = models.IntegerField(null=True)
    """Found: with a price, before filters."""
    lowest_amount = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    """Of the hotels the filters left, a whole stay, in `currency`."""
    elapsed_ms = models.IntegerField(null=True)
    """Asked: until the first answer."""
    suppliers: models.JSONField[Any, Any] = models.JSONField(null=True)
    """[[code, status, hotels, milliseconds]]"""
    page = models.IntegerField(null=True)
    sort = models.CharField(max_length=16, blank=True, default="")
    filters: models.JSONField[Any, Any] = models.JSONField(null=True)
    hotel = models.CharField(max_length=40, blank=True, default="")
    reference = models.CharField(max_length=40, blank=True, default="")
    """Of the quote or the booking."""

    class Meta:
        default_permissions = ("view",)
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [models.Index(fields=["at"], name="search_event_at")]

    def __str__(self) -> str:
        return f"{self.search} {self.kind}"
