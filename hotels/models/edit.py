from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from hotels.models.geography import Country, Destination, Region, Zone
from hotels.models.hotel import Hotel

Place = Country | Region | Destination | Zone
Owner = Hotel | Place
"""What fields belong to that staff may correct."""

OWNERS = ("hotel", "country", "region", "destination", "zone")


def _owned_by(chosen: str) -> Q:
    return Q(**{f"{name}__isnull": name != chosen for name in OWNERS})


@pghistory.track()
class ContentEdit(models.Model):
    """A field that staff corrected: `value` is shown, `supplied` is what the supplier last sent of it (of a
    destination's position, what its hotels say).

    The sync keeps `supplied` fresh and leaves the shown value alone; giving the field back deletes the edit and shows
    `supplied` again. Fields and the shape of their values: hotels.services.content.{edit_fields,place_fields}.
    """

    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE, null=True, blank=True, related_name="edits")
    country = models.ForeignKey(
        Country, on_delete=models.CASCADE, null=True, blank=True, related_name="edits"
    )
    region = models.ForeignKey(Region, on_delete=models.CASCADE, null=True, blank=True, related_name="edits")
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, null=True, blank=True, related_name="edits"
    )
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, null=True, blank=True, related_name="edits")
    field = models.CharField(max_length=30)
    language = models.CharField(
        max_length=12, blank=True, help_text="BCP 47; empty for what has no language."
    )
    value: models.JSONField[Any, Any] = models.JSONField()
    supplied: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("field", "language")
        constraints = (
            models.CheckConstraint(
                name="content_edit_of_one_thing", condition=reduce(or_, map(_owned_by, OWNERS))
            ),
            *(
                models.UniqueConstraint(
                    owner,
                    "field",
                    "language",
                    name=f"content_edit_{owner}",
                    condition=Q(**{f"{owner}__isnull": False}),
                )
                for owner in OWNERS
            ),
        )

    def __str__(self) -> str:
        return f"{self.field} {self.language}".strip()

    @property
    def owner(self) -> Owner:
        found: Owner = next(getattr(self, name) for name in OWNERS if getattr(self, f"{name}_id") is not None)
        return found
