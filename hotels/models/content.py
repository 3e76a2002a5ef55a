from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from hotels.models import names


class Term(models.Model):
    """A word of a supplier's vocabulary: a board, a category, a facility (`<group>:<code>`), a chain, a room.

    A terminal's `group` says what it is, its `country_code` (the supplier's own) where.
    """

    class Kind(models.TextChoices):
        ACCOMMODATION = "accommodation"
        BOARD = "board"
        CATEGORY = "category"
        CHAIN = "chain"
        FACILITY = "facility"
        FACILITY_GROUP = "facility_group"
        IMAGE = "image"
        NOTICE = "notice"
        ROOM = "room"
        TERMINAL = "terminal"

    supplier = models.CharField(max_length=30)
    kind = models.CharField(max_length=16, choices=Kind)
    code = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    group = models.CharField(max_length=40, blank=True)
    country_code = models.CharField(max_length=8, blank=True)
    stars = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    content_hash = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        ordering = ("kind", "code")
        constraints = (
            models.UniqueConstraint("supplier", "kind", "code", name="term_code_unique"),
            models.CheckConstraint(
                name="term_stars_range", condition=Q(stars__isnull=True) | Q(stars__range=(0, 7))
            ),
        )

    def __str__(self) -> str:
        return self.name_in(names.ENGLISH)

    def name_in(self, language: str) -> str:
        return names.pick(self.names, language) or self.code


class RateComment(models.Model):
    """A contract's remark, valid for stays that begin in a window. Joined by REFERENCE section 9's rule."""

    supplier = models.CharField(max_length=30)
    incoming = models.CharField(max_length=20)
    hotel_code = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    rate_codes = ArrayField(models.CharField(max_length=20), default=list)
    starts_on = models.DateField()
    ends_on = models.DateField()
    text = models.TextField()
    content_hash = models.CharField(max_length=32, editable=False)
    """Of the whole record: comments have no identity of their own."""

    class Meta:
        constraints = (
            models.UniqueConstraint("supplier", "content_hash", name="rate_comment_unique"),
            models.CheckConstraint(
                name="rate_comment_dates_ordered", condition=Q(ends_on__gte=F("starts_on"))
            ),
        )
        indexes = (
            models.Index("supplier", "incoming", "code", name="rate_comment_lookup"),
            GinIndex(fields=["rate_codes"], name="rate_comment_rates"),
        )

    def __str__(self) -> str:
        return f"{self.incoming}|{self.code}"
