from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from faredown.lib import ids
from hotels.models import names


def destination_public_id() -> str:
    return ids.public_id("dst")


def zone_public_id() -> str:
    return ids.public_id("zon")


def region_public_id() -> str:
    return ids.public_id("reg")


def landmark_public_id() -> str:
    return ids.public_id("lmk")


def coordinates_are_sound(prefix: str) -> models.CheckConstraint:
    """Both or neither, and on the globe."""
    return models.CheckConstraint(
        name=f"{prefix}_coordinates_sound",
        condition=Q(latitude__isnull=True, longitude__isnull=True)
        | Q(
            latitude__isnull=False,
            longitude__isnull=False,
            latitude__range=(-90, 90),
            longitude__range=(-180, 180),
        ),
    )


class Country(models.Model):
    iso_code = models.CharField("ISO code", max_length=2, primary_key=True)
    code = models.CharField(
        max_length=8, blank=True, help_text="The supplier's own code (Hotelbeds: UK for GB)."
    )
    names = models.JSONField(default=dict)
    hotel_count = models.PositiveIntegerField(default=0)
    content_hash = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        verbose_name_plural = "countries"
        ordering = ("iso_code",)
        constraints = (
            models.CheckConstraint(name="country_iso_code_shape", condition=Q(iso_code__regex=r"^[A-Z]{2}$")),
        )

    def __str__(self) -> str:
        return self.name_in(names.ENGLISH) or self.iso_code

    def name_in(self, language: str) -> str:
        return names.pick(self.names, language)


class Region(models.Model):
    """A state or province of a country. Coordinates (median of its hotels) and counts are made at sync."""

    public_id = models.CharField(max_length=40, unique=True, default=region_public_id, editable=False)
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="regions")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    hotel_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("country", "name")
        constraints = (
            models.UniqueConstraint("country", "code", name="region_code_unique"),
            coordinates_are_sound("region"),
        )

    def __str__(self) -> str:
        return self.name


class Destination(models.Model):
    """A city or resort that is searched by. Coordinates (median of its hotels) and counts are made at sync."""

    public_id = models.CharField(max_length=40, unique=True, default=destination_public_id, editable=False)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="destinations")
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    hotel_count = models.PositiveIntegerField(default=0)
    popularity = models.PositiveIntegerField(default=0, help_text="Higher comes first among equals.")
    is_featured = models.BooleanField(default=False)
    image = models.CharField(max_length=300, blank=True, help_text="Picture path; empty takes a hotel's.")
    content_hash = models.CharField(max_length=32, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)
        constraints = (coordinates_are_sound("destination"),)
        indexes = (
            models.Index(
                F("popularity").desc(),
                F("hotel_count").desc(),
                name="destination_popular",
                condition=Q(hotel_count__gt=0),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        return names.pick(self.names, language) or self.name


class Zone(models.Model):
    """A part of a destination (a quarter, a beach)."""

    public_id = models.CharField(max_length=40, unique=True, default=zone_public_id, editable=False)
    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="zones")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    hotel_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("destination", "name")
        constraints = (models.UniqueConstraint("destination", "code", name="zone_code_unique"),)

    def __str__(self) -> str:
        return self.name


class Landmark(models.Model):
    """An airport, a station, a port or a sight that hotels say they are near to. Searched by a circle around it.

    Suppliers give no coordinates: the point is worked out at sync from the hotels that name it and how far they say
    they are; one that cannot be placed has no point and is not searchable.
    """

    class Kind(models.TextChoices):
        AIRPORT = "airport"
        STATION = "station"
        PORT = "port"
        LANDMARK = "landmark"

    public_id = models.CharField(max_length=40, unique=True, default=landmark_public_id, editable=False)
    supplier = models.CharField(max_length=30)
    kind = models.CharField(max_length=8, choices=Kind)
    code = models.CharField(max_length=80, help_text="A terminal's code, else <destination>:<folded name>.")
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict)
    country = models.ForeignKey(Country, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, null=True, blank=True, related_name="landmarks"
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    hotel_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("kind", "name")
        constraints = (
            models.UniqueConstraint("supplier", "kind", "code", name="landmark_code_unique"),
            coordinates_are_sound("landmark"),
        )

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        return names.pick(self.names, language) or self.name
