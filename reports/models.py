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


class SearchDay(models.Model):
    """The searches asked on one day (UTC), and in how many of them each further step was taken, that day or the next.

    Counted from the log of searches, again whenever more of it has come; kept when the log is pruned.
    """

    day = models.DateField(primary_key=True)
    searches = models.PositiveIntegerField()
    without_result = models.PositiveIntegerField(
        help_text="Every supplier had answered, and no hotel had a price."
    )
    opened = models.PositiveIntegerField()
    quoted = models.PositiveIntegerField()
    booked = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(help_text="Pages of complete lists shown.")
    counted_to = models.BigIntegerField(help_text="The newest line of the log that was there.")

    class Meta:
        default_permissions = ("view",)
        verbose_name = "searches of a day"

    def __str__(self) -> str:
        return f"{self.day}"


class SearchFigure(models.Model):
    """The same for the searches of one kind: to one place, with one number of nights ..."""

    class Dimension(models.TextChoices):
        PLACE = "place"
        """`key`: the place's public id, or what it was instead (circle, hotels)."""
        LEAD = "lead"
        """`key`: least days to check-in of its band."""
        NIGHTS = "nights"
        GUESTS = "guests"
        RESIDENCY = "residency"
        CURRENCY = "currency"
        CHANNEL = "channel"

    day = models.DateField()
    dimension = models.CharField(max_length=10, choices=Dimension)
    key = models.CharField(max_length=40)
    searches = models.PositiveIntegerField()
    without_result = models.PositiveIntegerField()
    opened = models.PositiveIntegerField()
    quoted = models.PositiveIntegerField()
    booked = models.PositiveIntegerField()

    class Meta:
        default_permissions = ("view",)
        constraints = (models.UniqueConstraint("dimension", "day", "key", name="search_figure_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.day} {self.dimension} {self.key}"


class SupplierAnswers(models.Model):
    """How often one supplier ended in a state, and within how many milliseconds (the bounds of `LIMITS_MS`; 0: slower)
    it answered where it was asked."""

    day = models.DateField()
    supplier = models.CharField(max_length=40)
    state = models.CharField(max_length=12)
    within_ms = models.PositiveIntegerField()
    searches = models.PositiveIntegerField()

    class Meta:
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                "day", "supplier", "state", "within_ms", name="supplier_answers_once_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.supplier} {self.state} {self.within_ms}"
