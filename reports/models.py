from __future__ import annotations

from django.db import models

from hotels.models import Country, Destination


class Completeness(models.Model):
    """How complete the hotels of one destination are. Counted anew when the catalogue has changed, never edited.

    Counting reads every hotel and text; so many figures on a page read these rows instead. A country's figures are the
    sums of its destinations'. All but `retired` and `edits` are of live hotels. `described` {BCP 47: hotels with a
    description in it}.
    """

    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="+")
    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="+")
    live = models.PositiveIntegerField()
    retired = models.PositiveIntegerField()
    without_photo = models.PositiveIntegerField()
    without_coordinates = models.PositiveIntegerField()
    without_stars = models.PositiveIntegerField()
    without_rooms = models.PositiveIntegerField()
    quality_sum = models.PositiveBigIntegerField(help_text="Of all qualities; an average is this by `live`.")
    edits = models.PositiveIntegerField(help_text="Fields of hotels that staff corrected.")
    described: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        verbose_name = "completeness of the catalogue"
        constraints = (
            models.UniqueConstraint("country", "destination", name="completeness_of_one_destination"),
        )

    def __str__(self) -> str:
        return f"{self.country_id} {self.destination_id}"
