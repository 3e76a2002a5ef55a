from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from hotels.models.geography import Destination
from hotels.models.hotel import Hotel


@pghistory.track()
class ContentEdit(models.Model):
    """A field that staff corrected: `value` is shown, `supplied` is what the supplier last sent of it.

    The sync keeps `supplied` fresh and leaves the shown value alone; giving the field back deletes the edit and shows
    `supplied` again. Fields and the shape of their values: hotels.services.content.edits.
    """

    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE, null=True, blank=True, related_name="edits")
    destination = models.ForeignKey(
        Destination, on_delete=models.CASCADE, null=True, blank=True, related_name="edits"
    )
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
                name="content_edit_of_one_thing",
                condition=Q(hotel__isnull=True, destination__isnull=False)
                | Q(hotel__isnull=False, destination__isnull=True),
            ),
            models.UniqueConstraint(
                "hotel", "field", "language", name="content_edit_hotel", condition=Q(hotel__isnull=False)
            ),
            models.UniqueConstraint(
                "destination",
                "field",
                "language",
                name="content_edit_destination",
                condition=Q(destination__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.field} {self.language}".strip()
