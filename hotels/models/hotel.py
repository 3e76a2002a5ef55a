from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q

from faredown.lib import ids
from faredown.lib.fields import amount_field, currency_field
from hotels.models import names
from hotels.models.content import Term
from hotels.models.geography import Country, Destination, Region, Zone, coordinates_are_sound


def hotel_public_id() -> str:
    return ids.public_id("htl")


class Hotel(models.Model):
    """A property as we show it. Fed by the sync; `live` until its supplier no longer lists it, then `retired`.

    A retired hotel keeps its row (bookings point at it) and leaves search. Prices are never kept here.
    """

    class Status(models.TextChoices):
        LIVE = "live"
        RETIRED = "retired"

    public_id = models.CharField(max_length=40, unique=True, default=hotel_public_id, editable=False)
    name = models.CharField(max_length=300)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="hotels")
    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="hotels")
    region = models.ForeignKey(
        Region, on_delete=models.SET_NULL, null=True, blank=True, related_name="hotels"
    )
    zone = models.ForeignKey(Zone, on_delete=models.SET_NULL, null=True, blank=True, related_name="hotels")
    stars = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    category = models.ForeignKey(Term, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    accommodation = models.ForeignKey(
        Term, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    chain = models.ForeignKey(Term, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC", help_text="IANA zone, from the coordinates.")
    address = models.CharField(max_length=400, blank=True)
    postal_code = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=200, blank=True)
    emails: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    phones: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    web = models.CharField(max_length=300, blank=True)
    images: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, blank=True, help_text="Display order: [{path, kind, room_code}]."
    )
    board_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    facility_codes = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="Facilities the hotel has, as <group>:<code>; what the filters read.",
    )
    paid_facility_codes = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="Those of the facilities that cost extra.",
    )
    notices: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, blank=True, help_text="What guests must know: [{code, from, until, alternative}]."
    )
    points: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, blank=True, help_text="Points of interest near by: [{name, metres}]."
    )
    terminals: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, blank=True, help_text="Airports, stations, ports near by: [{code, metres}]."
    )
    centre_metres = models.PositiveIntegerField(
        null=True, blank=True, help_text="As the crow flies to the centre of its destination."
    )
    quality = models.PositiveSmallIntegerField(
        default=0,
        help_text="How complete its content is, 0 to 100: photos, texts, coordinates, facilities, rooms.",
    )
    ranking = models.PositiveIntegerField(default=0, help_text="The supplier's own order; lower comes first.")
    status = models.CharField(max_length=8, choices=Status, default=Status.LIVE)
    score = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)
    content_hash = models.CharField(max_length=32, blank=True, editable=False)
    supplier_updated_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            coordinates_are_sound("hotel"),
            models.CheckConstraint(
                name="hotel_stars_range", condition=Q(stars__isnull=True) | Q(stars__range=(0, 7))
            ),
            models.CheckConstraint(
                name="hotel_score_range", condition=Q(score__isnull=True) | Q(score__range=(0, 10))
            ),
            models.CheckConstraint(name="hotel_quality_range", condition=Q(quality__range=(0, 100))),
            models.CheckConstraint(name="hotel_name_given", condition=~Q(name="")),
            models.CheckConstraint(name="hotel_status_known", condition=Q(status__in=("live", "retired"))),
        )
        indexes = (
            models.Index("destination", "ranking", name="hotel_by_destination", condition=Q(status="live")),
            GistIndex(
                OpClass(Func(F("longitude"), F("latitude"), function="point"), name="point_ops"),
                name="hotel_by_position",
                condition=Q(status="live"),
            ),
            models.Index("region", name="hotel_by_region", condition=Q(status="live", region__isnull=False)),
            models.Index(F("updated_at").desc(), name="hotel_by_update"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.status == self.Status.LIVE


class HotelText(models.Model):
    """What the hotel says of itself, cleaned HTML, one row per language the supplier has."""

    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12, help_text="BCP 47")
    name = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint("hotel", "language", name="hotel_text_unique"),)

    def __str__(self) -> str:
        return f"{self.hotel_id} {self.language}"


class HotelRoom(models.Model):
    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE, related_name="rooms")
    code = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    facilities: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list, blank=True, help_text="[{code, fee, number}]"
    )
    min_pax = models.PositiveSmallIntegerField(null=True, blank=True)
    max_pax = models.PositiveSmallIntegerField(null=True, blank=True)
    max_adults = models.PositiveSmallIntegerField(null=True, blank=True)
    max_children = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint("hotel", "code", name="hotel_room_unique"),)

    def __str__(self) -> str:
        return names.pick(self.names, names.ENGLISH) or self.code

    def name_in(self, language: str) -> str:
        return names.pick(self.names, language) or self.code


class HotelFacility(models.Model):
    """`available` False: the hotel says it does not have it. `amount` is the fee asked at the hotel, `unit` what for.

    Hours are those of the hotel's clock, days and ages include both ends; what is not told is empty.
    """

    class Unit(models.TextChoices):
        UNIT_NIGHT = "unit_night", "per unit and night"
        UNIT_STAY = "unit_stay", "per unit and stay"
        PERSON_NIGHT = "person_night", "per person and night"
        PERSON_STAY = "person_stay", "per person and stay"

    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE, related_name="facilities")
    facility = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="+")
    available = models.BooleanField(default=True)
    fee = models.BooleanField(default=False)
    number = models.IntegerField(null=True, blank=True)
    distance = models.IntegerField(null=True, blank=True, help_text="Metres.")
    amount = amount_field(null=True, blank=True)
    currency = currency_field(blank=True)
    unit = models.CharField(max_length=12, choices=Unit, blank=True, db_default="")
    time_from = models.TimeField(null=True, blank=True)
    time_to = models.TimeField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day.")
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "hotel facilities"
        constraints = (
            models.UniqueConstraint("hotel", "facility", name="hotel_facility_unique"),
            models.CheckConstraint(
                name="hotel_facility_amount_has_currency",
                condition=Q(amount__isnull=True, currency="")
                | Q(amount__isnull=False, currency__regex=r"^[A-Z]{3}$"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.hotel_id} {self.facility_id}"
