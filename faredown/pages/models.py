"""What staff write on the site. A text in a language stands in for the English one; English is the fallback."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


class Icon(models.TextChoices):
    """Names of symbols in static/site/icons.svg that staff may use."""

    BUILDING = "building", _("Building")
    CALENDAR = "calendar", _("Calendar")
    CARD = "card", _("Card")
    CHECK = "check-circle", _("Check mark")
    CLOCK = "clock", _("Clock")
    GLOBE = "globe", _("Globe")
    HEADSET = "headset", _("Headset")
    LUGGAGE = "luggage", _("Luggage")
    PLANE = "plane", _("Plane")
    SHIELD = "shield", _("Shield")
    TAG = "tag", _("Price tag")
    TREND = "trend", _("Trend")
    WALLET = "wallet", _("Wallet")


class Placement(models.TextChoices):
    HERO = "hero", _("Title above the search card")
    STRIP = "strip", _("Strip under the search card")
    REASONS_TITLE = "reasons_title", _("Title above the reasons")
    REASON = "reason", _("A reason to book here")
    OFFER = "offer", _("An offer")


class Menu(models.TextChoices):
    HEADER = "header", _("Top bar")
    COMPANY = "company", _("Footer: company")
    HELP = "help", _("Footer: help")
    LEGAL = "legal", _("Footer: legal")


@pghistory.track()
class Page(models.Model):
    """A page of its own under /pages/<slug>/ (the flights page is the one named "flights")."""

    slug = models.SlugField(max_length=80)
    language = models.CharField(max_length=12, default="en")
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True, help_text=_("HTML; what is unsafe is left out when it is shown."))
    is_published = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("slug", "language")
        constraints = (models.UniqueConstraint(fields=("slug", "language"), name="page_once_per_language"),)

    def __str__(self) -> str:
        return f"{self.slug} ({self.language})"


@pghistory.track()
class LegalText(models.Model):
    """Terms, privacy and the like. A new version is a new row: what a guest agreed to stays readable."""

    slug = models.SlugField(max_length=80)
    language = models.CharField(max_length=12, default="en")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=160)
    body = models.TextField(help_text=_("HTML; what is unsafe is left out when it is shown."))
    in_force_from = models.DateField()

    class Meta:
        ordering = ("slug", "language", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("slug", "language", "version"), name="legal_text_once_per_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.slug} v{self.version} ({self.language})"


@pghistory.track()
class MenuItem(models.Model):
    menu = models.CharField(max_length=12, choices=Menu.choices)
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(
        max_length=60, help_text=_("English; shown translated where the site has a translation.")
    )
    url = models.CharField(max_length=300, help_text=_("A path of this site, such as /pages/flights/."))
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("menu", "position", "pk")

    def __str__(self) -> str:
        return f"{self.get_menu_display()}: {self.label}"


@pghistory.track()
class Banner(models.Model):
    """A block of the landing page."""

    placement = models.CharField(max_length=16, choices=Placement.choices)
    language = models.CharField(max_length=12, default="en")
    position = models.PositiveSmallIntegerField(default=0)
    icon = models.CharField(max_length=20, choices=Icon.choices, blank=True)
    title = models.CharField(max_length=160)
    text = models.CharField(max_length=400, blank=True)
    link_label = models.CharField(max_length=60, blank=True)
    link_url = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("placement", "position", "pk")

    def __str__(self) -> str:
        return f"{self.get_placement_display()}: {self.title} ({self.language})"


@pghistory.track()
class FeaturedPlace(models.Model):
    """A destination on the landing page, in the order staff want. Without any, the catalogue's own are shown."""

    destination = models.OneToOneField("hotels.Destination", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=120, blank=True, help_text=_("Left empty: the destination's name."))
    text = models.CharField(max_length=200, blank=True)
    photo_path = models.CharField(
        max_length=200, blank=True, help_text=_("Left empty: a photo of a hotel there.")
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title or str(self.destination)
