"""How the list of hotels is narrowed. The parameters are addresses that other pages link to:

`photos=none`, `description=none` (in no language) or `not-english`, `coordinates=none`, `rooms=none`, `edited=yes`,
`status__exact=live|retired`, `stars=<n>|none`, `quality=low|fair|good`, `country=<ISO code>`,
`destination=<public id>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter

from hotels.models import ContentEdit, Country, Destination, Hotel, HotelRoom, HotelText
from hotels.models.names import ENGLISH

QUALITIES = {"low": (0, 39), "fair": (40, 69), "good": (70, 100)}


class _Choice(admin.SimpleListFilter):
    """One question with few answers, each a condition; an answer nobody offers narrows nothing."""

    answers: ClassVar[dict[str, tuple[str, Q]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.answers.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hotel]) -> QuerySet[Hotel]:
        chosen = self.answers.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class Photos(_Choice):
    title, parameter_name = "photos", "photos"
    answers = {"none": ("None", Q(images=[])), "some": ("Some", ~Q(images=[]))}


_texts = HotelText.objects.filter(hotel=OuterRef("pk")).exclude(description="")


class Description(_Choice):
    title, parameter_name = "description", "description"
    answers = {
        "none": ("In no language", ~Q(Exists(_texts))),
        "not-english": ("Not in English", ~Q(Exists(_texts.filter(language=ENGLISH)))),
    }


class Coordinates(_Choice):
    title, parameter_name = "coordinates", "coordinates"
    answers = {"none": ("None", Q(latitude__isnull=True))}


class Rooms(_Choice):
    title, parameter_name = "rooms", "rooms"
    answers = {"none": ("None", ~Q(Exists(HotelRoom.objects.filter(hotel=OuterRef("pk")))))}


class Edited(_Choice):
    title, parameter_name = "edited by staff", "edited"
    answers = {"yes": ("Yes", Q(pk__in=ContentEdit.objects.filter(hotel__isnull=False).values("hotel")))}


class Quality(_Choice):
    title, parameter_name = "quality", "quality"
    answers = {
        name: (f"{name.capitalize()}, {least} to {most}", Q(quality__range=(least, most)))
        for name, (least, most) in QUALITIES.items()
    }


class Stars(DropdownFilter):
    title, parameter_name = "stars", "stars"
    halves = [Decimal(half) / 2 for half in range(2, 15)]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "Not rated"), *((f"{half:f}", f"{half:f}") for half in self.halves)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hotel]) -> QuerySet[Hotel]:
        asked = self.value() or ""
        if asked == "none":
            return queryset.filter(stars__isnull=True)
        half = next((half for half in self.halves if f"{half:f}" == asked), None)
        return queryset if half is None else queryset.filter(stars=half)


class InCountry(DropdownFilter):
    title, parameter_name = "country", "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        named = [(country.pk, str(country)) for country in Country.objects.filter(hotel_count__gt=0)]
        return sorted(named, key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hotel]) -> QuerySet[Hotel]:
        return queryset.filter(country=self.value()) if self.value() else queryset


class InDestination(admin.SimpleListFilter):
    """Reached by a link alone: thousands are no menu."""

    title, parameter_name = "destination", "destination"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        asked = request.GET.get(self.parameter_name, "")
        named = Destination.objects.filter(public_id=asked).values_list("public_id", "name")
        return list(named) if asked else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Hotel]) -> QuerySet[Hotel]:
        return queryset.filter(destination__public_id=self.value()) if self.value() else queryset


FILTERS: tuple[str | type[admin.ListFilter], ...] = (
    "status",
    Quality,
    Photos,
    Description,
    Coordinates,
    Rooms,
    Edited,
    Stars,
    InCountry,
    InDestination,
)
