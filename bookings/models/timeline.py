from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings import states
from bookings.models.booking import Booking
from bookings.models.choices import choices


class Event(models.Model):
    """A line of the booking's story, for guests (where `is_public`) and staff. Never a name or a key in `detail`."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="timeline")
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    detail: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    is_public = models.BooleanField(default=False)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.booking_id} {self.kind}"


class Attempt(models.Model):
    """One call to the supplier that may change something. The answer is stored here before anything follows from it.

    `in_flight` and unfinished past the call's clock: the worker died, and only the supplier knows what happened.
    `applied_at` empty with an outcome: the answer is here and its consequence is still to be drawn.
    """

    class Operation(models.TextChoices):
        BOOK = "book"
        CANCEL = "cancel"
        CANCEL_ORPHAN = "cancel_orphan"

    class Outcome(models.TextChoices):
        IN_FLIGHT = "in_flight"
        DONE = "done"
        REFUSED = "refused"
        UNKNOWN = "unknown"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="attempts")
    token = models.CharField(max_length=64, unique=True)
    operation = models.CharField(max_length=20, choices=Operation)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.IN_FLIGHT)
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("started_at",)

    def __str__(self) -> str:
        return f"{self.operation} {self.outcome}"


class Orphan(models.Model):
    """A supplier booking that appeared after we had rejected ours. Cancelled if that is free, else for staff."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="orphans")
    supplier_reference = models.CharField(max_length=64, unique=True)
    status = models.CharField(
        max_length=20, choices=choices(states.OrphanStatus), default=states.OrphanStatus.FOUND
    )
    status_changed_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField()

    class Meta:
        ordering = ("found_at",)
        indexes = (
            models.Index("next_check_at", name="orphan_due", condition=Q(next_check_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.supplier_reference


class StaffTask(models.Model):
    """What no machine could decide: why, until when, and who took it. One open task per booking and code."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="staff_tasks")
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="staff_tasks"
    )
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("due_at",)
        constraints = (
            models.UniqueConstraint(
                "booking", "code", condition=Q(resolved_at__isnull=True), name="staff_task_open_unique"
            ),
        )
        indexes = (models.Index("due_at", name="staff_task_due", condition=Q(resolved_at__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.code}: {self.booking_id}"
